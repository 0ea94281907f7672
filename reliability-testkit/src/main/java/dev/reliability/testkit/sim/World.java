package dev.reliability.testkit.sim;

import dev.reliability.Action;
import dev.reliability.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * All that a {@link Scenario} has around it while one schedule runs. Usable by the scenario and by the tasks of this
 * schedule only: whoever else waits, records, draws or spawns here in a simulation gets an {@link IllegalStateException}.
 * Thread-safe for those who may use it.
 */
public interface World {
    /**
     * The time of this schedule. What is under test has to use it; what waits otherwise cannot be simulated.
     *
     * @return virtual time that begins at 0 and moves when all tasks wait
     */
    TimeSource time();

    /**
     * Random numbers for the calling task, fixed by the seed, the number of the schedule and the task.
     *
     * @return a generator for the calling task
     */
    RandomGenerator random();

    /**
     * Adds a task. If the scenario is still being set up, it begins when that has ended, else at once. An exception or
     * error that leaves the task fails the schedule.
     *
     * @param name for traces and of its thread
     * @param task what it does
     */
    void spawn(String name, Action<?> task);

    /**
     * Says what has to hold at the end. Runs alone, when every task has ended and everything that the library started is
     * idle; it may wait. At most one of each schedule. To be called in the set-up only.
     *
     * @param check throws, for example an {@link AssertionError}, if the schedule failed
     * @throws IllegalStateException if there is a check already, or the set-up has ended
     */
    void check(Action<?> check);

    /**
     * The operations out of which a failure is to be shrunk. To be called in the set-up only.
     *
     * @param all of them
     * @param <T> whatever describes an operation
     * @return all of them; while a failure is shrunk or its shrunk case repeated, some of them in the same order
     * @throws IllegalStateException if the set-up has ended
     */
    <T> List<T> operations(List<T> all);

    /**
     * Writes an event into the history and the trace. Its text should not hold what changes from run to run.
     *
     * @param event what happened, as a value
     */
    void record(Object event);

    /**
     * What was recorded so far.
     *
     * @return a copy, in order
     */
    List<Recorded> history();

    /** A place where another task may go on, as before a step that others can come between. */
    void checkpoint();

    /**
     * Waits for a condition that other tasks, or the time, make true. No time passes while another task can go on. An
     * interrupt does not end it, and stays. On real threads the condition is looked at each millisecond of the world's time.
     *
     * @param condition looked at often and on any thread; must change nothing and not wait
     */
    void await(BooleanSupplier condition);

    /**
     * Lets time pass while the calling task computes: it does not wait, so neither an interrupt nor a wake-up ends it, and
     * both are kept. Other tasks go on meanwhile.
     *
     * @param span on {@link #time}; nothing happens if it is not positive
     */
    void busy(Duration span);

    /**
     * How many alarms are set on {@link #time} and have not rung.
     *
     * @return the number; 0 where the time is a machine's, and nobody can tell
     */
    int pendingAlarms();

    /**
     * One recorded event.
     *
     * @param nanos when, on {@link #time}
     * @param task which task recorded it
     * @param event what was recorded
     */
    record Recorded(long nanos, String task, Object event) {}
}
