package dev.reliability.testkit.contract;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * What surrounds one try: its time, its random numbers, its threads, and what is recorded of it. Thread-safe.
 *
 * <p>A random seed fixes the random numbers; it follows from the number of the try, so a repeated try has the same.
 */
public final class World {
    private final TimeMode mode;
    private final double scale;
    private final Stage stage;
    private final TimeSource time;
    private final long startedNanos;
    private final History history;
    private final Queue<Actor> actors = new ConcurrentLinkedQueue<>();

    World(TimeMode mode, double scale, long seed) {
        this(
                mode,
                scale,
                switch (mode) {
                    case VIRTUAL -> new VirtualStage(VirtualTime.autoAdvancing(seed), false);
                    case OWN_CLOCK -> new VirtualStage(VirtualTime.watching(seed), true);
                    case REAL -> new MachineStage(seed);
                });
    }

    World(TimeMode mode, double scale, Stage stage) {
        this.mode = mode;
        this.scale = mode == TimeMode.REAL ? scale : 1;
        this.stage = stage;
        this.time = stage.time();
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
        return stage.random();
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
        stage.busy(nanos);
    }

    /**
     * Makes threads begin together, as far as there are so many at once: waits until each has called this.
     *
     * @param toCome how many have not; 1 less after the call
     */
    public void meet(AtomicInteger toCome) {
        toCome.decrementAndGet();
        stage.spinUntil(() -> toCome.get() <= 0);
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
        stage.start(name, actor, () -> {
            actor.started(Thread.currentThread());
            noteWhatIsNotCaught();
            actor.run(body);
        });
        return actor;
    }

    /** What the calling thread is told in vain is told to the reader. */
    void noteWhatIsNotCaught() {
        Thread.currentThread().setUncaughtExceptionHandler((where, failure) -> history.note("not caught: " + failure));
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
        stage.awaitBlocked(actor);
    }

    /**
     * Wakes a thread without a reason, as any thread that is parked may be.
     *
     * @param actor whose thread
     */
    public void wake(Actor actor) {
        stage.wake(actor.thread());
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
        return stage.pendingTimers();
    }

    Iterable<Actor> actors() {
        return actors;
    }
}
