package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.World;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Our own limit, with whatever defect is planted around it. */
final class ReferenceLimit implements DeadlineAdapter {
    /** Whether a call has ended since the last one began: inside of it, then. */
    private static final ThreadLocal<Boolean> NESTED = ThreadLocal.withInitial(() -> false);

    private static volatile @Nullable DeadlineValue lastBound; // what a defect takes to other threads

    private final DeadlineSpec spec;
    private final World world;
    private final DeadlineDefect defect;
    private final CoreDeadline core;
    private @Nullable DeadlineValue stale;

    private ReferenceLimit(DeadlineSpec spec, World world, DeadlineDefect defect) {
        this.spec = spec;
        this.world = world;
        this.defect = defect;
        this.core = new CoreDeadline(planted(spec), world);
    }

    static ReferenceLimit of(DeadlineSpec spec, World world, DeadlineDefect defect) {
        lastBound = null;
        return new ReferenceLimit(spec, world, defect);
    }

    private boolean has(DeadlineDefect other) {
        return defect == other;
    }

    private DeadlineSpec planted(DeadlineSpec given) {
        Runnable function = given.canceller();
        return switch (defect) {
            case WAITS_FOR_THE_DEAF -> given.abandoningOn(null, 1);
            case ABANDONS_ANY_NUMBER -> given.abandoningOn(given.abandonedOn(), 1000);
            case FUNCTION_RUNS_TWICE ->
                function == null
                        ? given
                        : given.stoppingBy(given.stop(), () -> {
                            function.run();
                            function.run();
                        });
            case FAILURE_OF_THE_FUNCTION_IS_LOST ->
                function == null ? given : given.stoppingBy(given.stop(), () -> quietly(function));
            default -> given;
        };
    }

    private static void quietly(Runnable function) {
        try {
            function.run();
        } catch (RuntimeException lost) {
            return; // the defect
        }
    }

    @Override
    public Object call(long nanos, Body body) throws Throwable {
        if (has(DeadlineDefect.NEEDS_THE_COMMON_POOL)
                && ForkJoinPool.commonPool().hasQueuedSubmissions()) {
            return body.run();
        }
        long began = world.nanos();
        Object[] value = new Object[1];
        NESTED.set(false);
        try {
            return core.call(nanos, () -> {
                lastBound = core.after(nanos);
                stale = lastBound;
                value[0] = run(body, began + nanos);
                boolean late = world.nanos() - began >= nanos;
                return late && has(DeadlineDefect.LATE_VALUE_IS_LOST) ? null : value[0];
            });
        } catch (Throwable failure) {
            boolean swallowed = NESTED.get() && has(DeadlineDefect.INNER_SWALLOWS_THE_OUTER);
            boolean returned = has(DeadlineDefect.LATE_VALUE_IS_RETURNED) && value[0] instanceof AutoCloseable;
            if (value[0] != null && (swallowed || returned)) {
                return value[0];
            }
            if (has(DeadlineDefect.LEAVES_ITS_INTERRUPT)) {
                Thread.currentThread().interrupt();
            }
            throw failure;
        } finally {
            NESTED.set(true);
            if (has(DeadlineDefect.CLEARS_THE_FLAG)) {
                boolean unused = Thread.interrupted();
            }
            if (has(DeadlineDefect.FUNCTION_RUNS_AFTER_THE_END) && spec.canceller() != null && value[0] != null) {
                quietly(spec.canceller());
            }
        }
    }

    private Object run(Body body, long limitNanos) throws Throwable {
        try {
            return body.run();
        } catch (Throwable failure) {
            if (has(DeadlineDefect.FAILURE_LEAVES_IT_ARMED) && world.nanos() < limitNanos) {
                Thread runner = Thread.currentThread();
                schedule(limitNanos - world.nanos(), runner::interrupt);
            }
            throw failure;
        }
    }

    private void schedule(long nanos, Runnable what) {
        Seam seam = Seam.of(world.time());
        seam.schedule(
                new Alarm() {
                    @Override
                    protected void ring() {
                        what.run();
                    }
                },
                seam.nanoTime() + nanos);
    }

    @Override
    public @Nullable DeadlineExceeded exceeded(Throwable failure) {
        DeadlineExceeded told = core.exceeded(failure);
        return told != null && has(DeadlineDefect.LIMIT_IS_NOT_TOLD)
                ? new DeadlineExceeded(told.limit(), 0, told.ranNanos())
                : told;
    }

