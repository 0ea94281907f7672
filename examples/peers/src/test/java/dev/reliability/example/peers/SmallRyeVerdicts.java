package dev.reliability.example.peers;

import static dev.reliability.example.peers.Verdict.broken;
import static dev.reliability.example.peers.Verdict.differs;
import static dev.reliability.example.peers.Verdict.none;
import static dev.reliability.example.peers.Verdict.unjudged;

import java.util.List;

/** What is said of SmallRye Fault Tolerance 6.11.2. */
final class SmallRyeVerdicts {
    private static final String HINT = "No failure of its tells it how long to wait.";
    private static final String BUDGET = "No budget.";
    private static final String HTTP = "Knows nothing of HTTP.";
    private static final String SQL = "Knows nothing of SQL.";
    private static final String NESTED = "An outer retry cannot tell that an inner one has given up: three times three "
            + "attempts are nine, as its documentation leads to expect.";
    private static final String VALUE = "Time limits are no values there.";

    static final List<Verdict> ALL = List.of(
            broken(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-4",
                    "The delay is multiplied in a `long` without regard to overflow, and cut at the "
                            + "cap afterwards: after some ten retries it falls to 0 and begins again.",
                    "`core.retry.ExponentialBackOff`"),
            broken(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-5",
                    "Jitter is drawn first and cut at the cap afterwards: once the backoff has grown "
                            + "past the cap, every draw is the cap.",
                    "`core.retry.ExponentialBackOff`"),
            broken(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-6",
                    "The first delay is not cut at the cap: with jitter it exceeds it.",
                    "`core.retry.ExponentialBackOff.getInMillis`"),
            broken(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-7",
                    "`delay` takes any unit and is truncated to whole milliseconds: one below a "
                            + "millisecond does not wait.",
                    "`GuardImpl`, `Retry.delayInMillis`"),
            broken(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-8",
                    "The waits in the counterexample are those of RETRY-7: below a millisecond there "
                            + "is none. That it also sleeps past `maxDuration` cannot be seen in real time.",
                    "`core.retry.Retry`"),
            none(Peer.SMALLRYE_RETRY, "RETRY-9", "`maxDuration` belongs to the policy; zero means none."),
            broken(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-10",
                    "The `InterruptedException` of its sleep takes the place of the last failure.",
                    "`core.retry.Retry.retryLoop`"),
            differs(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-11",
                    "A `CancellationException` is an exception like others, as MicroProfile says. (An "
                            + "`InterruptedException` is not retried.)",
                    "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/retry.html"),
            broken(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-12",
                    "Where the flag is set, the value of the task is dropped, `InterruptedException` "
                            + "thrown, and the flag cleared.",
                    "`core.retry.Retry.retryLoopIteration`"),
            differs(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-13",
                    "An `Error` is retried if a predicate says so; not by default.",
                    "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/retry.html"),
            broken(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-17",
                    "A result predicate that throws has the task run again, after a result.",
                    "`core.retry.Retry.retryLoopIteration`"),
            unjudged(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-18",
                    "It guards a `CompletionStage`; the adapter has no such call yet."),
            none(Peer.SMALLRYE_RETRY, "RETRY-21", "Only a handler that is run before a retry is told the failure."),
            differs(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-22",
                    NESTED,
                    "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/retry.html"),
            differs(
                    Peer.SMALLRYE_RETRY,
                    "RETRY-23",
                    "No type of failure beats the lists and predicates; a predicate excludes lists, "
                            + "as documented.",
                    "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/retry.html"),
            none(Peer.SMALLRYE_RETRY, "RETRY-24", "Its callbacks are not told number or delay."),
            none(Peer.SMALLRYE_RETRY, "RETRY-15", HINT),
            none(Peer.SMALLRYE_RETRY, "RETRY-16", BUDGET),
            none(Peer.SMALLRYE_RETRY, "RETRY-19", HTTP),
            none(Peer.SMALLRYE_RETRY, "RETRY-20", SQL),
            differs(
                    Peer.SMALLRYE_BREAKER,
                    "BREAKER-2",
                    "A skipped exception is a success, as MicroProfile says, where for the rule it is " + "neutral.",
                    " " + "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/circuit-breaker.html"),
            differs(
                    Peer.SMALLRYE_BREAKER,
                    "BREAKER-3",
                    "The refusal names the guard and does not tell how long it will last.",
                    " " + "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/circuit-breaker.html"),
            differs(
                    Peer.SMALLRYE_BREAKER,
                    "BREAKER-4",
                    "The success threshold is also how many probes run at a time, as documented.",
                    " " + "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/circuit-breaker.html"),
            none(Peer.SMALLRYE_BREAKER, "BREAKER-7", "No permits: a call is made through it."),
            broken(
                    Peer.SMALLRYE_BREAKER,
                    "BREAKER-8",
                    "What a predicate throws takes the place of the failure of the call, which is " + "lost.",
                    "`core.circuit.breaker.CircuitBreaker`"),
            differs(
                    Peer.SMALLRYE_BREAKER,
                    "BREAKER-9",
                    "Every exception is a failure unless it is skipped, an interrupt as well; a "
                            + "skipped one is a success. No call is neutral.",
                    " " + "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/circuit-breaker.html"),
            differs(
                    Peer.SMALLRYE_BREAKER,
                    "BREAKER-10",
                    "A probe may take for ever: nothing documented limits it.",
                    " " + "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/circuit-breaker.html"),
            none(
                    Peer.SMALLRYE_BREAKER,
                    "BREAKER-11",
                    "`CircuitBreakerMaintenance` resets all breakers or a named one; nothing " + "overrides a state."),
            differs(
                    Peer.SMALLRYE_BREAKER,
                    "BREAKER-14",
                    "The listener of this rule makes calls that are neutral: here such a call is a "
                            + "success, and closes a half-open breaker.",
                    " " + "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/circuit-breaker.html"),
            none(Peer.SMALLRYE_BREAKER, "BREAKER-15", "Its metrics are for a metrics library."),
            none(Peer.SMALLRYE_BREAKER, "BREAKER-17", "The open time is one number."),
            differs(
                    Peer.SMALLRYE_BREAKER,
                    "BREAKER-18",
                    "The success threshold is also how many probes run at a time: the inner call is " + "one.",
                    " " + "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/circuit-breaker.html"),
            none(Peer.SMALLRYE_BREAKER, "BREAKER-20", "No breakers by key."),
            none(Peer.SMALLRYE_TIMEOUT, "DEADLINE-1", VALUE),
            none(Peer.SMALLRYE_TIMEOUT, "DEADLINE-9", VALUE),
            none(Peer.SMALLRYE_TIMEOUT, "DEADLINE-10", VALUE),
            none(Peer.SMALLRYE_TIMEOUT, "DEADLINE-12", VALUE),
            none(Peer.SMALLRYE_TIMEOUT, "DEADLINE-7", "No limit is visible to the work."),
            none(Peer.SMALLRYE_TIMEOUT, "DEADLINE-13", "No work is abandoned."),
            none(Peer.SMALLRYE_TIMEOUT, "DEADLINE-14", "Interrupt, or nothing."),
            differs(
                    Peer.SMALLRYE_TIMEOUT,
                    "DEADLINE-2",
                    "A value that comes too late is dropped, and not closed: nothing promises that it " + "would be.",
                    "https://smallrye.io/docs/smallrye-fault-tolerance/6.11.2/reference/timeout.html"),
            differs(
                    Peer.SMALLRYE_TIMEOUT,
                    "DEADLINE-3",
                    "When the call ends the interrupt flag is cleared, whoever had set it: by chapter "
                            + "6.1 of MicroProfile Fault Tolerance, as its source says.",
                    "`core.timeout.Timeout.apply`"),
            broken(
                    Peer.SMALLRYE_TIMEOUT,
                    "DEADLINE-4",
                    "After an `Error` of the body its timer goes on, and interrupts whatever the "
                            + "thread does later.",
                    "`core.timeout.Timeout.apply`, which catches `Exception`"),
            unjudged(
                    Peer.SMALLRYE_TIMEOUT,
                    "DEADLINE-11",
                    "It guards a `CompletionStage`; the adapter has no such call yet."));

    private SmallRyeVerdicts() {}
}
