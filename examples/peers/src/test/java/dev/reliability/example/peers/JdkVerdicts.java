package dev.reliability.example.peers;

import static dev.reliability.example.peers.Verdict.differs;
import static dev.reliability.example.peers.Verdict.none;

import java.util.List;

/** What is said of the locks of the JDK. */
final class JdkVerdicts {

    static final List<Verdict> ALL = List.of(
            differs(
                    Peer.JDK_LOCK,
                    "MUTEX-6",
                    "A hold is no object, but a count of its thread: closing one twice gives back "
                            + "another one of the same thread, as documented.",
                    " https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/concurrent/locks/ReentrantLock.html"),
            none(Peer.JDK_LOCK, "MUTEX-9", "A time-out tells nothing."),
            none(Peer.JDK_LOCK, "MUTEX-10", "Long holds are not reported."),
            none(Peer.JDK_LOCK, "MUTEX-14", "No asynchronous acquire."),
            none(Peer.JDK_LOCK, "MUTEX-15", "No locks by key."),
            differs(
                    Peer.JDK_FAIR_LOCK,
                    "MUTEX-6",
                    "A hold is no object, but a count of its thread: closing one twice gives back "
                            + "another one of the same thread, as documented.",
                    " https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/concurrent/locks/ReentrantLock.html"),
            none(Peer.JDK_FAIR_LOCK, "MUTEX-9", "A time-out tells nothing."),
            none(Peer.JDK_FAIR_LOCK, "MUTEX-10", "Long holds are not reported."),
            none(Peer.JDK_FAIR_LOCK, "MUTEX-14", "No asynchronous acquire."),
            none(Peer.JDK_FAIR_LOCK, "MUTEX-15", "No locks by key."),
            differs(
                    Peer.JDK_SEMAPHORE,
                    "MUTEX-6",
                    "A hold is no object: giving back once too often frees what somebody else holds, "
                            + "as documented for a semaphore.",
                    " https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/concurrent/Semaphore.html"),
            none(Peer.JDK_SEMAPHORE, "MUTEX-9", "A time-out tells nothing."),
            none(Peer.JDK_SEMAPHORE, "MUTEX-10", "Long holds are not reported."),
            none(Peer.JDK_SEMAPHORE, "MUTEX-14", "No asynchronous acquire."),
            none(Peer.JDK_SEMAPHORE, "MUTEX-15", "No locks by key."),
            none(
                    Peer.JDK_LOCK,
                    "MUTEX-8",
                    "It barges without a bound, as documented; the fair one is the next column."),
            differs(
                    Peer.JDK_SEMAPHORE,
                    "MUTEX-11",
                    "It has no owner, as documented: a call inside a call waits for itself.",
                    " https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/concurrent/Semaphore.html"),
            none(Peer.JDK_SEMAPHORE_LIMIT, "LIMIT-1", "It limits how many at a time."),
            differs(
                    Peer.JDK_SEMAPHORE_LIMIT,
                    "LIMIT-2",
                    "A permit is no object: giving back once too often makes one more, as documented.",
                    " https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/concurrent/Semaphore.html"));

    private JdkVerdicts() {}
}
