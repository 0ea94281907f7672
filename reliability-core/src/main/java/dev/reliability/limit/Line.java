package dev.reliability.limit;

/** A queue in which callers wait for a limiter, those that block and those that do not in one order. */
interface Line {
    /**
     * Joins, unless the waiter is admitted or refused at once.
     *
     * @param waiter a new one
     * @param startNanos when the caller came
     * @param limitNanos how long it may wait
     * @return the state with which it leaves the monitor
     */
    Waiter.State join(Waiter waiter, long startNanos, long limitNanos);

    /**
     * Takes a waiter out of the queue and passes its turn on.
     *
     * @param waiter one that has joined
     * @return false if it is not there any more, since it was admitted or has left before
     */
    boolean abandon(Waiter waiter);
}
