package dev.reliability.testkit.contract;

import dev.reliability.time.TimeSource;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** What a {@link World} runs on: time, chance and threads. */
interface Stage {
    TimeSource time();

    RandomGenerator random();

    /** Starts a thread that first makes itself known to its actor. */
    void start(String name, Actor actor, Runnable task);

    /** Lets time pass while the calling thread is busy. */
    void busy(long nanos);

    /** Waits, without letting time pass, for what other threads do soon. */
    void spinUntil(BooleanSupplier condition);

    /** Waits until the thread of an actor waits, or has ended. */
    void awaitBlocked(Actor actor) throws InterruptedException;

    /** Wakes a thread that is parked, in whichever way. */
    void wake(Thread thread);

    int pendingTimers();
}
