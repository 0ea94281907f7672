package dev.reliability.breaker;

import dev.reliability.breaker.CircuitBreaker.Permit;
import dev.reliability.breaker.CircuitBreaker.Snapshot;
import dev.reliability.breaker.CircuitBreaker.State;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What the memory model allows around the transitions of a breaker: BREAKER-1, -4, -6. */
public final class BreakerStress {
    private BreakerStress() {}

    private static CircuitBreakerBuilder quick() {
        return CircuitBreaker.builder("stress")
                .consecutiveFailures(1)
                .openFor(Duration.ZERO)
                .counting()
                .withoutCallLimit();
    }

    @JCStressTest
    @Description("What is written before the record that opens is seen by the call that the next state admits.")
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "the breaker had not opened yet")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the probe sees what was written before the record")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "the probe does not see it")
    @org.openjdk.jcstress.annotations.State
    public static class Publication {
        private final CircuitBreaker breaker = quick().build();
        private final Permit permit = breaker.acquire();
        private int written;

        @Actor
        public void record() {
            written = 1;
            permit.failure();
        }

        @Actor
        public void probe(I_Result r) {
            boolean opened = breaker.state() != State.CLOSED;
            Permit probe = breaker.tryAcquire();
            r.r1 = opened && probe != null ? written : -1;
        }
    }

    @JCStressTest
    @Description("A permit is recorded once, whoever comes first.")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the success came first")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the failure came first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both or neither counted")
    @org.openjdk.jcstress.annotations.State
    public static class RecordedOnce {
        private final CircuitBreaker breaker = quick().build();
        private final Permit permit = breaker.acquire();

        @Actor
        public void success() {
            permit.success();
        }

        @Actor
        public void failure() {
            permit.failure();
        }

        @Arbiter
        public void count(II_Result r) {
            Snapshot seen = breaker.snapshot();
            r.r1 = (int) seen.successes().orElseThrow();
            r.r2 = (int) seen.failures();
        }
    }

    @JCStressTest
    @Description("Two threads at the end of the open time: one of them is the probe.")
    @Outcome(
            id = {"true, false", "false, true"},
            expect = Expect.ACCEPTABLE,
            desc = "one probe")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two probes, or none")
    @org.openjdk.jcstress.annotations.State
    public static class OneProbe {
        private final CircuitBreaker breaker = quick().initialState(State.OPEN).build();

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = breaker.tryAcquire() != null;
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = breaker.tryAcquire() != null;
        }
    }
}
