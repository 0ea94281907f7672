package dev.reliability.example.peers;

import static dev.reliability.example.peers.Verdict.broken;
import static dev.reliability.example.peers.Verdict.differs;
import static dev.reliability.example.peers.Verdict.none;
import static dev.reliability.example.peers.Verdict.unjudged;

import java.util.List;

/** What is said of the circuit breaker of Resilience4j 2.4.0. */
final class Resilience4jBreakerVerdicts {
    private static final String ONE_NUMBER =
            "Its half-open state has one number where the rules have two: so many calls are "
                    + "let through, and their failure rate closes or re-opens.";
    private static final String DOC = "https://resilience4j.readme.io/docs/circuitbreaker";
    private static final String STALE = "A result is counted by the state in which it arrives, not by the one that "
            + "admitted its call: late failures of calls from before count in the new period.";
    private static final String MACHINE = "`CircuitBreakerStateMachine.onError`, `onSuccess`";

    static final List<Verdict> ALL = List.of(
            differs(Peer.RESILIENCE4J_BREAKER, "BREAKER-1", ONE_NUMBER, DOC),
            differs(
                    Peer.RESILIENCE4J_BREAKER,
                    "BREAKER-3",
                    "The refusal names the breaker and its state, has no stack trace if so "
                            + "configured, and does not tell how long it will last.",
                    "`CallNotPermittedException`"),
            differs(Peer.RESILIENCE4J_BREAKER, "BREAKER-4", ONE_NUMBER, DOC),
            differs(Peer.RESILIENCE4J_BREAKER, "BREAKER-5", ONE_NUMBER, DOC),
            broken(Peer.RESILIENCE4J_BREAKER, "BREAKER-6", STALE, MACHINE),
            differs(
                    Peer.RESILIENCE4J_BREAKER,
                    "BREAKER-7",
                    "Permits are a count, not objects: recording twice counts twice, as its interface " + "shows.",
                    "`CircuitBreaker.tryAcquirePermission`"),
            broken(
                    Peer.RESILIENCE4J_BREAKER,
                    "BREAKER-8",
                    "An `Error` of the call is neither counted nor gives the permit back: errors "
                            + "alone never open it, and one in a probe leaves it half-open for good.",
                    "`CircuitBreaker.decorateCheckedSupplier`, which catches `Exception`"),
            differs(
                    Peer.RESILIENCE4J_BREAKER,
                    "BREAKER-9",
                    "Every exception is a failure unless it is on the ignore list; so are an "
                            + "interrupt and a cancellation.",
                    DOC),
            differs(
                    Peer.RESILIENCE4J_BREAKER,
                    "BREAKER-10",
                    "By default a probe may take for ever, as documented. "
                            + "`maxWaitDurationInHalfOpenState` is not judged: it runs by a scheduler, not by "
                            + "its clock.",
                    DOC),
            broken(Peer.RESILIENCE4J_BREAKER, "BREAKER-11", STALE, MACHINE),
            none(Peer.RESILIENCE4J_BREAKER, "BREAKER-15", "It counts calls in its window, not since it was made."),
            unjudged(
                    Peer.RESILIENCE4J_BREAKER,
                    "BREAKER-17",
                    "It has `waitIntervalFunctionInOpenState`; the adapter needs that for its clock."),
            differs(Peer.RESILIENCE4J_BREAKER, "BREAKER-18", ONE_NUMBER, DOC),
            none(
                    Peer.RESILIENCE4J_BREAKER,
                    "BREAKER-20",
                    "Its registry keeps each breaker by its name until it is removed."),
            differs(Peer.RESILIENCE4J_ONE_PROBE, "BREAKER-1", ONE_NUMBER, DOC),
            differs(
                    Peer.RESILIENCE4J_ONE_PROBE,
                    "BREAKER-3",
                    "The refusal names the breaker and its state, has no stack trace if so "
                            + "configured, and does not tell how long it will last.",
                    "`CallNotPermittedException`"),
            broken(
                    Peer.RESILIENCE4J_ONE_PROBE,
                    "BREAKER-4",
                    "Late results of calls from before the breaker opened give back permits of the "
                            + "half-open state: more probes run at a time than one.",
                    "`CircuitBreakerStateMachine.HalfOpenState`"),
            differs(Peer.RESILIENCE4J_ONE_PROBE, "BREAKER-5", ONE_NUMBER, DOC),
            broken(Peer.RESILIENCE4J_ONE_PROBE, "BREAKER-6", STALE, MACHINE),
            differs(
                    Peer.RESILIENCE4J_ONE_PROBE,
                    "BREAKER-7",
                    "Permits are a count, not objects: recording twice counts twice, as its interface " + "shows.",
                    "`CircuitBreaker.tryAcquirePermission`"),
            broken(
                    Peer.RESILIENCE4J_ONE_PROBE,
                    "BREAKER-8",
                    "An `Error` of the call is neither counted nor gives the permit back: errors "
                            + "alone never open it, and one in a probe leaves it half-open for good.",
                    "`CircuitBreaker.decorateCheckedSupplier`, which catches `Exception`"),
            differs(
                    Peer.RESILIENCE4J_ONE_PROBE,
                    "BREAKER-9",
                    "Every exception is a failure unless it is on the ignore list; so are an "
                            + "interrupt and a cancellation.",
                    DOC),
            differs(
                    Peer.RESILIENCE4J_ONE_PROBE,
                    "BREAKER-10",
                    "By default a probe may take for ever, as documented. "
                            + "`maxWaitDurationInHalfOpenState` is not judged: it runs by a scheduler, not by "
                            + "its clock.",
                    DOC),
            broken(Peer.RESILIENCE4J_ONE_PROBE, "BREAKER-11", STALE, MACHINE),
            none(Peer.RESILIENCE4J_ONE_PROBE, "BREAKER-15", "It counts calls in its window, not since it was made."),
            unjudged(
                    Peer.RESILIENCE4J_ONE_PROBE,
                    "BREAKER-17",
                    "It has `waitIntervalFunctionInOpenState`; the adapter needs that for its clock."),
            differs(
                    Peer.RESILIENCE4J_ONE_PROBE,
                    "BREAKER-18",
                    "Its own refusal, thrown on by the body, is a failure like any other: it " + "re-opens.",
                    DOC),
            none(
                    Peer.RESILIENCE4J_ONE_PROBE,
                    "BREAKER-20",
                    "Its registry keeps each breaker by its name until it is removed."));

    private Resilience4jBreakerVerdicts() {}
}
