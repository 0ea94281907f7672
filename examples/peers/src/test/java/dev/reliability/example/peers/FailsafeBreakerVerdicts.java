package dev.reliability.example.peers;

import static dev.reliability.example.peers.Verdict.broken;
import static dev.reliability.example.peers.Verdict.differs;
import static dev.reliability.example.peers.Verdict.none;
import static dev.reliability.example.peers.Verdict.unjudged;

import java.util.List;

/** What is said of the circuit breaker of Failsafe 3.3.2. */
final class FailsafeBreakerVerdicts {
    private static final String ONE_NUMBER =
            "The success threshold is also how many probes run at a time, as documented.";
    private static final String DOC = "https://failsafe.dev/circuit-breaker/";
    private static final String NO_NEUTRAL =
            "An exception that is not handled is a success, as documented: no call is " + "neutral.";
    private static final String STALE =
            "A late result is recorded in whatever state the breaker is in: one from before "
                    + "it opened closes or re-opens it while the probe still runs.";

    static final List<Verdict> ALL = List.of(
            broken(
                    Peer.FAILSAFE_BREAKER,
                    "BREAKER-2",
                    "A rate is rounded to whole percents before it is compared, so that 49.5 % open a "
                            + "breaker of 50 %. (An exception that is not handled is a success, too, as "
                            + "documented: counterexamples with `IGNORED` show that.)",
                    "`TimedCircuitStats.getFailureRate`"),
            broken(
                    Peer.FAILSAFE_BREAKER,
                    "BREAKER-3",
                    "The refusal has no message at all, and takes a stack trace. The remaining delay "
                            + "can be asked for.",
                    "`CircuitBreakerOpenException`"),
            differs(Peer.FAILSAFE_BREAKER, "BREAKER-4", ONE_NUMBER, DOC),
            broken(Peer.FAILSAFE_BREAKER, "BREAKER-6", STALE, "`CircuitBreakerImpl.recordResult`"),
            differs(
                    Peer.FAILSAFE_BREAKER,
                    "BREAKER-7",
                    "Permits are a count, not objects, and there is no neutral end.",
                    "`CircuitBreaker.tryAcquirePermit`"),
            differs(
                    Peer.FAILSAFE_BREAKER,
                    "BREAKER-8",
                    "A predicate that throws is taken for false, as documented: its failures count as " + "successes.",
                    "`FailurePolicyBuilder.handleIf`"),
            differs(Peer.FAILSAFE_BREAKER, "BREAKER-9", NO_NEUTRAL, DOC),
            differs(
                    Peer.FAILSAFE_BREAKER,
                    "BREAKER-10",
                    "A probe may take for ever; the documentation proposes a timeout within.",
                    DOC),
            none(
                    Peer.FAILSAFE_BREAKER,
                    "BREAKER-11",
                    "`open`, `close` and `halfOpen` move its state; nothing overrides it."),
            differs(
                    Peer.FAILSAFE_BREAKER,
                    "BREAKER-14",
                    "The listener of this rule makes calls that are neutral. Here such a call is a "
                            + "success, as documented, and closes a half-open breaker.",
                    DOC),
            none(Peer.FAILSAFE_BREAKER, "BREAKER-15", "It counts calls in its window, not since it was made."),
            unjudged(
                    Peer.FAILSAFE_BREAKER,
                    "BREAKER-17",
                    "It has `withDelayFn`, which is asked about a failure, not about how often it " + "opened."),
            differs(Peer.FAILSAFE_BREAKER, "BREAKER-18", ONE_NUMBER, DOC),
            none(Peer.FAILSAFE_BREAKER, "BREAKER-20", "No breakers by key."),
            broken(
                    Peer.FAILSAFE_ONE_PROBE,
                    "BREAKER-2",
                    "A rate is rounded to whole percents before it is compared, so that 49.5 % open a "
                            + "breaker of 50 %. (An exception that is not handled is a success, too, as "
                            + "documented: counterexamples with `IGNORED` show that.)",
                    "`TimedCircuitStats.getFailureRate`"),
            broken(
                    Peer.FAILSAFE_ONE_PROBE,
                    "BREAKER-3",
                    "The refusal has no message at all, and takes a stack trace. The remaining delay "
                            + "can be asked for.",
                    "`CircuitBreakerOpenException`"),
            broken(
                    Peer.FAILSAFE_ONE_PROBE,
                    "BREAKER-4",
                    "Late results of calls from before the breaker opened free permits of the "
                            + "half-open state (failsafe#391).",
                    "`HalfOpenState.releasePermit`"),
            broken(Peer.FAILSAFE_ONE_PROBE, "BREAKER-6", STALE, "`CircuitBreakerImpl.recordResult`"),
            differs(
                    Peer.FAILSAFE_ONE_PROBE,
                    "BREAKER-7",
                    "Permits are a count, not objects, and there is no neutral end.",
                    "`CircuitBreaker.tryAcquirePermit`"),
            differs(
                    Peer.FAILSAFE_ONE_PROBE,
                    "BREAKER-8",
                    "A predicate that throws is taken for false, as documented: its failures count as " + "successes.",
                    "`FailurePolicyBuilder.handleIf`"),
            differs(Peer.FAILSAFE_ONE_PROBE, "BREAKER-9", NO_NEUTRAL, DOC),
            differs(
                    Peer.FAILSAFE_ONE_PROBE,
                    "BREAKER-10",
                    "A probe may take for ever; the documentation proposes a timeout within.",
                    DOC),
            none(
                    Peer.FAILSAFE_ONE_PROBE,
                    "BREAKER-11",
                    "`open`, `close` and `halfOpen` move its state; nothing overrides it."),
            differs(
                    Peer.FAILSAFE_ONE_PROBE,
                    "BREAKER-14",
                    "The listener of this rule makes calls that are neutral. Here such a call is a "
                            + "success, as documented, and closes a half-open breaker.",
                    DOC),
            none(Peer.FAILSAFE_ONE_PROBE, "BREAKER-15", "It counts calls in its window, not since it was made."),
            unjudged(
                    Peer.FAILSAFE_ONE_PROBE,
                    "BREAKER-17",
                    "It has `withDelayFn`, which is asked about a failure, not about how often it " + "opened."),
            differs(
                    Peer.FAILSAFE_ONE_PROBE,
                    "BREAKER-18",
                    "Its own refusal, thrown on by the body, is a failure like any other: it " + "re-opens.",
                    DOC),
            none(Peer.FAILSAFE_ONE_PROBE, "BREAKER-20", "No breakers by key."),
            differs(Peer.FAILSAFE_ONE_PROBE, "BREAKER-5", ONE_NUMBER, DOC));

    private FailsafeBreakerVerdicts() {}
}
