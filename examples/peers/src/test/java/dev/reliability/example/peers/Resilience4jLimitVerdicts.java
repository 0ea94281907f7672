package dev.reliability.example.peers;

import static dev.reliability.example.peers.Verdict.broken;
import static dev.reliability.example.peers.Verdict.differs;
import static dev.reliability.example.peers.Verdict.none;
import static dev.reliability.example.peers.Verdict.unjudged;

import java.util.List;

/** What is said of the time limiter, rate limiter and bulkhead of Resilience4j 2.4.0. */
final class Resilience4jLimitVerdicts {
    private static final String VALUE = "Time limits are no values there.";

    static final List<Verdict> ALL = List.of(
            none(Peer.RESILIENCE4J_TIME_LIMITER, "DEADLINE-1", VALUE),
            none(Peer.RESILIENCE4J_TIME_LIMITER, "DEADLINE-9", VALUE),
            none(Peer.RESILIENCE4J_TIME_LIMITER, "DEADLINE-10", VALUE),
            none(Peer.RESILIENCE4J_TIME_LIMITER, "DEADLINE-12", VALUE),
            none(Peer.RESILIENCE4J_TIME_LIMITER, "DEADLINE-7", "No limit is visible to the work."),
            none(
                    Peer.RESILIENCE4J_TIME_LIMITER,
                    "DEADLINE-13",
                    "The caller leaves the work behind always; there is no bound on how much is."),
            none(Peer.RESILIENCE4J_TIME_LIMITER, "DEADLINE-14", "Interrupt, or nothing."),
            differs(
                    Peer.RESILIENCE4J_TIME_LIMITER,
                    "DEADLINE-2",
                    "A value that comes too late is dropped, and not closed: nothing promises that it " + "would be.",
                    "https://resilience4j.readme.io/docs/timeout"),
            none(Peer.RESILIENCE4J_TIME_LIMITER, "DEADLINE-3", "The work runs on another thread."),
            broken(
                    Peer.RESILIENCE4J_TIME_LIMITER,
                    "DEADLINE-11",
                    "Cancelling the call does not reach the work. Where the stage fails in time, the "
                            + "timer stays until its time, as the source shows.",
                    "`TimeLimiterImpl.decorateCompletionStage`"),
            unjudged(
                    Peer.RESILIENCE4J_TIME_LIMITER,
                    "DEADLINE-8",
                    "The work runs on another thread: limits do not nest on one."),
            differs(
                    Peer.RESILIENCE4J_RATE,
                    "LIMIT-1",
                    "Permits come back at the turns of a fixed cycle: a window across a turn may see "
                            + "twice as many, as documented.",
                    "https://resilience4j.readme.io/docs/ratelimiter"),
            none(Peer.RESILIENCE4J_RATE, "LIMIT-2", "How many at a time is the business of its bulkhead."),
            differs(
                    Peer.RESILIENCE4J_RATE,
                    "LIMIT-3",
                    "A refusal does not tell the wait.",
                    "`RateLimiter.reservePermission`"),
            none(Peer.RESILIENCE4J_BULKHEAD, "LIMIT-1", "How often is the business of its rate limiter."),
            differs(
                    Peer.RESILIENCE4J_BULKHEAD,
                    "LIMIT-2",
                    "A permit is no object: giving back once too often makes one more, as "
                            + "`releasePermission` says.",
                    "`Bulkhead.releasePermission`"),
            broken(
                    Peer.RESILIENCE4J_BULKHEAD,
                    "LIMIT-3",
                    "`maxWaitDuration` is truncated to whole milliseconds: a wait below one is none. "
                            + "A refusal does not tell the wait, either.",
                    "`SemaphoreBulkhead.tryEnterBulkhead`"));

    private Resilience4jLimitVerdicts() {}
}
