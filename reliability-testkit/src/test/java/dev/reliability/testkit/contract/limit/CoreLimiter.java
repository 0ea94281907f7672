package dev.reliability.testkit.contract.limit;

import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.LimitExceededException;
import dev.reliability.limit.RateLimiter;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.Person;
import dev.reliability.testkit.contract.World;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The adapter of our own {@link RateLimiter} and {@link ConcurrencyLimiter}. */
final class CoreLimiter implements LimiterAdapter {
    private final RateLimiter rate; // null: of how many at a time
    private final ConcurrencyLimiter concurrency; // null: of a rate
    private final Person continuations;

    CoreLimiter(LimiterSpec spec, World world) {
        continuations = world.person("continuations");
        if (spec.isRate()) {
            rate = RateLimiter.builder(spec.name(), spec.permits(), Duration.ofNanos(spec.perNanos()))
                    .burst(spec.burst() + 1)
                    .executor(continuations)
                    .time(world.time())
                    .build();
            concurrency = null;
        } else {
            rate = null;
            concurrency = ConcurrencyLimiter.builder(spec.name(), spec.permits())
                    .executor(continuations)
                    .time(world.time())
                    .build();
        }
    }

    @Override
    public Held acquire(long nanos) throws InterruptedException, LimitRefused {
        try {
            if (rate == null) {
                return concurrency.acquire(Duration.ofNanos(nanos))::close;
            }
            rate.acquire(Duration.ofNanos(nanos));
            return () -> {};
        } catch (LimitExceededException e) {
            Duration wait = e.retryAfter();
            throw new LimitRefused(e, wait == null ? LimitRefused.UNKNOWN : wait.toNanos());
        }
    }

    @Override
    public Held tryAcquire() {
        if (rate != null) {
            return rate.tryAcquire() ? () -> {} : null;
        }
        ConcurrencyLimiter.Permit permit = concurrency.tryAcquire();
        return permit == null ? null : permit::close;
    }

    @Override
    public CompletableFuture<Held> acquireAsync(long nanos) {
        Duration wait = Duration.ofNanos(nanos);
        return rate == null ? held(concurrency.acquireAsync(wait), true) : held(rate.acquireAsync(1, wait), false);
    }

    private static CompletableFuture<Held> held(CompletableFuture<?> acquiring, boolean closes) {
        CompletableFuture<Held> held = new CompletableFuture<>();
        CompletableFuture<?> unused = acquiring.whenComplete((permit, failure) -> {
            Held got = closes && permit != null ? ((ConcurrencyLimiter.Permit) permit)::close : () -> {};
            if (failure != null) {
                held.completeExceptionally(failure);
            } else if (!held.complete(got)) {
                got.close();
            }
        });
        CompletableFuture<Held> unusedToo = held.whenComplete((value, failure) -> {
            if (held.isCancelled()) {
                acquiring.cancel(true);
            }
        });
        return held;
    }

    @Override
    public void close() {
        continuations.dismiss();
    }
}
