package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.breaker.ReferenceMachine.Outcome;
import dev.reliability.testkit.contract.breaker.ReferenceMachine.Permit;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;

/** A breaker that is simple rather than quick: it keeps every rule of BREAKER, unless it has a defect. */
final class ReferenceBreaker implements BreakerAdapter {
    private static final long FAIR_NANOS = 1_000_000_000L;

    private final BreakerSpec spec;
    private final BreakerDefect defect;
    private final Seam seam;
    private final ReferenceMachine machine;
    private final Map<String, ReferenceBreaker> keyed = new ConcurrentHashMap<>();
    private final World world;

    ReferenceBreaker(BreakerSpec spec, World world, BreakerDefect defect) {
        this.spec = spec;
        this.world = world;
        this.defect = defect;
        this.seam = Seam.of(world.time());
        this.machine = new ReferenceMachine(spec, defect, seam);
    }

    /** What it throws when it refuses; without a trace. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient ReferenceBreaker by;

        Refusal(String message, Throwable cause, boolean trace, ReferenceBreaker by) {
            super(message, cause, false, trace);
            this.by = by;
        }
    }

    private boolean has(BreakerDefect other) {
        return defect == other;
    }

    @Override
    public Object call(Body body) throws Throwable {
        if (has(BreakerDefect.OPENINGS_PILE_UP)) {
            return pile(machine.openings() / 3, body);
        }
        return admitted(body);
    }

    private Object pile(int openings, Body body) throws Throwable {
        return openings > 0 ? pile(openings - 1, body) : admitted(body);
    }

    private Object admitted(Body body) throws Throwable {
        Permit permit = machine.admit();
        machine.tell();
        if (permit == null) {
            throw refusal();
        }
        Object value;
        try {
            value = spec.callTimeoutNanos() > 0 ? limited(body) : body.run();
        } catch (Throwable failure) {
            if (!(failure instanceof Error && has(BreakerDefect.ERROR_LOSES_THE_PROBE))) {
                end(permit, verdict(failure, permit), failure);
            }
            throw failure;
        }
        end(permit, verdict(value), null);
        if (has(BreakerDefect.COUNTS_RACE)) {
            machine.countInARace();
        }
        return value;
    }

    private Object limited(Body body) throws Throwable {
        return within(spec.callTimeoutNanos(), body);
    }

    private Object within(long nanos, Body body) throws Throwable {
        Throwable[] thrown = new Throwable[1];
        Object value = Deadline.after(Duration.ofNanos(nanos), world.time()).callInterruptibly(() -> {
            try {
                return body.run();
            } catch (InterruptedException e) {
                throw e;
            } catch (Throwable failure) {
                thrown[0] = failure;
                return null;
            }
        });
        if (thrown[0] != null) {
            throw thrown[0];
        }
        return value;
    }

    private void end(Permit permit, Outcome outcome, Throwable failure) {
        long slowNanos = spec.trip() == null ? 0 : spec.trip().slowNanos();
        boolean slow = slowNanos > 0 && seam.nanoTime() - permit.beganNanos >= slowNanos;
        machine.record(permit, outcome, failure, slow);
        machine.tell();
    }

    private Outcome verdict(Object value) {
        if (spec.failureResult() == null) {
            return Outcome.SUCCESS;
        }
        try {
            return spec.failureResult().test(value) ? Outcome.FAILURE : Outcome.SUCCESS;
        } catch (RuntimeException e) {
            return has(BreakerDefect.THROWING_PREDICATE_IS_SUCCESS) ? Outcome.SUCCESS : Outcome.FAILURE;
        }
    }

    private Outcome verdict(Throwable failure, Permit permit) {
        if (failure instanceof BreakerRefused refused && refused.thrown() instanceof Refusal own && own.by == this) {
            return has(BreakerDefect.OWN_REFUSAL_IS_A_FAILURE) ? Outcome.FAILURE : Outcome.NEUTRAL;
        }
        if (spec.ignored() != null && spec.ignored().isInstance(failure)) {
            return has(BreakerDefect.IGNORED_IS_A_SUCCESS) ? Outcome.SUCCESS : Outcome.NEUTRAL;
        }
        if (failure instanceof DeadlineExceededException) {
            return timeOut(seam.nanoTime() - permit.beganNanos);
        }
        Deadline ambient = Deadline.current();
        if (ambient != null && ambient.isExpired()) {
            return timeOut(seam.nanoTime() - permit.beganNanos);
        }
        if ((failure instanceof InterruptedException && !has(BreakerDefect.INTERRUPT_IS_A_FAILURE))
                || failure instanceof CancellationException) {
            return Outcome.NEUTRAL;
        }
        try {
            return spec.failureIf() == null || spec.failureIf().test(failure) ? Outcome.FAILURE : Outcome.NEUTRAL;
        } catch (RuntimeException e) {
            return has(BreakerDefect.THROWING_PREDICATE_IS_SUCCESS) ? Outcome.SUCCESS : Outcome.FAILURE;
        }
    }

    private Outcome timeOut(long ranNanos) {
        if (has(BreakerDefect.EVERY_DEADLINE_IS_A_FAILURE)) {
            return Outcome.TIME_OUT;
        }
        long fairNanos = spec.fairNanos() > 0 ? spec.fairNanos() : FAIR_NANOS;
        return ranNanos >= fairNanos && !has(BreakerDefect.NO_DEADLINE_IS_A_FAILURE)
                ? Outcome.TIME_OUT
                : Outcome.NEUTRAL;
    }

    private BreakerRefused refusal() {
        long left = machine.remainingNanos();
        String message = has(BreakerDefect.REFUSAL_SAYS_NOTHING) ? null : spec.name() + " is open";
        Throwable cause = has(BreakerDefect.REFUSAL_TELLS_ON_ANOTHER_CALLER) ? machine.openedByFailure() : null;
        return new BreakerRefused(
                new Refusal(message, cause, has(BreakerDefect.REFUSAL_TAKES_A_TRACE), this),
                spec.name(),
                machine.state(),
                left);
    }

    @Override
    public Object callWithin(long nanos, Body body) throws Throwable {
        return within(nanos, () -> call(body));
    }

    @Override
    public BreakerState state() {
        return machine.state();
    }

    @Override
    public BreakerOpening openedBy() {
        return machine.openedBy();
    }

    @Override
    public BreakerPermit tryAcquire() {
        Permit permit = machine.admit();
        machine.tell();
        return permit == null ? null : new ByHand(permit);
    }

    /** A permit that is told how its call ended. */
    private final class ByHand implements BreakerPermit {
        private final Permit permit;

