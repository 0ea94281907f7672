package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.deadline.DeadlineAdapter;
import dev.reliability.testkit.contract.deadline.DeadlineCapability;
import dev.reliability.testkit.contract.deadline.DeadlineContract;
import dev.reliability.testkit.contract.deadline.DeadlineExceeded;
import dev.reliability.testkit.contract.deadline.DeadlineSpec;
import io.github.resilience4j.timelimiter.TimeLimiter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;

/** Time limiter of Resilience4j: it waits for a future, which is cancelled by interrupt; the work is on another thread. */
class Resilience4jTimeLimiter extends DeadlineContract {
    private static final ScheduledExecutorService SCHEDULER = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "time limiter");
        thread.setDaemon(true);
        return thread;
    });

    @Override
    protected DeadlineAdapter create(DeadlineSpec spec, World world) {
        Peers.refuseExtras(spec);
        return new Adapter();
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    /** A busy machine may stand still for tens of milliseconds. */
    @Override
    protected double scale() {
        return 2;
    }

    @Override
    protected Set<DeadlineCapability> unsupported() {
        return EnumSet.complementOf(EnumSet.of(DeadlineCapability.ASYNC));
    }

    private static final class Adapter implements DeadlineAdapter {
        @Override
        public Object call(long nanos, Body body) throws Throwable {
            return TimeLimiter.of(Duration.ofNanos(nanos)).executeFutureSupplier(() -> {
                FutureTask<Object> task = new FutureTask<>(() -> Peers.sneaking(body));
                Thread thread = new Thread(task, "limited");
                thread.setDaemon(true);
                thread.start();
                return task;
            });
        }

        @Override
        public DeadlineExceeded exceeded(Throwable failure) {
            return failure instanceof TimeoutException ? Peers.EXCEEDED : null;
        }

        @Override
        public CompletableFuture<Object> callAsync(long nanos, Callable<? extends CompletionStage<Object>> task) {
            return TimeLimiter.of(Duration.ofNanos(nanos))
                    .<Object, CompletionStage<Object>>executeCompletionStage(SCHEDULER, () -> stage(task))
                    .toCompletableFuture();
        }

        private static CompletionStage<Object> stage(Callable<? extends CompletionStage<Object>> task) {
            try {
                return task.call();
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }
}
