package dev.reliability.breaker;

import dev.reliability.Interleavings;
import dev.reliability.breaker.CircuitBreaker.Permit;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.time.spi.SteppedSeam;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The state machine under all interleavings of calls that begin and end, late ones too. Each thread has one permit at
 * most. It begins open, and the open time is zero: the next call is a probe.
 *
 * <p>Two things are not linearizable, on purpose, and left out. A failure that has reached the threshold opens even if a
 * success comes before the transition is made ({@link ClosedOnRow}); here the threshold is one. A call that ends the open
 * time may lose the probe that it made possible to another call; so it is asked whether the breaker is closed, and not
 * in which of the other states it is.
 */
@Tag("lincheck")
class BreakerLincheckTest {
    @Test
    void breaker_4_6_13_theStateMachineIsLinearizable() {
        Interleavings.areLinearizable(Breaker.class, Machine.class);
    }

    @Test
    void breaker_4_6_13_withTwoProbesToo() {
        Interleavings.areLinearizable(BreakerOfTwo.class, MachineOfTwo.class);
    }

    @Test
    void breaker_4_aProbeSlotTakenInTwoStepsIsFound() {
        Interleavings.areBrokenIn(Careless.class, Machine.class);
    }

    @Test
    void breaker_1_aPermitIsRecordedOnce() {
        Interleavings.areLinearizable(OnePermit.class, NoAnswer.class);
    }

    @Test
    void breaker_1_aPermitThatIsRecordedInTwoStepsIsFound() {
        Interleavings.areBrokenIn(CarelessPermit.class, NoAnswer.class);
    }

    public static class Breaker {
        private final CircuitBreaker breaker;
        private final AtomicReferenceArray<Permit> permits = new AtomicReferenceArray<>(8);

        public Breaker() {
            this(1);
        }

        Breaker(int probes) {
            breaker = CircuitBreaker.builder("model")
                    .initialState(State.OPEN)
                    .consecutiveFailures(1)
                    .openFor(Duration.ZERO)
                    .probes(probes)
                    .successThreshold(2)
                    .withoutCallLimit()
                    .time(new SteppedSeam())
                    .build();
        }

        @Operation
        public boolean begin(@Param(gen = ThreadIdGen.class) int thread) {
            if (permits.get(thread) == null) {
                permits.set(thread, breaker.tryAcquire());
            }
            return permits.get(thread) != null;
        }

        @Operation
        public void succeed(@Param(gen = ThreadIdGen.class) int thread) {
            Permit permit = permits.getAndSet(thread, null);
            if (permit != null) {
                permit.success();
            }
        }

        @Operation
        public void fail(@Param(gen = ThreadIdGen.class) int thread) {
            Permit permit = permits.getAndSet(thread, null);
            if (permit != null) {
                permit.failure();
            }
        }

        @Operation
        public void end(@Param(gen = ThreadIdGen.class) int thread) {
            Permit permit = permits.getAndSet(thread, null);
            if (permit != null) {
                permit.close();
            }
        }

        @Operation
        public boolean isClosed() {
            return breaker.state() == State.CLOSED;
        }
    }

    public static final class BreakerOfTwo extends Breaker {
        public BreakerOfTwo() {
            super(2);
        }
    }

    /** The specification. */
    public static class Machine {
        private final int probes;
        private final int[] permits = new int[8]; // the period of each, from 1; 0: none
        private State state = State.OPEN;
        private int period = 1;
        private int running;
        private int successes;

        public Machine() {
            this(1);
        }

        Machine(int probes) {
            this.probes = probes;
        }

        private void move(State next) {
            state = next;
            period++;
            running = 0;
            successes = 0;
        }

        public boolean begin(int thread) {
            if (permits[thread] != 0) {
                return true;
            }
            if (state == State.OPEN) {
                move(State.HALF_OPEN);
            }
            if (state == State.CLOSED || running < probes) {
                running++;
                permits[thread] = period;
            }
            return permits[thread] != 0;
        }

        private boolean counts(int thread) {
            boolean counts = permits[thread] == period;
            permits[thread] = 0;
            running -= counts ? 1 : 0;
            return counts;
        }

        public void succeed(int thread) {
            if (counts(thread) && state == State.HALF_OPEN && ++successes == 2) {
                move(State.CLOSED);
            }
        }

        public void fail(int thread) {
            if (counts(thread)) {
                move(State.OPEN);
            }
        }

        public void end(int thread) {
            boolean unused = counts(thread);
        }

        public boolean isClosed() {
            return state == State.CLOSED;
        }
    }

    public static final class MachineOfTwo extends Machine {
        public MachineOfTwo() {
            super(2);
        }
    }

    /** Half-open, with one slot for a probe that is looked at first and taken then. */
    public static final class Careless {
        private volatile State state = State.HALF_OPEN;
        private volatile boolean taken;
        private final AtomicReferenceArray<State> permits = new AtomicReferenceArray<>(8);

        @Operation
        public boolean begin(@Param(gen = ThreadIdGen.class) int thread) {
            if (permits.get(thread) == null && (state == State.CLOSED || !taken)) {
                taken = state != State.CLOSED;
                permits.set(thread, state);
            }
            return permits.get(thread) != null;
        }

        @Operation
        public void fail(@Param(gen = ThreadIdGen.class) int thread) {
            State permit = permits.getAndSet(thread, null);
            if (permit != null) {
                state = State.OPEN;
                taken = false;
            }
        }
    }

    /** Any thread may say how one call ended, and the call limit too: one of them counts. */
    public static final class OnePermit {
        private final CircuitBreaker breaker = CircuitBreaker.builder("permit")
                .counting()
                .callLimit(Duration.ofSeconds(30))
                .time(new SteppedSeam())
                .build();
        private final CallRecord record = CallRecord.begin(breaker, breaker.admit());
        private volatile boolean said;

        @Operation
        public void success() {
            record.success(breaker, false);
            said = true;
        }

        @Operation
        public void failure() {
            record.failure(breaker, BreakerFailure.Kind.FAILED, null, false);
            said = true;
        }

        @Operation
        public void ignore() {
            record.neutral(breaker);
            said = true;
        }

        @Operation
        public void limit() {
            record.ring();
            said = true;
        }

        @Validate
        public void counted() {
            long calls = breaker.snapshot().calls().orElseThrow();
            if (calls != (said ? 1 : 0)) {
                throw new IllegalStateException(calls + " results counted");
            }
        }
    }

    public static final class CarelessPermit {
        private volatile boolean recorded;
        private final AtomicInteger counted = new AtomicInteger();

        @Operation
        public void success() {
            if (!recorded) {
                recorded = true;
                counted.incrementAndGet();
            }
        }

        @Operation
        public void failure() {
            success();
        }

        @Validate
        public void counted() {
            if (counted.get() > 1) {
                throw new IllegalStateException(counted + " results counted");
            }
        }
    }

    /** The answers say nothing; what has to hold is looked at in the end. */
    public static final class NoAnswer {
        public void success() {}

        public void failure() {}

        public void ignore() {}

        public void limit() {}
    }
}
