package dev.reliability.testkit.contract;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds one try: its time, its random numbers, its threads, and what is recorded of it. Thread-safe.
 *
 * <p>A random seed fixes the random numbers; it follows from the number of the try, so a repeated try has the same.
 */
public final class World {
    private static final Set<Thread.State> BLOCKED =
            EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.BLOCKED);

    private final TimeMode mode;
    private final double scale;
    private final @Nullable VirtualTime virtual; // null in real time
    private final TimeSource time;
    private final RandomGenerator random;
    private final long startedNanos;
    private final History history;
    private final Queue<Actor> actors = new ConcurrentLinkedQueue<>();

    World(TimeMode mode, double scale, long seed) {
        this.mode = mode;
        this.scale = mode == TimeMode.REAL ? scale : 1;
        this.virtual = switch (mode) {
            case VIRTUAL -> VirtualTime.autoAdvancing(seed);
            case OWN_CLOCK -> VirtualTime.watching(seed);
            case REAL -> null;
        };
        this.time = virtual == null ? TimeSource.system() : virtual;
        this.random = virtual == null ? new Random(seed) : virtual.random();
        this.startedNanos = time.nanoTime();
        this.history = new History(() -> time.nanoTime() - startedNanos);
    }

    /**
     * By which time this try runs.
     *
     * @return what {@link TimedContract#timeMode} stated
     */
    public TimeMode timeMode() {
        return mode;
    }

    /**
     * The time of this try.
     *
     * @return virtual, but in {@link TimeMode#REAL} that of the machine
     */
    public TimeSource time() {
        return time;
    }

    /**
     * The random numbers of this try.
     *
     * @return one generator, seeded
     */
    public RandomGenerator random() {
        return random;
    }

    /**
     * How much time has passed in this try.
     *
     * @return nanoseconds of {@link #time} since it began
     */
    public long nanos() {
        return time.nanoTime() - startedNanos;
    }

    /**
     * Waits on {@link #time}.
     *
     * @param nanos how long
     * @throws InterruptedException if the thread is interrupted
     */
    public void sleep(long nanos) throws InterruptedException {
        time.sleep(Duration.ofNanos(nanos));
    }

    /**
     * Lets time pass while the calling thread is busy: it neither waits nor looks at its interrupt flag.
     *
     * @param nanos how long
     */
    public void busy(long nanos) {
        if (virtual != null) {
            virtual.advance(Duration.ofNanos(nanos));
            return;
        }
        long end = nanos() + nanos;
        while (nanos() < end) {
            Thread.onSpinWait();
        }
    }

    /**
     * A span of the rule as it is to be in this try: shortened by {@link TimedContract#scale} in real time.
     *
     * @param nanos the span in virtual time
     * @return the span on {@link #time}; positive if it was
     */
    public long scaled(long nanos) {
        return nanos <= 0 ? nanos : Math.max(1, (long) (nanos * scale));
    }

    /**
     * Starts a thread, for which virtual time waits.
     *
     * @param name of the thread, as the history shows it
     * @param body what it runs
     * @return the work, to be waited for
     */
    public Actor spawn(String name, Body body) {
        Actor actor = new Actor(Seam.of(time));
        actors.add(actor);
        Runnable run = () -> {
            Thread thread = Thread.currentThread();
            thread.setUncaughtExceptionHandler((where, failure) -> history.note("not caught: " + failure));
            actor.started(thread);
            actor.run(body);
        };
        if (virtual != null) {
            actor.started(virtual.spawn(name, run));
        } else {
            Thread thread = new Thread(run, name);
            thread.setDaemon(true);
            actor.started(thread);
            thread.start();
        }
        return actor;
    }

    /**
     * Starts a thread that does what it is asked, until it is dismissed.
     *
     * @param name of the thread
     * @return somebody to be asked, and dismissed before the try ends
     */
    public Person person(String name) {
        return new Person(this, name);
    }

    /**
     * Makes a gate for threads to wait at.
     *
     * @return a new gate, closed
     */
    public Gate gate() {
        return new Gate(this);
    }

    /**
     * Waits until a thread waits for something, or has ended. In virtual time all others have got as far as they can by
     * then, too.
     *
     * @param actor whose thread
     * @throws InterruptedException if the calling thread is interrupted
     */
    public void awaitBlocked(Actor actor) throws InterruptedException {
        if (virtual != null) {
            sleep(1); // time moves when nobody is able to go on
            return;
        }
        long startNanos = System.nanoTime();
        while (!actor.hasEnded()
                && !BLOCKED.contains(actor.thread().getState())
                && System.nanoTime() - startNanos < Settings.patience().toNanos()) {
            LockSupport.parkNanos(this, 20_000);
        }
    }

    /**
     * Wakes a thread without a reason, as any thread that is parked may be.
     *
     * @param actor whose thread
     */
    public void wake(Actor actor) {
        if (virtual != null) {
            virtual.unpark(actor.thread());
        }
        if (mode != TimeMode.VIRTUAL) {
            LockSupport.unpark(actor.thread());
        }
    }

    /** Lets other threads run, where they have a chance to see something half done. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: it only makes races likelier
    public void letOthersRun() {
        Seam.of(time).checkpoint();
        Thread.yield();
    }

    /**
     * Notes something for the reader of a failure.
     *
     * @param what happened
     */
    public void record(String what) {
        history.note(what);
    }

    /**
     * What has happened in this try.
     *
     * @return the one history
     */
    public History history() {
        return history;
    }

    /**
     * How many timers what is under test has set and not yet taken back.
     *
     * @return the number, 0 where nobody can tell: only in {@link TimeMode#VIRTUAL}
     */
    public int pendingTimers() {
        return virtual == null ? 0 : virtual.pendingAlarms();
    }

    Iterable<Actor> actors() {
        return actors;
    }
}
