package dev.reliability.limit;

import dev.reliability.limit.ConcurrencyLimiter.Permit;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Who gets the last permit, what it sees, and that a permit is given back once: LIMIT-1, -2. */
public final class LimiterStress {
    private LimiterStress() {}

    @JCStressTest
    @Description("One permit a minute and two callers: one of them gets it.")
    @Outcome(
            id = {"true, false", "false, true"},
            expect = Expect.ACCEPTABLE,
            desc = "taken once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "taken twice, or not at all")
    @State
    public static class LastOfTheRate {
        private final RateLimiter limiter = RateLimiter.of("stress", 1, Duration.ofMinutes(1));

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = limiter.tryAcquire();
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = limiter.tryAcquire();
        }
    }

    @JCStressTest
    @Description("One permit is left and two callers try: one of them gets it.")
    @Outcome(
            id = {"true, false", "false, true"},
            expect = Expect.ACCEPTABLE,
            desc = "taken once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "taken twice, or not at all")
    @State
    public static class LastPermit {
        private final ConcurrencyLimiter limiter = ConcurrencyLimiter.of("stress", 2);
        private final Permit out = limiter.tryAcquire();

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = limiter.tryAcquire() != null;
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = limiter.tryAcquire() != null;
        }
    }

    @JCStressTest
    @Description("Who takes the permit sees what was written before it was given back.")
    @Outcome(id = "-1", expect = Expect.ACCEPTABLE, desc = "not given back yet")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "taken, and seen")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "taken, and not seen")
    @State
    public static class Publication {
        private final ConcurrencyLimiter limiter = ConcurrencyLimiter.of("stress", 1);
        private final Permit out = limiter.tryAcquire();
        private int written;

        @Actor
        public void close() {
            written = 1;
            out.close();
        }

        @Actor
        public void take(I_Result r) {
            r.r1 = limiter.tryAcquire() != null ? written : -1;
        }
    }

    @JCStressTest
    @Description("Two threads close one permit: it is given back once, and the other one stays out.")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "given back once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "given back twice, or not at all")
    @State
    public static class ClosedTwice {
        private final ConcurrencyLimiter limiter = ConcurrencyLimiter.of("stress", 2);
        private final Permit stays = limiter.tryAcquire();
        private final Permit goes = limiter.tryAcquire();

        @Actor
        public void one() {
            goes.close();
        }

        @Actor
        public void other() {
            goes.close();
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = limiter.snapshot().inFlight();
        }
    }
}
