package dev.reliability.testkit.contract.deadline;

import dev.reliability.Task;
import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Our own time limits. */
final class CoreDeadline implements DeadlineAdapter {
    private final DeadlineSpec spec;
    private final World world;
    private final Map<Long, Timeout> abandoning = new ConcurrentHashMap<>(); // each counts its abandoned bodies

    CoreDeadline(DeadlineSpec spec, World world) {
        this.spec = spec;
        this.world = world;
    }

    private Timeout timeout(long nanos) {
        return spec.abandonedOn() == null ? build(nanos) : abandoning.computeIfAbsent(nanos, this::build);
    }

    private Timeout build(long nanos) {
        Timeout.Builder builder =
                Timeout.builder(Duration.ofNanos(nanos)).name("subject").time(world.time());
        switch (spec.stop()) {
            case INTERRUPT -> {}
            case NOTHING -> builder.withoutInterrupt();
            case FUNCTION -> builder.canceller(() -> spec.canceller().run());
        }
        if (spec.onLate() != null) {
            builder.onLate(spec.onLate());
        }
        if (spec.abandonedOn() != null) {
            builder.abandonOn(spec.abandonedOn(), spec.maxAbandoned());
        }
        return builder.build();
    }

    private static Task<Object, RuntimeException> task(Body body) {
        return () -> {
            try {
                return body.run();
            } catch (Throwable failure) {
                throw CoreDeadline.<RuntimeException>asItIs(failure);
            }
        };
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller declares it after all
    private static <X extends Throwable> RuntimeException asItIs(Throwable failure) throws X {
        throw (X) failure;
    }

    @Override
    public Object call(long nanos, Body body) throws Throwable {
        return timeout(nanos).callInterruptibly(task(body));
    }

    @Override
    public @Nullable DeadlineExceeded exceeded(Throwable failure) {
        return failure instanceof DeadlineExceededException exceeded
                ? new DeadlineExceeded(
                        exceeded.limit(),
                        exceeded.granted().toNanos(),
                        exceeded.ran().toNanos())
                : null;
    }

    /** A deadline of ours. */
    private record Value(Deadline deadline) implements DeadlineValue {
        @Override
        public long remainingNanos() {
            return deadline.remainingNanos();
        }

        @Override
        public boolean isExpired() {
            return deadline.isExpired();
        }

        @Override
        public DeadlineValue min(DeadlineValue other) {
            return new Value(deadline.min(((Value) other).deadline));
        }

        @Override
        public DeadlineValue fraction(double share) {
            return new Value(deadline.fraction(share));
        }

        @Override
        public DeadlineValue reserving(long nanos) {
            return new Value(deadline.reserving(Duration.ofNanos(nanos)));
        }

        @Override
        public int millis() {
            return deadline.timeoutMillis();
        }

        @Override
        public int seconds() {
            return deadline.timeoutSeconds();
        }

        @Override
        public String toHeader() {
            return deadline.toHeader();
        }

        @Override
        public int compareTo(DeadlineValue other) {
            return deadline.compareTo(((Value) other).deadline);
        }
    }

    @Override
    public DeadlineValue after(long nanos) {
        return new Value(Deadline.after(Duration.ofNanos(nanos), world.time()));
    }

    @Override
    public DeadlineValue afterOnAnotherSource(long nanos) {
        return new Value(Deadline.after(Duration.ofNanos(nanos), VirtualTime.manual()));
    }

    @Override
    public DeadlineValue ofHeader(String text) {
        return new Value(Deadline.ofHeader(text, world.time()));
    }

    @Override
    public @Nullable Long ambientNanos() {
        Deadline ambient = Deadline.current();
        return ambient == null ? null : ambient.remainingNanos();
    }

    @Override
    public Object bind(long nanos, Body body) throws Throwable {
        return Deadline.after(Duration.ofNanos(nanos), world.time()).bind(task(body));
    }

    @Override
    public Body wrap(Body body) {
        Task<Object, RuntimeException> wrapped = Deadline.wrap(task(body));
        return wrapped::call;
    }

    @Override
    public CompletableFuture<Object> callAsync(long nanos, Callable<? extends CompletionStage<Object>> task) {
        return timeout(nanos).callAsync(task::call);
    }
}
