package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.deadline.DeadlineAdapter;
import dev.reliability.testkit.contract.deadline.DeadlineCapability;
import dev.reliability.testkit.contract.deadline.DeadlineContract;
import dev.reliability.testkit.contract.deadline.DeadlineExceeded;
import dev.reliability.testkit.contract.deadline.DeadlineSpec;
import io.smallrye.faulttolerance.api.Guard;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;

/** Timeout of SmallRye Fault Tolerance by its programmatic interface, of work on the calling thread. */
class SmallRyeTimeout extends DeadlineContract {
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
        return EnumSet.complementOf(EnumSet.of(DeadlineCapability.SAME_THREAD));
    }

    private static final class Adapter implements DeadlineAdapter {
        @Override
        public Object call(long nanos, Body body) throws Throwable {
            return Guard.create()
                    .withTimeout()
                    .duration(nanos, ChronoUnit.NANOS)
                    .done()
                    .build()
                    .call(() -> Peers.sneaking(body), Object.class);
        }

        @Override
        public DeadlineExceeded exceeded(Throwable failure) {
            return failure instanceof TimeoutException ? Peers.EXCEEDED : null;
        }
    }
}
