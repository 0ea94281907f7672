package dev.reliability.example.peers;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.Timeout;
import dev.failsafe.TimeoutExceededException;
import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.deadline.DeadlineAdapter;
import dev.reliability.testkit.contract.deadline.DeadlineCapability;
import dev.reliability.testkit.contract.deadline.DeadlineContract;
import dev.reliability.testkit.contract.deadline.DeadlineExceeded;
import dev.reliability.testkit.contract.deadline.DeadlineSpec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Timeout of Failsafe, told to interrupt. */
class FailsafeTimeout extends DeadlineContract {
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
        return EnumSet.complementOf(EnumSet.of(DeadlineCapability.SAME_THREAD, DeadlineCapability.ASYNC));
    }

    private static final class Adapter implements DeadlineAdapter {
        @Override
        public Object call(long nanos, Body body) throws Throwable {
            try {
                return Failsafe.with(timeout(nanos)).get(() -> Peers.sneaking(body));
            } catch (TimeoutExceededException e) {
                throw e;
            } catch (FailsafeException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }

        private static Timeout<Object> timeout(long nanos) {
            return Timeout.builder(Duration.ofNanos(nanos)).withInterrupt().build();
        }

        @Override
        public DeadlineExceeded exceeded(Throwable failure) {
            return failure instanceof TimeoutExceededException ? Peers.EXCEEDED : null;
        }

        @Override
        public CompletableFuture<Object> callAsync(long nanos, Callable<? extends CompletionStage<Object>> task) {
            return Failsafe.with(timeout(nanos)).getStageAsync(task::call);
        }
    }
}
