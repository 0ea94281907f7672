package dev.reliability.example.peers;

import static dev.reliability.example.peers.Verdict.broken;
import static dev.reliability.example.peers.Verdict.differs;
import static dev.reliability.example.peers.Verdict.none;

import java.util.List;

/** What is said of the timeout, rate limiter and bulkhead of Failsafe 3.3.2. */
final class FailsafeLimitVerdicts {
    private static final String VALUE = "Time limits are no values there.";

    static final List<Verdict> ALL = List.of(
            none(Peer.FAILSAFE_TIMEOUT, "DEADLINE-1", VALUE),
            none(Peer.FAILSAFE_TIMEOUT, "DEADLINE-9", VALUE),
            none(Peer.FAILSAFE_TIMEOUT, "DEADLINE-10", VALUE),
            none(Peer.FAILSAFE_TIMEOUT, "DEADLINE-12", VALUE),
            none(Peer.FAILSAFE_TIMEOUT, "DEADLINE-7", "No limit is visible to the work."),
            none(Peer.FAILSAFE_TIMEOUT, "DEADLINE-13", "No work is abandoned."),
            none(Peer.FAILSAFE_TIMEOUT, "DEADLINE-14", "Interrupt, or nothing."),
            differs(
                    Peer.FAILSAFE_TIMEOUT,
                    "DEADLINE-2",
                    "A value that comes too late is dropped, and not closed: nothing promises that it " + "would be.",
                    "https://failsafe.dev/timeout/"),
            broken(
                    Peer.FAILSAFE_TIMEOUT,
                    "DEADLINE-3",
                    "When the time is up, an interrupt flag that the body or somebody else had set is "
                            + "cleared with its own.",
                    "`Functions.get`"),
            broken(
                    Peer.FAILSAFE_TIMEOUT,
                    "DEADLINE-6",
                    "Its timers run on the common pool where that has more than one thread: while "
                            + "that is busy, no limit fires. The run is told to have a pool of two.",
                    "`DelegatingScheduler`"),
            differs(
                    Peer.FAILSAFE_LIMITER,
                    "LIMIT-1",
                    "Of a bursty limiter permits come back at the turns of fixed periods: a window "
                            + "across a turn may see twice as many, as documented.",
                    "https://failsafe.dev/rate-limiter/"),
            broken(
                    Peer.FAILSAFE_LIMITER,
                    "LIMIT-2",
                    "A waiter of the bulkhead that gives up stays in its queue, and the permit that "
                            + "is given to it is lost for good (failsafe#393).",
                    "`BulkheadImpl.tryAcquirePermit`"),
            differs(
                    Peer.FAILSAFE_LIMITER,
                    "LIMIT-3",
                    "A refusal does not tell the wait.",
                    "https://failsafe.dev/rate-limiter/"));

    private FailsafeLimitVerdicts() {}
}
