package dev.reliability.breaker;

import static java.util.Objects.requireNonNull;

import dev.reliability.EventListener;
import dev.reliability.InterruptibleTask;
import dev.reliability.base.Chain;
import dev.reliability.base.Layer;
import dev.reliability.base.Nanos;
import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.TimeSource;
import dev.reliability.time.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The policy that stops calling what keeps failing.
 *
 * <p><b>States.</b> CLOSED: calls run, and failures are counted. When the {@link TripCondition} holds, the breaker is
 * OPEN: calls are refused at once with {@link CircuitOpenException} and run nothing. The first call after the open time
 * makes it HALF_OPEN: a few calls run as probes, others are refused. Enough successful probes close it, one that fails
 * opens it again. {@link #isolate} and {@link #disable} override the state by hand.
 *
 * <p><b>What counts.</b> What a call throws is a failure, an {@link Error} too, and so is a result for which {@link
 * Builder#failureResult} says so. Neutral, as if the call had not been made, are ignored types, {@link
 * java.util.concurrent.CancellationException}, an interrupt from outside, and a refusal by this same breaker, used inside
 * itself. A call that ran out of its time, by the call timeout, a {@link Timeout} or an ambient {@link Deadline} on
 * either side, is a failure of kind TIMEOUT if it had run for the <em>fair time</em> (1 s) or longer, and neutral
 * otherwise: it had no fair chance. A timeout inside the breaker that is shorter than the fair time therefore needs a
 * shorter {@link Builder#fairTime}.
 *
 * <p><b>A call that hangs</b> counts as a failure of kind TIMEOUT when it has run for the call limit (30 s), while it
 * still runs; its own result counts no more. Nobody is interrupted, unless there is a {@link Builder#callTimeout}. Two
 * sides may end a call, a permit or a period: the first one counts, and a late result changes nothing.
 *
 * <p>Nothing of a breaker has to be closed. Thread-safe: one breaker serves all callers of what it protects. What a
 * thread did before recording a result that changes the state happens before every call that the new state admits.
 *
 * <p>Source: M. Nygard, "Release It!", 2007; the rules are BREAKER-1 to BREAKER-19 of the rule catalogue.
 */
public final class CircuitBreaker extends Layer {
    private static final Settings DEFAULTS = new Settings(new Builder("default"));

    private final String name;
    private final Settings settings;
    private final Machine machine;

    private CircuitBreaker(String name, Settings settings) {
        this.name = name;
        this.settings = settings;
        this.machine = new Machine(this);
    }

    /**
     * A breaker with the defaults: opens after 5 failures in a row, for 60 s; 1 probe at a time, 2 successes close it.
     *
     * @param name what is protected, for messages and events
     * @return a new breaker, closed
     */
    public static CircuitBreaker of(String name) {
        return new CircuitBreaker(requireNonNull(name, "name"), DEFAULTS);
    }

    /**
     * The options of a breaker.
     *
     * @param name what is protected, for messages and events
     * @return a builder with the defaults
     */
    public static Builder builder(String name) {
        return new Builder(requireNonNull(name, "name"));
    }

    @Override
    protected <T extends @Nullable Object, X extends Exception> T execute(
            Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        Admission admission = machine.admit();
        Deadline ambient = Deadline.current();
        if (ambient != null || settings.limitsCalls()) {
            return this.<T, X>executeTimed(admission, ambient, inner, task);
        }
        T value;
        try {
            value = inner.<T, X>proceed(task);
        } catch (Throwable failure) {
            long ranNanos = failure instanceof DeadlineExceededException exceeded ? Nanos.of(exceeded.ran()) : 0;
            record(admission, settings.verdict.ofThrown(failure, this, false, ranNanos), failure);
            throw failure;
        }
        returned(admission, value);
        return value;
    }

    private <T extends @Nullable Object, X extends Exception> T executeTimed(
            Admission admitted, @Nullable Deadline ambient, Chain inner, InterruptibleTask<? extends T, X> task)
            throws X, InterruptedException {
        long start = settings.seam.nanoTime();
        Admission call = settings.callLimitNanos > 0 ? CallRecord.begin(machine, admitted) : admitted;
        T value;
        try {
            value = settings.limited(inner).<T, X>proceed(task);
        } catch (Throwable failure) {
            boolean late = ambient != null && ambient.isExpired();
            long ranNanos = settings.seam.nanoTime() - start;
            record(call, settings.verdict.ofThrown(failure, this, late, ranNanos), failure);
            throw failure;
        }
        if (ambient != null && ambient.isExpired()) {
            record(call, settings.verdict.ofLate(settings.seam.nanoTime() - start), null);
        } else {
            returned(call, value);
        }
        return value;
    }

    private void returned(Admission call, @Nullable Object value) {
        if (settings.verdict.isFailure(value)) {
            record(call, Kind.RESULT, null);
        } else {
            call.success(machine);
        }
    }

    private void record(Admission call, @Nullable Kind kind, @Nullable Throwable failure) {
        if (kind == null) {
            call.neutral(machine);
        } else {
            call.failure(machine, kind, failure);
            machine.tell();
        }
    }

    /**
     * Asks to make a call whose end is told by hand. Never waits.
     *
     * @return a permit, to be recorded and closed by any thread; it is under the call limit like a call
     * @throws CircuitOpenException if calls are refused
     */
    public Permit acquire() {
        return new Permit(this, CallRecord.begin(machine, machine.admit()));
    }

    /**
     * Asks to make a call whose end is told by hand. Never waits.
     *
     * @return a permit, or null if calls are refused
     */
    public @Nullable Permit tryAcquire() {
        Admission admission = machine.tryAdmit();
        return admission == null ? null : new Permit(this, CallRecord.begin(machine, admission));
    }

    /**
     * The name of this breaker.
     *
     * @return the name that it was made with
     */
    public String name() {
        return name;
    }

    /**
     * The state, whether it is overridden or not.
     *
     * @return the state; OPEN also when the open time is over and no call has come since
     */
    public State state() {
        return machine.current().state();
    }

    /**
     * The state and the counts, all of one instant.
     *
     * @return a copy
     */
    public Snapshot snapshot() {
        return machine.snapshot();
    }

    /**
     * The failure that opened this breaker.
     *
     * @return the failure, from opening until closing; null while closed
     */
    public @Nullable BreakerFailure openedBy() {
        return machine.current().openedBy();
    }

    /** Makes this breaker as new: closed, no override, no failures in a row. Calls that are running count no more. */
    public void reset() {
        machine.reset();
    }

    /**
     * Refuses all calls until {@link #endOverride} or {@link #reset}. Calls that are running go on and count no more. In
     * place of {@link #disable}; does nothing if isolated already.
     */
    public void isolate() {
        machine.override(ManualOverride.ISOLATED);
    }

    /**
     * Lets all calls run and counts none until {@link #endOverride} or {@link #reset}; the call timeout stays. Calls that
     * are running count no more. In place of {@link #isolate}; does nothing if disabled already.
     */
    public void disable() {
        machine.override(ManualOverride.DISABLED);
    }

    /**
     * Goes on in the state that was overridden by {@link #isolate} or {@link #disable}, begun again: no failures in a
     * row, no successes, no probes out. An open time has gone on meanwhile. Does nothing without an override.
     */
    public void endOverride() {
        machine.endOverride();
    }

    Settings settings() {
        return settings;
    }

    @Override
    public String toString() {
        return "CircuitBreaker[\"" + name + "\" " + machine.current().describe(settings) + "]";
    }

    /** The states of a breaker. */
    public enum State {
        /** Calls run. */
        CLOSED,
        /** Calls are refused. */
        OPEN,
        /** A few calls run as probes, the others are refused. */
        HALF_OPEN
    }

    /** What an operator can put in place of the state. */
    public enum ManualOverride {
        /** The state decides. */
        NONE,
        /** All calls are refused: {@link CircuitBreaker#isolate}. */
        ISOLATED,
        /** All calls run: {@link CircuitBreaker#disable}. */
        DISABLED
    }

    /**
     * A breaker at one instant.
     *
     * @param name its name
     * @param state its state
     * @param override what stands in place of the state
     * @param consecutiveFailures failures in a row; zero unless closed
     * @param failures that were counted, ever; a late or neutral result is not
     * @param rejections calls that were refused, ever
     * @param transitions from state to state, by hand included, ever
     */
    public record Snapshot(
            String name,
            State state,
            ManualOverride override,
            int consecutiveFailures,
            long failures,
            long rejections,
            long transitions) {}

    /**
     * The right to make one call, and the duty to say how it ended.
     *
     * <p>The first of {@link #success}, {@link #failure()}, {@link #ignore} and {@link #close} counts, and the call limit
     * may come before them; later ones do nothing. The breaker's predicates are not asked: the holder has decided. Not
     * closing one does no lasting harm: it runs into the call limit, and as a probe into the probe lease.
     *
     * <p>Thread-safe; any thread may end it.
     */
    public static final class Permit implements AutoCloseable {
        private final CircuitBreaker breaker;
        private final CallRecord call;

        private Permit(CircuitBreaker breaker, CallRecord call) {
            this.breaker = breaker;
            this.call = call;
        }

        /** Says that the call succeeded. */
        public void success() {
            call.success(breaker.machine);
        }

        /** Says that the call failed. */
        public void failure() {
            breaker.record(call, Kind.FAILED, null);
        }

        /**
         * Says that the call failed.
         *
         * @param failure what it threw; only its class name and the time are kept
         */
        public void failure(Throwable failure) {
            breaker.record(call, Kind.FAILED, requireNonNull(failure, "failure"));
        }

        /** Says that the call tells nothing about the health of what was called. */
        public void ignore() {
            call.neutral(breaker.machine);
        }

        /** Ends the permit; if nothing was said about the call, it was neutral. */
        @Override
        public void close() {
            call.neutral(breaker.machine);
        }

        @Override
        public String toString() {
            return "Permit[\"" + breaker.name + "\" " + (call.isRecorded() ? "recorded" : "out") + "]";
        }
    }

    /** The options of a {@link CircuitBreaker}. Not thread-safe. */
    public static final class Builder {
        final String name;
        final List<Class<? extends Throwable>> ignored = new ArrayList<>();
        TripCondition trip = new TripCondition(5);
        Duration openFor = Duration.ofSeconds(60);
        int successThreshold = 2;
        int probes = 1;

        @Nullable
        Duration probeLease;

        @Nullable
        Duration callLimit;

        boolean callLimited = true;

        @Nullable
        Duration callTimeout;

        @Nullable
        Duration fairTime;

        @Nullable
        Predicate<? super Throwable> failureIf;

        @Nullable
        Predicate<@Nullable Object> failureResult;

        @Nullable
        EventListener listener;

        TimeSource time = TimeSource.system();

        private Builder(String name) {
            this.name = name;
        }

        /**
         * Sets when the breaker opens.
         *
         * @param trip the condition; 5 consecutive failures by default
         * @return this
         */
        public Builder tripCondition(TripCondition trip) {
            this.trip = requireNonNull(trip, "trip");
            return this;
        }

        /**
         * Opens after a number of failures in a row: short for {@link TripCondition#consecutiveFailures}.
         *
         * @param failures how many, at least 1; 5 by default
         * @return this
         */
        public Builder consecutiveFailures(int failures) {
            trip = new TripCondition(failures);
            return this;
        }

        /**
         * Sets how long calls are refused.
         *
         * @param openFor from the failure that opens the breaker to the first probe; not negative; 60 s by default
         * @return this
         */
        public Builder openFor(Duration openFor) {
            this.openFor = requireNonNull(openFor, "openFor");
            return this;
        }

        /**
         * Sets how many successful probes close the breaker.
         *
         * @param successes at least 1; 2 by default
         * @return this
         */
        public Builder successThreshold(int successes) {
            successThreshold = successes;
            return this;
        }

        /**
         * Sets how many probes run at a time.
         *
         * @param probes from 1 to 1000; 1 by default
         * @return this
         */
        public Builder probes(int probes) {
            this.probes = probes;
            return this;
        }

        /**
         * Sets how long a probe may take to give its permit back; then it has failed, and its result changes nothing.
         *
         * @param lease positive; by default 1 s longer than the call limit, or than what that is by default
         * @return this
         */
        public Builder probeLease(Duration lease) {
            probeLease = requireNonNull(lease, "lease");
            return this;
        }

        /**
         * Sets how long a call may run before it counts as a failure of kind TIMEOUT. Nobody is interrupted.
         *
         * @param limit positive; by default 30 s, or the call timeout if that is longer
         * @return this
         */
        public Builder callLimit(Duration limit) {
            callLimit = requireNonNull(limit, "limit");
            callLimited = true;
            return this;
        }

        /**
         * Lets calls run for any time without counting as failures; as probes, only for the probe lease.
         *
         * @return this
         */
        public Builder withoutCallLimit() {
            callLimited = false;
            return this;
        }

        /**
         * Ends each call after a time by interrupting its thread, as a {@link Timeout} inside the breaker does; that
         * counts as a failure of kind TIMEOUT.
         *
         * @param timeout positive; none by default
         * @return this
         */
        public Builder callTimeout(Duration timeout) {
            callTimeout = requireNonNull(timeout, "timeout");
            return this;
        }

        /**
         * Sets how long a call must have run for running out of its time to be a failure.
         *
         * @param fairTime not negative, at most the call timeout; by default 1 s, or the call timeout if that is shorter
         * @return this
         */
        public Builder fairTime(Duration fairTime) {
            this.fairTime = requireNonNull(fairTime, "fairTime");
            return this;
        }

        /**
         * Makes exceptions of some types neutral, subtypes included, before anything else is asked.
         *
         * @param types which ones, in addition to those of earlier calls; none by default
         * @return this
         */
        @SafeVarargs
        public final Builder ignore(Class<? extends Throwable>... types) {
            for (Class<? extends Throwable> type : types) {
                ignored.add(requireNonNull(type, "type"));
            }
            return this;
        }

        /**
         * Says which exceptions are failures; the others are neutral. If the predicate throws, the call is a failure, and
         * what it threw goes to the uncaught-exception handler.
         *
         * @param isFailure asked on the calling thread, in place of the default: all
         * @return this
         */
        public Builder failureIf(Predicate<? super Throwable> isFailure) {
            failureIf = requireNonNull(isFailure, "isFailure");
            return this;
        }

        /**
         * Says which results are failures. If the predicate throws, the call is a failure, and what it threw goes to the
         * uncaught-exception handler; the caller gets the result.
         *
         * @param isFailure asked on the calling thread, about null too, in place of the default: none
         * @return this
         */
        public Builder failureResult(Predicate<@Nullable Object> isFailure) {
            failureResult = requireNonNull(isFailure, "isFailure");
            return this;
        }

        /**
         * Sets who hears the {@link BreakerEvent}s.
         *
         * @param listener nobody by default
         * @return this
         */
        public Builder listener(EventListener listener) {
            this.listener = requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Sets the time source.
         *
         * @param time the source; the machine's by default
         * @return this
         */
        public Builder time(TimeSource time) {
            this.time = requireNonNull(time, "time");
            return this;
        }

        /**
         * Makes the breaker.
         *
         * @return a new breaker, closed
         * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
         */
        public CircuitBreaker build() {
            return new CircuitBreaker(name, new Settings(this));
        }
    }
}
