package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.Linger;
import dev.reliability.testkit.contract.World;
import dev.reliability.time.spi.Seam;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A limiter that is simple rather than quick: it keeps every rule of LIMIT, unless it has a defect. All that is decided
 * is decided under its monitor.
 */
final class ReferenceLimiter implements LimiterAdapter {
    /** Somebody in the queue. */
    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        CompletableFuture<Held> future; // null: a thread that waits itself
        boolean served;
    }

    private final LimiterSpec spec;
    private final LimiterDefect defect;
    private final Seam seam;

    // Guarded by this.
    private final Deque<Waiter> queue = new ArrayDeque<>();
    private final List<Long> taken = new ArrayList<>(); // when, of a rate
    private int inFlight;

    ReferenceLimiter(LimiterSpec spec, World world, LimiterDefect defect) {
        this.spec = spec;
        this.defect = defect;
        this.seam = Seam.of(world.time());
    }

    private boolean has(LimiterDefect other) {
        return defect == other;
    }

    @Override
    public Held tryAcquire() {
        if (has(LimiterDefect.TAKES_WITHOUT_LOOKING_AGAIN) && !spec.isRate()) {
            return tryAcquireInARace();
        }
        synchronized (this) {
            boolean overtakes = !queue.isEmpty() && !has(LimiterDefect.BARGES);
            return overtakes || waitNanos(1) > 0 ? null : take();
        }
    }

    private Held tryAcquireInARace() {
        synchronized (this) {
            if (!queue.isEmpty() || waitNanos(1) > 0) {
                return null;
            }
        }
        Linger.aWhile();
        synchronized (this) {
            return take();
        }
    }

    private Held take() {
        if (spec.isRate()) {
            taken.add(seam.nanoTime());
            return () -> {};
        }
        inFlight++;
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            if (closed.compareAndSet(false, true) || has(LimiterDefect.STRAY_CLOSE_ADDS_A_PERMIT)) {
                giveBack();
            }
        };
    }

    /** How long until so many permits are there; of a concurrency limiter 0 or for ever. */
    private long waitNanos(int permits) {
        if (!spec.isRate()) {
            return inFlight + permits <= spec.permits() ? 0 : Long.MAX_VALUE;
        }
        long now = seam.nanoTime();
        if (has(LimiterDefect.FIXED_WINDOWS)) {
            long window = now / spec.perNanos();
            long used =
                    taken.stream().filter(at -> at / spec.perNanos() == window).count();
            int rounds = (int) ((used + permits - 1) / spec.mostInAWindow());
            return rounds == 0 ? 0 : (window + rounds) * spec.perNanos() - now;
        }
        List<Long> all = new ArrayList<>(taken);
        int most = spec.mostInAWindow() + (has(LimiterDefect.SAVES_TOO_MUCH) && isRested(now) ? 1 : 0);
        for (int i = 0; i < permits; i++) {
            long next = all.size() < most ? now : Math.max(now, all.get(all.size() - most) + spec.perNanos());
            all.add(next);
        }
        return all.get(all.size() - 1) - now;
    }

    /** Whether nobody has taken anything for a while, but for what was taken at this instant. */
    private boolean isRested(long now) {
        long before = taken.stream()
                .filter(at -> at < now)
                .reduce((first, second) -> second)
                .orElse(now);
        return now - before > 2 * spec.perNanos();
    }

    private void giveBack() {
        Waiter next;
        synchronized (this) {
            inFlight--;
            next = has(LimiterDefect.BARGES) ? null : serveNext();
            if (has(LimiterDefect.BARGES) && !queue.isEmpty()) {
                seam.unpark(queue.peekFirst().thread);
            }
        }
        tell(next);
    }

    private Waiter serveNext() {
        Waiter next = queue.peekFirst();
        if (next == null || waitNanos(1) > 0) {
            return null;
        }
        queue.removeFirst();
        inFlight++;
        next.served = true;
        return next;
    }

    private void tell(Waiter next) {
        if (next == null) {
            return;
        }
        if (next.future == null) {
            seam.unpark(next.thread);
        } else if (!next.future.complete(permit())) {
            giveBack();
        }
    }

    private Held permit() {
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            if (closed.compareAndSet(false, true)) {
                giveBack();
            }
        };
    }

    @Override
    public Held acquire(long nanos) throws InterruptedException, LimitRefused {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Waiter waiter = new Waiter();
        synchronized (this) {
            long wait = waitNanos(has(LimiterDefect.BARGES) ? 1 : queue.size() + 1);
            if (wait == 0 && (queue.isEmpty() || has(LimiterDefect.BARGES))) {
                return take();
            }
            boolean fits = nanos > 0 && (!spec.isRate() || wait <= nanos || has(LimiterDefect.WAITS_IN_VAIN));
            if (!fits) {
                throw refusal();
            }
            if (has(LimiterDefect.LAST_IN_FIRST_OUT)) {
                queue.addFirst(waiter);
            } else {
                queue.addLast(waiter);
            }
        }
        return await(waiter, nanos);
    }

    private synchronized LimitRefused refusal() {
        if (!spec.isRate()) {
            return new LimitRefused(null, LimitRefused.UNKNOWN);
        }
        long wait = waitNanos(queue.size() + 1);
        return new LimitRefused(null, has(LimiterDefect.HINT_IS_TOO_SHORT) ? wait - 1 : wait);
    }

    private Held await(Waiter waiter, long nanos) throws InterruptedException, LimitRefused {
        long start = seam.nanoTime();
        while (true) {
            long wait;
            synchronized (this) {
                boolean interrupted = Thread.currentThread().isInterrupted();
                if (waiter.served && !(interrupted && has(LimiterDefect.INTERRUPT_LOSES_THE_PERMIT))) {
                    return permit();
                }
                if (queue.peekFirst() == waiter && waitNanos(1) == 0 && !interrupted) {
                    queue.removeFirst();
                    wakeFirst();
                    return take();
                }
                long left = nanos - (seam.nanoTime() - start);
                if (interrupted || left <= 0) {
                    queue.remove(waiter);
                    wakeFirst();
                    if (interrupted) {
                        Thread.interrupted();
                        throw new InterruptedException();
                    }
                    throw refusal();
                }
                wait = queue.peekFirst() == waiter ? Math.min(left, waitNanos(1)) : left;
            }
            seam.parkNanos(this, wait);
        }
    }

    private void wakeFirst() {
        if (!queue.isEmpty()) {
            seam.unpark(queue.peekFirst().thread);
        }
    }

    @Override
    public CompletableFuture<Held> acquireAsync(long nanos) {
        Held now = tryAcquire();
        if (now != null) {
            return CompletableFuture.completedFuture(now);
        }
        Waiter waiter = new Waiter();
        waiter.future = new CompletableFuture<>();
        synchronized (this) {
            queue.addLast(waiter);
        }
        CompletableFuture<Held> unused = waiter.future.whenComplete((held, failure) -> {
            if (failure != null) {
                synchronized (this) {
                    queue.remove(waiter);
                }
            }
        });
        return waiter.future;
    }
}
