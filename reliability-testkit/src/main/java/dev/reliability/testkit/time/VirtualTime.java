package dev.reliability.testkit.time;

import static java.util.Objects.requireNonNull;

import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until a test moves it, so that a year of waiting takes a millisecond.
 *
 * <p>{@linkplain #manual Manual} time moves when the test calls {@link #advance}. {@linkplain #autoAdvancing
 * Auto-advancing} time jumps to the next event whenever every thread that was {@linkplain #spawn spawned} here is parked
 * and a thread parks here or ends: a test with one thread just calls what waits. Threads that are not spawned here are
 * not waited for.
 *
 * <p>Random numbers come from one seeded generator. Alarms ring on the thread that moves the time, those of one instant
 * in the order in which they were scheduled. Thread-safe.
 */
public final class VirtualTime extends Seam {
    private static final Set<Thread.State> BLOCKED =
            EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.BLOCKED);
    private static final long LOOK_NANOS = 100_000; // of real time, between two looks at who is blocked
    private static final long QUIET_NANOS = 1_000_000; // of real time, after which who is blocked stays so

    private final boolean auto;
    private final boolean watching;
    private final Random random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition parkedChanged = lock.newCondition();

    // Guarded by lock.
    private final TreeSet<Wake> wakes = new TreeSet<>(); // the first one comes next
    private final Map<Alarm, Wake> alarms = new HashMap<>();
    private final Map<Thread, Wake> parked = new HashMap<>();
    private final List<Wake> gone = new ArrayList<>(); // see leave
    private final Set<Thread> permits = new HashSet<>();
    private final Set<Thread> spawned = new HashSet<>();
    private final Set<Thread> inside = new HashSet<>(); // on their way into, in or out of a park
    private @Nullable Set<Thread> quiet; // who was blocked by other means at the last look, null if others were busy
    private long quietSince; // real time
    private int busy; // spawned threads that are not parked, other threads on their way out of a park, alarms that ring
    private long now;
    private long sequence;

    private VirtualTime(boolean auto, boolean watching, long seed) {
        this.auto = auto;
        this.watching = watching;
        this.random = new Random(seed);
    }

    /**
     * Time that only {@link #advance} moves.
     *
     * @return a new source at counter 0, with random seed 0
     */
    public static VirtualTime manual() {
        return new VirtualTime(false, false, 0);
    }

    /**
     * Time that jumps to the next event whenever all wait.
     *
     * @return a new source at counter 0, with random seed 0
     */
    public static VirtualTime autoAdvancing() {
        return autoAdvancing(0);
    }

    /**
     * Time that jumps to the next event whenever all wait, with a seed for its random numbers.
     *
     * @param seed of {@link #random}
     * @return a new source at counter 0
     */
    public static VirtualTime autoAdvancing(long seed) {
        return new VirtualTime(true, false, seed);
    }

    /**
     * Time that jumps to the next event whenever all wait, some of them by other means than this time: for a thread that
     * was spawned here and has been blocked for a millisecond of real time, by a lock of the JDK's for example, it does
     * not wait. What blocks only for a while, by its own clock, is not told from what waits.
     *
     * @param seed of {@link #random}
     * @return a new source at counter 0
     */
    public static VirtualTime watching(long seed) {
        return new VirtualTime(true, true, seed);
    }

    /**
     * Moves the time, stopping at each event on the way: what is due at an instant sees that instant.
     *
     * @param span how far; negative is refused
     * @throws IllegalArgumentException if the span is negative
     */
    public void advance(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("span must not be negative, but was " + span);
        }
        long target = nanoTime() + span.toNanos();
        while (step(target, false)) {
            Thread.onSpinWait();
        }
        lock.lock();
        try {
            now = target - now > 0 ? target : now;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves the time to the next event and lets it happen, whoever is awake.
     *
     * @return false if nothing is due at any time
     */
    public boolean advanceToNext() {
        return step(null, false);
    }

    /**
     * Moves the counter without ringing anything, to try where it starts or wraps. Only before it is used.
     *
     * @param nanos the new value of {@link #nanoTime}
     * @return this
     */
    public VirtualTime startingAt(long nanos) {
        lock.lock();
        try {
            if (!wakes.isEmpty() || !parked.isEmpty()) {
                throw new IllegalStateException("the time is in use and cannot be set; advance it instead");
            }
            now = nanos;
            return this;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts a thread that auto-advancing time waits for.
     *
     * @param name of the thread
     * @param task what it runs
     * @return the thread, started; a daemon
     */
    public Thread spawn(String name, Runnable task) {
        requireNonNull(task, "task");
        Thread thread = new Thread(() -> runSpawned(task), name);
        thread.setDaemon(true);
        lock.lock();
        try {
            spawned.add(thread);
            busy++;
        } finally {
            lock.unlock();
        }
        thread.start();
        return thread;
    }

    private void runSpawned(Runnable task) {
        try {
            task.run();
        } finally {
            lock.lock();
            try {
                spawned.remove(Thread.currentThread());
                permits.remove(Thread.currentThread());
                busy--;
            } finally {
                lock.unlock();
            }
            drive();
        }
    }

    /**
     * Waits, in real time, for 10 seconds at most, until a number of threads are parked here.
     *
     * @param threads how many
     * @throws InterruptedException if the thread is interrupted
     * @throws TimeoutException if they are not after 10 seconds
     */
    public void awaitParked(int threads) throws InterruptedException, TimeoutException {
        awaitParked(threads, Duration.ofSeconds(10));
    }

    /**
     * Waits, in real time, until a number of threads are parked here.
     *
     * @param threads how many
     * @param atMost for how long; with zero or less it only looks
     * @throws InterruptedException if the thread is interrupted
     * @throws TimeoutException if they are not after that time; it names those that are
     */
    public void awaitParked(int threads, Duration atMost) throws InterruptedException, TimeoutException {
        long left = TimeUnit.NANOSECONDS.convert(requireNonNull(atMost, "atMost"));
        lock.lock();
        try {
            while (parked.size() < threads) {
                if (left <= 0) {
                    throw new TimeoutException(threads + " threads were to park here, but only " + parked.size()
                            + " did: " + parked.keySet());
                }
                left = parkedChanged.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many threads are parked here.
     *
     * @return the number, which may be another one as soon as it is returned
     */
    public int parkedThreads() {
        lock.lock();
        try {
            return parked.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many alarms are scheduled and have neither rung nor been taken back.
     *
     * @return the number of pending alarms
     */
    public int pendingAlarms() {
        lock.lock();
        try {
            return alarms.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanoTime() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void park(Object blocker) {
        park(blocker, false, 0);
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        if (nanos > 0) {
            park(blocker, true, nanos);
        }
    }

    private void park(Object blocker, boolean timed, long nanos) {
        Thread thread = Thread.currentThread();
        Wake wake;
        boolean counted;
        int others;
        lock.lock();
        try {
            if (permits.remove(thread) || thread.isInterrupted()) {
                return;
            }
            wake = new Wake(now + nanos, sequence++, null, thread);
            if (timed) {
                wakes.add(wake);
            }
            parked.put(thread, wake);
            others = parked.size(); // the more look, the less often each has to
            inside.add(thread);
            counted = spawned.contains(thread);
            if (counted) {
                busy--;
            } else {
                wakes.removeAll(gone);
                gone.clear();
            }
            parkedChanged.signalAll();
        } finally {
            lock.unlock();
        }
        drive();
        while (!wake.up && !thread.isInterrupted()) {
            if (watching) {
                LockSupport.parkNanos(blocker, LOOK_NANOS * others);
                drive();
            } else {
                LockSupport.park(blocker);
            }
        }
        lock.lock();
        try {
            leave(wake, timed, counted);
            inside.remove(thread);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A thread goes on. If it was interrupted at the very instant of its own wake-up, and is one that is not waited for,
     * that wake-up stays until it, or another such thread, parks again: auto-advancing time stops there once, as it does
     * for one that is woken by the time, and does not run ahead of what it does at this instant.
     */
    private void leave(Wake wake, boolean timed, boolean counted) {
        wakeUp(wake);
        if (!counted) {
            busy--;
            if (timed && wake.at == now && !wake.due && wake.thread != null && wake.thread.isInterrupted()) {
                wakes.add(wake);
                gone.add(wake);
            }
        }
    }

    @Override
    public void unpark(Thread thread) {
        lock.lock();
        try {
            Wake wake = parked.get(thread);
            if (wake != null) {
                wakeUp(wake);
            } else {
                permits.add(thread);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void schedule(Alarm alarm, long atNanos) {
        lock.lock();
        try {
            Wake wake = new Wake(atNanos, sequence++, alarm, null);
            wakes.add(wake);
            alarms.put(alarm, wake);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cancel(Alarm alarm) {
        lock.lock();
        try {
            Wake wake = alarms.remove(alarm);
            if (wake != null) {
                wakes.remove(wake);
            }
        } finally {
            lock.unlock();
        }
    }

    /** On the thread that moves the time, so that all of an instant has happened when the time goes on. */
    @Override
    public void deliver(Alarm alarm) {
        alarm.deliverNow();
    }

    /** On the calling thread, for the same reason. */
    @Override
    protected void callExecutor(Runnable call) {
        call.run();
    }

    @Override
    public void execute(Runnable continuation) {
        spawn("async", continuation);
    }

    @Override
    public void start(String name, Runnable task) {
        spawn(name, task);
    }

    /** A thread that this time does not wait for: nobody knows when it is started. */
    @Override
    public Thread newThread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Moves auto-advancing time from event to event, until a thread is awake or nothing is left to wait for. */
    private void drive() {
        while (auto && step(null, true)) {
            Thread.onSpinWait();
        }
    }

    /**
     * A thread that waits for the lock on its way into or out of a park is not parked yet or any more: it will look for
     * itself. It may even have been interrupted, which cannot be seen as long as it waits.
     */
    private boolean allParked() {
        wakeInterrupted();
        return !parked.isEmpty()
                && parked.keySet().stream().noneMatch(lock::hasQueuedThread)
                && (busy == 0 || (watching && areBlockedElsewhere()));
    }

    /** Whether all that are busy have been blocked for long enough. */
    private boolean areBlockedElsewhere() {
        Set<Thread> blocked = new HashSet<>();
        for (Thread thread : spawned) {
            if (!inside.contains(thread) && BLOCKED.contains(thread.getState()) && !lock.hasQueuedThread(thread)) {
                blocked.add(thread);
            }
        }
        if (blocked.size() < busy) {
            quiet = null;
            return false;
        }
        if (!blocked.equals(quiet)) {
            quiet = blocked;
            quietSince = System.nanoTime();
        }
        return System.nanoTime() - quietSince >= QUIET_NANOS;
    }

    /**
     * Moves to the first event, if it is not behind the limit, and lets it happen; false if there is none. That all are
     * parked has to hold at the very step: a thread may have been spawned since anyone last looked.
     */
    private boolean step(@Nullable Long limit, boolean ifAllParked) {
        Alarm alarm;
        lock.lock();
        try {
            boolean may = !ifAllParked || allParked();
            Wake first = wakes.isEmpty() ? null : wakes.first();
            if (!may || first == null || (limit != null && first.at - limit > 0)) {
                return false;
            }
            quiet = null;
            wakes.remove(first);
            now = first.at - now > 0 ? first.at : now;
            if (first.up) {
                gone.remove(first);
                return !ifAllParked;
            }
            if (first.alarm == null) {
                first.due = true;
                wakeUp(first);
                return !ifAllParked; // who was woken moves the time on, when it parks or ends
            }
            alarm = first.alarm;
            alarms.remove(alarm);
            busy++; // another thread that parks meanwhile must not move the time on
        } finally {
            lock.unlock();
        }
        try {
            alarm.ringNow();
        } finally {
            lock.lock();
            try {
                busy--;
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    private void wakeInterrupted() {
        List<Wake> interrupted = new ArrayList<>();
        for (Wake wake : parked.values()) {
            if (wake.thread != null && wake.thread.isInterrupted()) {
                interrupted.add(wake);
            }
        }
        interrupted.forEach(this::wakeUp);
    }

    private void wakeUp(Wake wake) {
        if (!wake.up) {
            wake.up = true;
            wakes.remove(wake);
            parked.remove(wake.thread);
            busy++;
            LockSupport.unpark(wake.thread);
        }
    }

    @Override
    public String toString() {
        return (auto ? "auto-advancing" : "manual") + " virtual time at " + Duration.ofNanos(nanoTime());
    }

    /** What happens at an instant: an alarm rings, or a parked thread goes on. */
    private static final class Wake implements Comparable<Wake> {
        final long at;
        final long sequence;
        final @Nullable Alarm alarm;
        final @Nullable Thread thread;
        volatile boolean up;
        boolean due; // woken by the time; guarded by lock

        Wake(long at, long sequence, @Nullable Alarm alarm, @Nullable Thread thread) {
            this.at = at;
            this.sequence = sequence;
            this.alarm = alarm;
            this.thread = thread;
        }

        @Override
        public int compareTo(Wake other) {
            int byTime = Long.signum(at - other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }
}
