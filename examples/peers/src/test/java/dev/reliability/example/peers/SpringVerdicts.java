package dev.reliability.example.peers;

import static dev.reliability.example.peers.Verdict.broken;
import static dev.reliability.example.peers.Verdict.differs;
import static dev.reliability.example.peers.Verdict.none;
import static dev.reliability.example.peers.Verdict.noted;
import static dev.reliability.example.peers.Verdict.unjudged;

import java.util.List;

/** What is said of Spring Framework 7.0.10 and Spring Retry 2.0.13. */
final class SpringVerdicts {
    private static final String HINT = "No failure of its tells it how long to wait.";
    private static final String BUDGET = "No budget.";
    private static final String HTTP = "Knows nothing of HTTP.";
    private static final String SQL = "Knows nothing of SQL.";
    private static final String NESTED = "An outer retry cannot tell that an inner one has given up: three times three "
            + "attempts are nine, as its documentation leads to expect.";

    static final List<Verdict> ALL = List.of(
            noted(
                    Peer.SPRING_RETRY,
                    "RETRY-2",
                    "It judges exceptions only. Here and elsewhere the adapter lets the task throw "
                            + "where a result is to be rejected."),
            noted(
                    Peer.SPRING_RETRY,
                    "RETRY-3",
                    "Once the documented `RetryException` is taken off. For this and the other rules "
                            + "the adapter does so."),
            broken(
                    Peer.SPRING_RETRY,
                    "RETRY-5",
                    "At the cap the range of the jitter is cut at the cap, and above the first delay: "
                            + "draws no longer spread evenly, and where the jitter is as wide as the first "
                            + "delay all are the cap.",
                    "`ExponentialBackOff.applyJitter`"),
            broken(
                    Peer.SPRING_RETRY,
                    "RETRY-7",
                    "`delay` takes any `Duration` and truncates it to whole milliseconds: one below a "
                            + "millisecond does not wait.",
                    "`RetryPolicy.Builder.build`"),
            broken(
                    Peer.SPRING_RETRY,
                    "RETRY-8",
                    "The waits in the counterexample are those of RETRY-7: below a millisecond there "
                            + "is none. A sleep that would pass the timeout is not begun, as the rule says.",
                    "`RetryPolicy.Builder.build`"),
            none(Peer.SPRING_RETRY, "RETRY-9", "`timeout` belongs to the policy; zero means none."),
            broken(
                    Peer.SPRING_RETRY,
                    "RETRY-11",
                    "An `InterruptedException` is retried like any other: whoever interrupted the "
                            + "task is not heard, and the flag is gone.",
                    "`RetryTemplate.execute`"),
            differs(
                    Peer.SPRING_RETRY,
                    "RETRY-13",
                    "Errors are retried: by default any `Throwable` is, as documented.",
                    "`RetryPolicy.Builder.includes`"),
            broken(
                    Peer.SPRING_RETRY,
                    "RETRY-17",
                    "What the predicate throws takes the place of the failure of the task, which is " + "lost.",
                    "`RetryTemplate.execute`, `DefaultRetryPolicy.shouldRetry`"),
            none(Peer.SPRING_RETRY, "RETRY-18", "Its template is for blocking calls."),
            differs(
                    Peer.SPRING_RETRY,
                    "RETRY-22",
                    NESTED,
                    "https://docs.spring.io/spring-framework/reference/core/resilience.html"),
            differs(
                    Peer.SPRING_RETRY,
                    "RETRY-23",
                    "No type of failure beats the lists and predicates.",
                    "https://docs.spring.io/spring-framework/reference/core/resilience.html"),
            none(Peer.SPRING_RETRY, "RETRY-24", "Its listener is told after the wait, and no delay."),
            none(Peer.SPRING_RETRY, "RETRY-15", HINT),
            none(Peer.SPRING_RETRY, "RETRY-16", BUDGET),
            none(Peer.SPRING_RETRY, "RETRY-19", HTTP),
            none(Peer.SPRING_RETRY, "RETRY-20", SQL),
            none(Peer.SPRING_RETRY, "RETRY-21", "The task is not told about its attempt."),
            noted(
                    Peer.SPRING_RETRY_2,
                    "RETRY-2",
                    "It judges exceptions only. Here and elsewhere the adapter lets the task throw "
                            + "where a result is to be rejected."),
            noted(Peer.SPRING_RETRY_2, "RETRY-7", "Its delays are whole milliseconds by type: the adapter rounds up."),
            broken(
                    Peer.SPRING_RETRY_2,
                    "RETRY-5",
                    "Jitter is drawn first and cut at the cap afterwards: once the backoff has "
                            + "reached the cap, every draw is the cap.",
                    "`ExponentialRandomBackOffPolicy.ExponentialRandomBackOffContext`"),
            unjudged(
                    Peer.SPRING_RETRY_2,
                    "RETRY-8",
                    "It has `TimeoutRetryPolicy`, by the wall clock; the adapter lacks it."),
            unjudged(
                    Peer.SPRING_RETRY_2,
                    "RETRY-9",
                    "It has `TimeoutRetryPolicy`, by the wall clock; the adapter lacks it."),
            broken(
                    Peer.SPRING_RETRY_2,
                    "RETRY-10",
                    "A `BackOffInterruptedException` takes the place of the last failure or result.",
                    "`RetryTemplate.doExecute`"),
            broken(
                    Peer.SPRING_RETRY_2,
                    "RETRY-11",
                    "An `InterruptedException` is retried like any other: whoever interrupted the "
                            + "task is not heard, and the flag is gone.",
                    "`RetryTemplate.doExecute`"),
            differs(
                    Peer.SPRING_RETRY_2,
                    "RETRY-13",
                    "An `Error` is retried if a list excludes others only: the classifier of the "
                            + "builder takes any `Throwable` then.",
                    "`RetryTemplateBuilder.notRetryOn`"),
            broken(
                    Peer.SPRING_RETRY_2,
                    "RETRY-17",
                    "What the predicate throws takes the place of the failure of the task, which is " + "lost.",
                    "`RetryTemplate.doExecute`"),
            none(Peer.SPRING_RETRY_2, "RETRY-18", "Its template is for blocking calls."),
            none(
                    Peer.SPRING_RETRY_2,
                    "RETRY-21",
                    "The task can ask for the number of its attempt and for the last failure, not for "
                            + "all of them."),
            differs(Peer.SPRING_RETRY_2, "RETRY-22", NESTED, "https://github.com/spring-projects/spring-retry"),
            differs(
                    Peer.SPRING_RETRY_2,
                    "RETRY-23",
                    "A list of what is retried excludes one of what is not, as documented; no type of "
                            + "failure beats them.",
                    "`RetryTemplateBuilder.retryOn`"),
            none(Peer.SPRING_RETRY_2, "RETRY-24", "Its listener is told of failures, and no delay."),
            none(Peer.SPRING_RETRY_2, "RETRY-15", HINT),
            none(Peer.SPRING_RETRY_2, "RETRY-16", BUDGET),
            none(Peer.SPRING_RETRY_2, "RETRY-19", HTTP),
            none(Peer.SPRING_RETRY_2, "RETRY-20", SQL));

    private SpringVerdicts() {}
}
