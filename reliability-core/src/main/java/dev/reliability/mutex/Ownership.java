package dev.reliability.mutex;

import dev.reliability.base.Carried;
import dev.reliability.time.spi.Seam;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a mutex: at most one hold at a time, and a queue of those who wait for it.
 *
 * <p><b>The word.</b> One {@code long} says all: whether the mutex is HELD, whether there are WAITERS, and in the other 62
 * bits the number of the latest hold. A hold is that number and nothing else (its <em>token</em>): releasing is a
 * compare-and-set that expects it, so a second or stale release finds another number and does nothing (rule MUTEX-6),
 * and a call that keeps its token on the stack needs no object.
 *
 * <pre>
 *                        take
 *            FREE <----------------> HELD                     one compare-and-set each, no clock
 *              ^        release       | ^
 *              |                      | |
 *              |             enqueue  | |  the last waiter gives up, or is handed the mutex
 *   the last   |                      v |
 *   gives up   |                 HELD + WAITERS --.
 *              |           take   ^   |     ^     |  release: hand over to the first waiter, with a new number
 *              |                  |   |     '-----'
 *              |                  |   v release: wake the first waiter
 *              '---------------- FREE + WAITERS
 * </pre>
 *
 * <p><b>Bounded barging</b> (MUTEX-8). A release reads the clock if there are waiters. While the first of them has waited
 * less than the starvation limit, the mutex becomes free and the first is woken to compete for it with whoever arrives:
 * that keeps a processor from idling until a parked thread runs. After the limit, and always in fair mode, the mutex
 * never becomes free: its number changes from the old hold to that of the first waiter in one step. The scheme of two
 * modes is that of Go's sync.Mutex; here the releasing thread decides anew each time, and nothing is remembered.
 *
 * <p><b>The queue</b> is guarded by this object's monitor, which is never held while parking, unparking or reading the
 * clock: a handful of assignments each. A linked list under a monitor lets a waiter leave from the middle in constant
 * time, so that a hundred thousand time-outs cost no more than a hundred thousand steps; a lock-free queue would have to
 * be searched. Joining, being handed the mutex, taking it as the first and giving up all happen there, so exactly one of
 * the last three happens to each waiter. WAITERS is set after the first waiter has been linked and cleared before the
 * last one is unlinked; where it is set, the queue has a first waiter.
 *
 * <p><b>Acquires without a thread</b> stand in the same queue. Nobody is there who could compete, so a release hands over
 * to such a waiter without regard to the limit, and who would signal it takes the free mutex for it.
 *
 * <p><b>No turn is lost</b> (MUTEX-3). A release writes the word, then reads the first waiter and signals it. A waiter
 * links itself, or takes back its {@code signalled} mark, then reads the word, then parks. One that gives up unlinks
 * itself, then reads the word, and signals the new first one if the mutex is free. All of these accesses are volatile,
 * hence in one order that all threads agree on: of any such pair at least one sees what the other has written.
 *
 * <p><b>Memory ordering</b> (MUTEX-1). Every release writes the word with a compare-and-set and every acquisition reads
 * it with one, later in that order: release happens-before acquisition. A waiter that is handed the mutex reads {@code
 * turn}, which the releasing thread wrote after all that it did before.
 */
final class Ownership {
    /** The answer of who did not get the mutex. */
    static final long NONE = 0;

    private static final long HELD = 1;
    private static final long WAITERS = 2;
    private static final long NEXT_HOLD = 4;

