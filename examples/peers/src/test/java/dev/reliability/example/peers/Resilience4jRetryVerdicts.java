package dev.reliability.example.peers;

import static dev.reliability.example.peers.Verdict.broken;
import static dev.reliability.example.peers.Verdict.differs;
import static dev.reliability.example.peers.Verdict.none;
import static dev.reliability.example.peers.Verdict.unjudged;

import java.util.List;

/** What is said of the retry of Resilience4j 2.4.0. */
final class Resilience4jRetryVerdicts {
    private static final String HINT = "No failure of its tells it how long to wait.";
    private static final String BUDGET = "No budget.";
    private static final String HTTP = "Knows nothing of HTTP.";
    private static final String SQL = "Knows nothing of SQL.";
    private static final String NESTED = "An outer retry cannot tell that an inner one has given up: three times three "
            + "attempts are nine, as its documentation leads to expect.";

    static final List<Verdict> ALL = List.of(
            broken(
                    Peer.RESILIENCE4J_RETRY,
                    "RETRY-5",
                    "Jitter is drawn first and cut at the cap afterwards: once the backoff has grown "
                            + "past the cap, every draw is the cap, and callers come in step again.",
                    "`IntervalFunction.ofExponentialRandomBackoff`"),
            broken(
                    Peer.RESILIENCE4J_RETRY,
                    "RETRY-7",
                    "`waitDuration` takes any `Duration` and truncates it to whole milliseconds: one "
                            + "below a millisecond does not wait at all, and nothing says so.",
                    "`RetryConfig.Builder.waitDuration`"),
            none(Peer.RESILIENCE4J_RETRY, "RETRY-8", "No limit on the whole call (asked for in resilience4j#2091)."),
            none(Peer.RESILIENCE4J_RETRY, "RETRY-9", "No limit on the whole call."),
            differs(
                    Peer.RESILIENCE4J_RETRY,
                    "RETRY-10",
                    "After a failure the last one is thrown with the flag set, as the rule says. "
                            + "After a rejected result it is a `CancellationException`, by intent.",
                    "`RetryImpl.ContextImpl.waitIntervalAfterRuntimeException`"),
            broken(
                    Peer.RESILIENCE4J_RETRY,
                    "RETRY-11",
                    "An `InterruptedException` is retried like any other: whoever interrupted the "
                            + "task is not heard, and the flag is gone.",
                    "`RetryImpl.ContextImpl.onError`"),
            differs(
                    Peer.RESILIENCE4J_RETRY,
                    "RETRY-13",
                    "An `Error` is never retried, even where its type is on the list: only exceptions " + "are caught.",
                    "`Retry.decorateCheckedSupplier`"),
            broken(
                    Peer.RESILIENCE4J_RETRY,
                    "RETRY-17",
                    "What the predicate throws takes the place of the failure of the task, which is " + "lost.",
                    "`RetryImpl.ContextImpl.onError`"),
            unjudged(
                    Peer.RESILIENCE4J_RETRY,
                    "RETRY-18",
                    "It has `decorateCompletionStage` on a scheduler of the user; the adapter has "
                            + "none yet that waits in virtual time."),
            differs(Peer.RESILIENCE4J_RETRY, "RETRY-22", NESTED, "https://resilience4j.readme.io/docs/retry"),
            differs(
                    Peer.RESILIENCE4J_RETRY,
                    "RETRY-23",
                    "No type of failure beats the lists and predicates; the ignore list beats the "
                            + "record list, as documented.",
                    "https://resilience4j.readme.io/docs/retry"),
            none(Peer.RESILIENCE4J_RETRY, "RETRY-15", HINT),
            none(Peer.RESILIENCE4J_RETRY, "RETRY-16", BUDGET),
            none(Peer.RESILIENCE4J_RETRY, "RETRY-19", HTTP),
            none(Peer.RESILIENCE4J_RETRY, "RETRY-20", SQL),
            none(Peer.RESILIENCE4J_RETRY, "RETRY-21", "The task is not told about its attempt."));

    private Resilience4jRetryVerdicts() {}
}
