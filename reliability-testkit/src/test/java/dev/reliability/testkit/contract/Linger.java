package dev.reliability.testkit.contract;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Widens the window of a planted race. */
public final class Linger {
    private Linger() {}

    /** Waits, for a while, until another thread is here as well. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it only makes the race likelier
    public static void forAnother(AtomicInteger here) {
        here.incrementAndGet();
        for (int i = 0; i < 1_000 && here.get() < 2; i++) {
            Thread.yield();
        }
        aWhile();
        here.decrementAndGet();
    }

    /** Lets other threads run, for a random while. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it only makes the race likelier
    public static void aWhile() {
        for (int i = ThreadLocalRandom.current().nextInt(200); i > 0; i--) {
            Thread.yield();
        }
    }
}
