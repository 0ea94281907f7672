package dev.reliability.testkit.sim;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that carries one task of each schedule. It runs only in its turn.
 *
 * <p>The interrupt flag of a thread that waits for its turn is kept here, not in the JVM: there it would keep the thread
 * from parking. It goes back to the JVM when the thread's turn has come, so that code sees its own flag as ever.
 */
final class Carrier extends Thread {
    private volatile boolean turn;
    private volatile boolean closed;
    private volatile boolean flag; // written by who has the turn, read by any

    // Written before the turn is given.
    private @Nullable SimTask task;

    private volatile boolean free = true;
    private volatile boolean spent; // its thread locals may hold what an unwound task left behind

    Carrier(int number) {
        super(null, null, "simulation-" + number, 0, false);
        setDaemon(true);
    }

    void carry(SimTask next) {
        task = next;
        free = false;
        flag = false;
        setName(next.name);
        setUncaughtExceptionHandler(null); // that of the task before
    }

    /** The task of the schedule that runs, or ran last. */
    @Nullable
    SimTask task() {
        return task;
    }

    /** Whether it has ended its task. */
    boolean isFree() {
        return free;
    }

    /** Whether it can take another task. */
    boolean isReusable() {
        return free && !spent;
    }

    /** Is not to take another task. */
    void setSpent() {
        spent = true;
    }

    /** Has ended its task, on the thread itself, which is about to pass the turn on. */
    void setFree() {
        boolean unused = Thread.interrupted(); // the flag was the task's
        free = true;
    }

    @Override
    public void run() {
        for (awaitTurn(); !closed; awaitTurn()) {
            SimTask carried = task;
            if (carried != null) {
                carried.schedule.carry(carried);
            }
        }
    }

    /** Lets the thread go on. */
    void giveTurn() {
        turn = true;
        LockSupport.unpark(this);
    }

    /** Waits, on the thread itself, until it may go on. */
    void awaitTurn() {
        if (super.isInterrupted()) {
            flag = true; // first: another task may be looking already
            boolean unused = Thread.interrupted();
        }
        while (!turn) {
            LockSupport.park();
        }
        turn = false;
        if (flag) {
            super.interrupt();
            flag = false;
        }
    }

    @Override
    public void interrupt() {
        SimTask interrupted = task;
        if (Thread.currentThread() == this || interrupted == null) {
            super.interrupt();
        } else {
            interrupted.schedule.waiting.interrupt(interrupted);
        }
    }

    /** Sets the flag for when the turn has come. */
    void flag() {
        flag = true;
    }

    @Override
    public boolean isInterrupted() {
        return super.isInterrupted() || flag; // in this order: it moves from the one to the other while some look
    }

    @Override
    public UncaughtExceptionHandler getUncaughtExceptionHandler() {
        return (thread, failure) -> {
            SimTask reporting = task;
            if (reporting != null) {
                reporting.schedule.waiting.reported(reporting, failure);
            }
            UncaughtExceptionHandler set = super.getUncaughtExceptionHandler();
            if (set != getThreadGroup()) { // by the task itself
                set.uncaughtException(thread, failure);
            }
        };
    }

    /** Interrupts the thread in whatever it does outside the simulation. */
    void interruptForReal() {
        super.interrupt();
    }

    /** For a task that catches every error: it never goes on, nor does its thread. */
    static void stopForGood() {
        while (true) {
            LockSupport.park();
            boolean unused = Thread.interrupted();
        }
    }

    /** Lets the thread end, if it waits for its turn. */
    void close() {
        closed = true;
        giveTurn();
    }
}