        ByHand(Permit permit) {
            this.permit = permit;
        }

        @Override
        public void success() {
            end(permit, Outcome.SUCCESS, null);
        }

        @Override
        public void failure() {
            end(permit, Outcome.FAILURE, null);
        }

        @Override
        public void ignore() {
            end(permit, Outcome.NEUTRAL, null);
        }

        @Override
        public void close() {
            end(permit, has(BreakerDefect.CLOSE_IS_A_FAILURE) ? Outcome.FAILURE : Outcome.NEUTRAL, null);
        }
    }

    @Override
    public void reset() {
        machine.operate(BreakerStep.Kind.RESET);
    }

    @Override
    public void isolate() {
        machine.operate(BreakerStep.Kind.ISOLATE);
    }

    @Override
    public void disable() {
        machine.operate(BreakerStep.Kind.DISABLE);
    }

    @Override
    public void endOverride() {
        machine.operate(BreakerStep.Kind.END_OVERRIDE);
    }

    @Override
    public BreakerCounts counts() {
        return machine.counts();
    }

    @Override
    public Object call(String key, Body body) throws Throwable {
        String name = has(BreakerDefect.ONE_BREAKER_FOR_ALL_KEYS) ? "all" : key;
        ReferenceBreaker breaker = keyed.computeIfAbsent(name, each -> new ReferenceBreaker(spec, world, defect));
        try {
            return breaker.call(body);
        } finally {
            if (!has(BreakerDefect.KEEPS_EVERY_KEY)) {
                keyed.values().removeIf(each -> each.machine.isHealthy());
            }
        }
    }

    @Override
    public int keptKeys() {
        return keyed.size();
    }
}
