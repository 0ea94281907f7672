package dev.reliability.example.peers;

import static dev.reliability.example.peers.Verdict.broken;
import static dev.reliability.example.peers.Verdict.differs;
import static dev.reliability.example.peers.Verdict.none;
import static dev.reliability.example.peers.Verdict.noted;

import java.util.List;

/** What is said of the retry of Failsafe 3.3.2. */
final class FailsafeRetryVerdicts {
    private static final String HINT = "No failure of its tells it how long to wait.";
    private static final String BUDGET = "No budget.";
    private static final String HTTP = "Knows nothing of HTTP.";
    private static final String SQL = "Knows nothing of SQL.";
    private static final String NESTED = "An outer retry cannot tell that an inner one has given up: three times three "
            + "attempts are nine, as its documentation leads to expect.";

    static final List<Verdict> ALL = List.of(
            noted(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-3",
                    "Once the documented `FailsafeException` around a checked exception is taken off. "
                            + "For this and the other rules the adapter does so."),
            broken(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-4",
                    "The cap goes through a `double`: of a cap of some months the last digits may "
                            + "grow by some nanoseconds. It does no harm.",
                    "`RetryPolicyExecutor.adjustForBackoff`"),
            broken(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-5",
                    "Jitter is added after the cap, and so spreads beyond it.",
                    "`RetryPolicyExecutor.adjustForJitter`"),
            broken(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-6",
                    "A delay with jitter exceeds `maxDelay`: up to twice the cap, with a factor of 1.",
                    "`RetryPolicyExecutor.adjustForJitter`"),
            broken(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-7",
                    "The delay is truncated to whole milliseconds before it sleeps: one below a "
                            + "millisecond does not wait.",
                    "`RetryPolicyExecutor.apply`"),
            broken(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-8",
                    "The wait is shortened to what is left until `maxDuration`, and in the end to "
                            + "nothing: it goes on without any. (Where the counterexample has a wait below a "
                            + "millisecond, it is that of RETRY-7.)",
                    "`RetryPolicyExecutor.adjustForMaxDuration`"),
            none(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-9",
                    "`maxDuration` belongs to the policy and must be longer than its delay."),
            broken(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-10",
                    "The `InterruptedException` of its sleep takes the place of the last failure.",
                    "`RetryPolicyExecutor.apply`"),
            broken(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-11",
                    "An `InterruptedException` of the task is retried, and what is thrown in the end "
                            + "is another one.",
                    "`RetryPolicyExecutor.onFailure`"),
            differs(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-13",
                    "Errors are retried: by default any `Throwable` is a failure, as documented.",
                    "https://failsafe.dev/policies/#failure-handling"),
            broken(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-17",
                    "What the delay function throws takes the place of the failure of the task, which "
                            + "is lost. (A throwing predicate is taken for false, as documented.)",
                    "`RetryPolicyImpl.computeDelay`"),
            differs(Peer.FAILSAFE_RETRY, "RETRY-22", NESTED, "https://failsafe.dev/retry/"),
            differs(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-23",
                    "No type of failure beats the lists and predicates.",
                    "https://failsafe.dev/retry/"),
            broken(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-24",
                    "The listener hears a delay that is longer than the wait: the fraction of a "
                            + "millisecond is dropped after it was told, as in RETRY-7.",
                    "`RetryPolicyExecutor.apply`"),
            none(Peer.FAILSAFE_RETRY, "RETRY-15", HINT),
            none(Peer.FAILSAFE_RETRY, "RETRY-16", BUDGET),
            none(Peer.FAILSAFE_RETRY, "RETRY-19", HTTP),
            none(Peer.FAILSAFE_RETRY, "RETRY-20", SQL),
            none(
                    Peer.FAILSAFE_RETRY,
                    "RETRY-21",
                    "The task can ask for the number of its attempt and for the last failure, not for "
                            + "all of them."));

    private FailsafeRetryVerdicts() {}
}