    private static final VarHandle WORD;
    private static final VarHandle HOLDER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Ownership.class, "word", long.class);
            HOLDER = lookup.findVarHandle(Ownership.class, "holder", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Seam seam;
    private final boolean fair;
    private final long starvationNanos;
    private final boolean timing;

    private volatile long word;

    /**
     * The token of a hold whose owner ended in a failure and releases it next. If the stack is so full that it cannot, the
     * next one to come does it; this is a store, which needs no stack. It is never cleared, lest the mark of the next one
     * be: a token is not given twice, so that of a hold which has ended says nothing.
     */
    volatile long abandoned = NONE; // written by the owner while it holds, read by any

    // Who holds it: the Thread inside a call, a Hold, a Waiter that has not gone on yet; null while nobody has said so.
    private volatile @Nullable Object holder; // written by the owner, or for it by who hands over; read by any
    private volatile long heldSinceNanos; // likewise, before holder; only if timing

    // Guarded by this.
    private final WaitQueue queue = new WaitQueue();
    private long seenToken = NONE;
    private long seenAtNanos;

    Ownership(Seam seam, boolean fair, long starvationNanos, boolean timing) {
        this.seam = seam;
        this.fair = fair;
        this.starvationNanos = starvationNanos;
        this.timing = timing;
    }

    /** Takes the mutex if it is free: the token, or {@link #NONE}. */
    long tryTake() {
        for (long now = word; (now & HELD) == 0; now = word) {
            long next = now + NEXT_HOLD + HELD;
            long token = token(next); // before the hold: a call after it may find no stack left, and lose it
            if (WORD.compareAndSet(this, now, next)) {
                return token;
            }
        }
        return abandoned != NONE && isHeldBy(abandoned) ? takeAbandoned() : NONE;
    }

    private long takeAbandoned() {
        return release(abandoned) ? tryTake() : NONE;
    }

    /**
     * Takes the mutex, or waits for it. A thread that is interrupted, or whose time is up, just as it gets the mutex has
     * it; its flag stays.
     *
     * @return the token, or {@link #NONE} if the time was up
     * @throws InterruptedException if the thread is or gets interrupted while it waits; its flag is cleared
     */
    long take(long startNanos, long limitNanos) throws InterruptedException {
        if (limitNanos <= 0) {
            return tryTake();
        }
        Waiter waiter = new Waiter(startNanos, null);
        seam.checkpoint();
        long token = join(waiter);
        long left = limitNanos;
        while (token == NONE) {
            boolean interrupted = waiter.thread.isInterrupted();
            if (interrupted || left <= 0) {
                return giveUp(waiter, interrupted);
            }
            seam.parkNanos(this, left);
            waiter.listen();
            long now = seam.nanoTime();
            seam.checkpoint();
            token = look(waiter, now);
            left = limitNanos - (now - startNanos);
        }
        return token;
    }

    synchronized long join(Waiter waiter) {
        queue.add(waiter);
        return turnOf(waiter, waiter.sinceNanos);
    }

    private long look(Waiter waiter, long nowNanos) {
        long turn = waiter.turn;
        if (turn != Waiter.WAITING) {
            return turn;
        }
        synchronized (this) {
            return turnOf(waiter, nowNanos);
        }
    }

    /** Takes the free mutex for the first waiter, and sees to it that WAITERS is set for one that has to go on waiting. */
    private long turnOf(Waiter waiter, long nowNanos) {
        while (waiter.turn == Waiter.WAITING) {
            long now = word;
            if ((now & HELD) == 0 && queue.first() == waiter) {
                long taken = withWaiters(token(now + NEXT_HOLD + HELD), waiter.next != null);
                if (WORD.compareAndSet(this, now, taken)) {
                    queue.remove(waiter);
                    begin(waiter, token(taken), nowNanos);
                }
            } else if ((now & WAITERS) != 0 || WORD.compareAndSet(this, now, now | WAITERS)) {
                see(token(now), nowNanos);
                return NONE;
            }
        }
        return waiter.turn;
    }

    private long giveUp(Waiter waiter, boolean interrupted) throws InterruptedException {
        seam.checkpoint();
        if (!abandon(waiter)) {
            return waiter.turn;
        }
        if (interrupted) {
            Thread.interrupted();
            throw new InterruptedException();
        }
        return NONE;
    }

    /** Takes a waiter out of the queue and passes its turn on; false if it is not there any more, since it has the mutex. */
    boolean abandon(Waiter waiter) {
        if (!leave(waiter)) {
            return false;
        }
        if ((word & HELD) == 0) {
            signalFirst();
        }
        return true;
    }

    /** Takes a waiter out of the queue; false if it is not there any more, since it has the mutex. */
    synchronized boolean leave(Waiter waiter) {
        if (waiter.turn != Waiter.WAITING) {
            return false;
        }
        waiter.turn = Waiter.GONE;
        if (queue.size() == 1) {
            clearWaiters();
        }
        queue.remove(waiter);
        return true;
    }

    private void clearWaiters() {
        long now = word;
        while (!WORD.compareAndSet(this, now, now & ~WAITERS)) {
            now = word;
        }
    }

    /** Ends a hold. False, and nothing happens, if it has ended before. */
    boolean release(long token) {
        return WORD.compareAndSet(this, token, token - HELD) || releaseToWaiters(token);
    }

    private boolean releaseToWaiters(long token) {
        while (token(word) == token) {
            long now = seam.nanoTime();
            seam.checkpoint();
            Waiter first = queue.first();
            if (first != null && isStarving(first, now)) {
                Waiter next = handOver(token, now);
                if (next != null) {
                    tell(next);
                    return true;
                }
            } else if (first != null && WORD.compareAndSet(this, token | WAITERS, (token - HELD) | WAITERS)) {
                signalFirst();
                return true;
            }
            if (WORD.compareAndSet(this, token, token - HELD)) {
                return true; // the last waiter has given up meanwhile
            }
        }
        return false;
    }

    private boolean isStarving(Waiter first, long nowNanos) {
        return fair || first.async != null || nowNanos - first.sinceNanos >= starvationNanos;
    }

    private synchronized @Nullable Waiter handOver(long token, long nowNanos) {
        Waiter next = queue.first();
        if (next == null) {
            return null;
        }
        long granted = withWaiters(token + NEXT_HOLD, next.next != null);
        if (!WORD.compareAndSet(this, token | WAITERS, granted)) {
            return null;
        }
        queue.remove(next);
        begin(next, token(granted), nowNanos);
        return next;
    }

    private void begin(Waiter waiter, long token, long nowNanos) {
        see(token, nowNanos);
        if (timing) {
            heldSinceNanos = nowNanos;
        }
        holder = waiter;
        waiter.turn = token;
    }

    private void tell(Waiter granted) {
        if (granted.async != null) {
            granted.async.granted();
        } else {
            seam.unpark(granted.thread);
        }
    }

    /** The mutex is free: the first waiter may look again. One that cannot look for itself is given the mutex. */
    private void signalFirst() {
        Waiter first = queue.first();
        if (first != null && first.async != null) {
            if (take(first, seam.nanoTime())) {
                tell(first);
            }
        } else if (first != null && first.signal()) {
            seam.unpark(first.thread);
        }
    }

    private synchronized boolean take(Waiter waiter, long nowNanos) {
        return waiter.turn == Waiter.WAITING && queue.first() == waiter && turnOf(waiter, nowNanos) != NONE;
    }

    private static long token(long word) {
        return word & ~WAITERS;
    }

    private static long withWaiters(long token, boolean waiters) {
        return waiters ? token | WAITERS : token;
    }

    /** Notes when a hold was first seen by somebody who reads the clock anyway. */
    private void see(long token, long nowNanos) {
        if (seenToken != token) {
            seenToken = token;
            seenAtNanos = nowNanos;
        }
    }

    /** The owner says who it is: its {@link Hold}, or the thread if it is inside a call. */
    void heldBy(Object owner) {
        if (timing && !(holder instanceof Waiter)) {
            heldSinceNanos = seam.nanoTime();
        }
        HOLDER.setRelease(this, owner);
    }

    /** Ends a hold whose token nobody else knows. */
    void releaseCall(long token) {
        HOLDER.setRelease(this, null);
        boolean unused = release(token);
    }

    /**
     * Ends a hold like {@link #releaseCall}, unless that has been done, or somebody takes it as {@link #abandoned}, at any
     * moment: then the name may be that of the next holder. So only one's own is taken away, by a compare-and-set: the
     * thread, which nobody else writes, or the waiter that was granted this very hold, if there was no time to say more.
     */
    void releaseFailedCall(long token) {
        Object named = holder;
        seam.checkpoint();
        if (named == Thread.currentThread() || (named instanceof Waiter granted && granted.turn == token)) {
            HOLDER.compareAndSet(this, named, null);
        }
        boolean unused = release(token);
    }

    boolean isHeld() {
        return (word & HELD) != 0;
    }

    boolean isHeldBy(long token) {
        return token(word) == token;
    }

    /**
     * Whether the calling thread is inside a call, or one that waits for what it does. Neither can change meanwhile: nobody
     * but a thread itself writes its name here or takes it away.
     */
    boolean isInCallOfThisThread() {
        Object inCall = holder;
        return inCall == Thread.currentThread() || (inCall instanceof Thread other && Carried.isWaitedForBy(other));
    }

    /** Whether the present hold was acquired by the calling thread, as far as is known. */
    boolean isHeldByThisThread() {
        return isHeld() && threadOf(holder) == Thread.currentThread();
    }

    /**
     * What can be said about the present hold.
     *
     * <p>An owner clears its name before it releases. So whoever reads the word, then the name, then the same token in
     * the word again, has read either nothing or the name that belongs to it.
     *
     * @param nowNanos read before; the hold has lasted at least until then
     */
    synchronized TimedMutex.Snapshot snapshot(long nowNanos) {
        long token = token(word);
        Thread thread = threadOf(holder);
        long sinceNanos = timing && thread != null ? heldSinceNanos : token == seenToken ? seenAtNanos : nowNanos;
        if ((token & HELD) == 0 || !isHeldBy(token)) {
            return new TimedMutex.Snapshot((word & HELD) != 0, null, Duration.ZERO, queue.size());
        }
        Duration atLeast = Duration.ofNanos(Math.max(nowNanos - sinceNanos, 0));
        return new TimedMutex.Snapshot(true, thread == null ? null : nameOf(thread), atLeast, queue.size());
    }

    /** Virtual threads have no name unless they are given one: then the number. */
    static String nameOf(Thread thread) {
        String name = thread.getName();
        return name.isEmpty() ? "#" + thread.getId() : name;
    }

    private static @Nullable Thread threadOf(@Nullable Object holder) {
        if (holder instanceof Hold hold) {
            return hold.thread();
        }
        return holder instanceof Waiter waiter ? waiter.thread : (Thread) holder;
    }
}