    @Override
    public DeadlineValue after(long nanos) {
        return new Planted(core.after(nanos), nanos);
    }

    @Override
    public DeadlineValue afterOnAnotherSource(long nanos) {
        return new Planted(core.afterOnAnotherSource(nanos), nanos);
    }

    @Override
    public DeadlineValue ofHeader(String text) {
        return has(DeadlineDefect.INSTANT_TRAVELS)
                ? core.after(Long.parseLong(text) - world.nanos())
                : new Planted(core.ofHeader(text), 0);
    }

    /** A value of ours with the defect. */
    private final class Planted implements DeadlineValue {
        private final DeadlineValue value;
        private final long granted;

        Planted(DeadlineValue value, long granted) {
            this.value = value;
            this.granted = granted;
        }

        @Override
        public long remainingNanos() {
            return value.remainingNanos();
        }

        @Override
        public boolean isExpired() {
            return value.isExpired();
        }

        @Override
        public DeadlineValue min(DeadlineValue other) {
            boolean first = compareTo(other) <= 0;
            return first == has(DeadlineDefect.LATER_ONE_IS_THE_MINIMUM) ? other : this;
        }

        @Override
        public DeadlineValue fraction(double share) {
            return has(DeadlineDefect.SHARE_OF_WHAT_WAS_GRANTED)
                    ? core.after((long) (granted * share))
                    : value.fraction(share);
        }

        @Override
        public DeadlineValue reserving(long nanos) {
            return has(DeadlineDefect.RESERVES_NOTHING) ? value : value.reserving(nanos);
        }

        @Override
        public int millis() {
            return converted(value::millis, 1_000_000);
        }

        @Override
        public int seconds() {
            return converted(value::seconds, 1_000_000_000);
        }

        private int converted(IntSupplier right, long unit) {
            if (has(DeadlineDefect.EXPIRED_IS_ZERO) && isExpired()) {
                return 0;
            }
            int result = right.getAsInt();
            return has(DeadlineDefect.ROUNDS_DOWN)
                    ? (int) Math.min(Integer.MAX_VALUE, remainingNanos() / unit)
                    : result;
        }

        @Override
        public String toHeader() {
            String text = value.toHeader();
            return has(DeadlineDefect.INSTANT_TRAVELS) ? String.valueOf(world.nanos() + value.remainingNanos()) : text;
        }

        @Override
        public int compareTo(DeadlineValue other) {
            return has(DeadlineDefect.TIME_SOURCES_COMPARE)
                    ? Long.compare(remainingNanos(), other.remainingNanos())
                    : value.compareTo(((Planted) other).value);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Planted that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    @Override
    public @Nullable Long ambientNanos() {
        Long right = core.ambientNanos();
        if (right == null && stale != null && has(DeadlineDefect.AMBIENT_STAYS_BOUND)) {
            return stale.remainingNanos();
        }
        DeadlineValue elsewhere = lastBound;
        if (right == null && elsewhere != null && has(DeadlineDefect.AMBIENT_TRAVELS_BY_ITSELF)) {
            return elsewhere.remainingNanos();
        }
        return right;
    }

    @Override
    public Object bind(long nanos, Body body) throws Throwable {
        stale = core.after(nanos);
        DeadlineValue before = lastBound;
        lastBound = stale;
        try {
            return has(DeadlineDefect.BINDING_ENFORCES) ? core.call(nanos, body) : core.bind(nanos, body);
        } finally {
            lastBound = before;
        }
    }

    @Override
    public Body wrap(Body body) {
        return core.wrap(body);
    }

    @Override
    public CompletableFuture<Object> callAsync(long nanos, Callable<? extends CompletionStage<Object>> task) {
        if (has(DeadlineDefect.WORK_IS_NOT_CANCELLED)) {
            return new CoreDeadline(spec.stoppingBy(DeadlineSpec.Stop.NOTHING, null), world).callAsync(nanos, task);
        }
        CompletableFuture<Object> future = core.callAsync(nanos, task);
        if (has(DeadlineDefect.TIMER_STAYS_AFTER_A_FAILURE)) {
            schedule(2 * nanos, () -> {});
        }
        return future;
    }
}
