package dev.reliability;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Bugs of the kinds that the tests forbid: if jcstress does not see them here, it would not see them there either. */
public final class Planted {
    private Planted() {}

    @JCStressTest
    @Description("A permit, a token, a probe that is looked at and taken in two steps.")
    @Outcome(
            id = {"true, false", "false, true"},
            expect = Expect.ACCEPTABLE,
            desc = "taken once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "taken twice")
    @State
    public static class TakenInTwoSteps {
        private volatile boolean taken;

        private boolean take() {
            boolean free = !taken;
            taken = true;
            return free;
        }

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = take();
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = take();
        }
    }

    @JCStressTest
    @Description("Who waits says so and looks; who frees does and looks for who waits. Without volatile both miss it.")
    @Outcome(
            id = {"true, false", "false, true", "true, true"},
            expect = Expect.ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "the wake-up is lost")
    @State
    public static class LostWakeUp {
        private boolean waits;
        private boolean free;

        @Actor
        public void await(ZZ_Result r) {
            waits = true;
            r.r1 = free;
        }

        @Actor
        public void release(ZZ_Result r) {
            free = true;
            r.r2 = waits;
        }
    }
}
