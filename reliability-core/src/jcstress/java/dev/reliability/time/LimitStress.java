package dev.reliability.time;

import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.ForwardingSeam;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/** The end of a call against the ring of its alarm: DEADLINE-2, -3. */
public final class LimitStress {
    private LimitStress() {}

    @JCStressTest
    @Description("A call is either finished or expired, and when it is over no interrupt of its own is left.")
    @Outcome(id = "true, false, false", expect = Expect.ACCEPTABLE, desc = "finished, nothing sent")
    @Outcome(id = "false, true, false", expect = Expect.ACCEPTABLE, desc = "expired, the interrupt is taken back")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, neither, or an interrupt is left")
    @State
    public static class EndAgainstRing extends ForwardingSeam {
        private final Object[] slot = new Object[8];
        private volatile LimitedCall running;

        public EndAgainstRing() {
            super(TimeSource.system());
        }

        @Override
        public void cancel(Alarm alarm) {}

        private boolean delivers;

        @Override
        public void deliver(Alarm alarm) {
            delivers = true;
            alarm.deliverNow();
        }

        @Actor
        public void end(ZZZ_Result r) {
            LimitedCall call = new LimitedCall(this, true, null, null);
            slot[Ambient.CALL] = call;
            running = call;
            r.r1 = call.end(slot);
            r.r3 = Thread.interrupted();
        }

        @Actor
        public void ring(ZZZ_Result r) {
            LimitedCall call = running;
            if (call != null) {
                call.ring();
            }
            r.r2 = delivers;
        }
    }
}
