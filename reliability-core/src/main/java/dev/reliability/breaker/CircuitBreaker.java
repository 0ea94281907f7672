package dev.reliability.breaker;

import static java.util.Objects.requireNonNull;

import dev.reliability.InterruptibleTask;
import dev.reliability.Task;
import dev.reliability.base.Chain;
import dev.reliability.base.Nanos;
import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
 * CircuitBreakerBuilder#failureResult} says so. Neutral, as if the call had not been made, are ignored types, {@link
 * java.util.concurrent.CancellationException}, an interrupt from outside, and a refusal by this same breaker, used inside
 * itself. A call that ran out of its time, by the call timeout, a {@link Timeout} or an ambient {@link Deadline} on
 * either side, is a failure of kind TIMEOUT if it had run for the <em>fair time</em> (1 s) or longer, and neutral
 * otherwise: it had no fair chance. A timeout inside the breaker that is shorter than the fair time therefore needs a
 * shorter {@link CircuitBreakerBuilder#fairTime}.
 *
 * <p><b>A call that hangs</b> counts as a failure of kind TIMEOUT when it has run for the call limit (30 s), or up to an
 * eighth longer, while it still runs; its own result counts no more. Nobody is interrupted, unless there is a {@link
 * CircuitBreakerBuilder#callTimeout}. Two sides may end a call, a permit or a period: the first one counts, and a late
 * result changes nothing.
 *
 * <p><b>Full stacks.</b> A stack that overflows in the breaker's own frames, not in the task, may keep a call from being
 * recorded: a probe is then given back when its lease ends, and any other call counts when it reaches the call limit.
 *
 * <p>Nothing of a breaker has to be closed. Thread-safe: one breaker serves all callers of what it protects. What a
 * thread did before recording a result that changes the state happens before every call that the new state admits.
 *
 * <p>Source: M. Nygard, "Release It!", 2007; the rules are BREAKER-1 to BREAKER-20 of the rule catalogue.
 */
public final class CircuitBreaker extends Machine {
    private static final Settings DEFAULTS = new Settings(new CircuitBreakerBuilder("default"));

    CircuitBreaker(String name, Settings settings) {
        super(name, settings);
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
    public static CircuitBreakerBuilder builder(String name) {
        return new CircuitBreakerBuilder(requireNonNull(name, "name"));
    }

    @Override
    protected <T extends @Nullable Object, X extends Exception> T execute(
            Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        Admission call = admit();
        InFlightCalls calls = null;
        long ticket = InFlightCalls.NO_TICKET;
        if (settings().samples && call instanceof Closed closed) {
            calls = closed.watch(this);
            ticket = calls.begin();
        }
        if (ticket == InFlightCalls.NO_TICKET && settings().callLimitNanos > 0) {
            call = withRecord(call, calls);
            calls = null;
        }
        Deadline ambient = Deadline.current();
        long start = isTimed(ambient) ? now() : 0;
        T value;
        try {
            value = settings().limited(inner).<T, X>proceed(task);
        } catch (Throwable failure) {
            if (calls == null || calls.end(ticket)) {
                threw(call, ambient, start, failure);
            }
            throw failure;
        }
        if (calls == null || calls.end(ticket)) {
            returned(call, ambient, start, value);
        }
        return value;
    }

    @Override
    protected <T extends @Nullable Object> CompletionStage<T> executeAsync(
            Chain inner, Task<? extends CompletionStage<T>, ?> task) {
        return executeAsync(inner, task, null);
    }

    /** Once the call has been counted, or was refused, something is run. */
    <T extends @Nullable Object> CompletionStage<T> executeAsync(
            Chain inner, Task<? extends CompletionStage<T>, ?> task, @Nullable Runnable over) {
        AsyncProtectedCall<T> call;
        try {
            call = new AsyncProtectedCall<>(this, over);
        } catch (Throwable refusal) {
            if (over != null) {
                over.run();
            }
            return CompletableFuture.failedFuture(refusal);
        }
        call.begin(inner, task);
        return call;
    }

    /** For a call that has no slot: a record and an alarm of its own. The table grows for those to come. */
    CallRecord withRecord(Admission call, @Nullable InFlightCalls calls) {
        if (calls != null && call instanceof Closed closed) {
            InFlightCalls larger = calls.larger();
            if (larger != null) {
                closed.replaceWatched(calls, larger);
            }
        }
        return CallRecord.begin(this, call);
    }

    boolean isTimed(@Nullable Deadline ambient) {
        return ambient != null || settings().timesCalls;
    }

    void threw(Admission call, @Nullable Deadline ambient, long start, Throwable failure) {
        long ranNanos = 0;
        if (isTimed(ambient)) {
            ranNanos = now() - start;
        } else if (failure instanceof DeadlineExceededException exceeded) {
            ranNanos = Nanos.of(exceeded.ran());
        }
        boolean late = ambient != null && ambient.isExpired();
        record(
                call,
                settings().verdict.ofThrown(failure, this, late, ranNanos),
                failure,
                settings().isSlow(ranNanos));
    }

    /** A limit outside has ended the call. */
    void ranOut(Admission call, long ranNanos, Throwable failure) {
        record(call, settings().verdict.ofLate(ranNanos), failure, settings().isSlow(ranNanos));
    }

    void returned(Admission call, @Nullable Deadline ambient, long start, @Nullable Object value) {
        long ranNanos = isTimed(ambient) ? now() - start : 0;
        boolean slow = settings().isSlow(ranNanos);
        if (ambient != null && ambient.isExpired()) {
            record(call, settings().verdict.ofLate(ranNanos), null, slow);
        } else if (settings().verdict.isFailure(value)) {
            record(call, Kind.RESULT, null, slow);
        } else {
            call.success(this, slow);
        }
    }

    private void record(Admission call, @Nullable Kind kind, @Nullable Throwable failure, boolean slow) {
        if (kind == null) {
            call.neutral(this);
        } else {
            call.failure(this, kind, failure, slow);
            tell();
        }
    }

    /**
     * Asks to make a call whose end is told by hand. Never waits.
     *
     * @return a permit, to be recorded and closed by any thread; it is under the call limit like a call
     * @throws CircuitOpenException if calls are refused
     */
    public Permit acquire() {
        return new Permit(this, CallRecord.begin(this, admit()));
    }

    /**
     * Asks to make a call whose end is told by hand. Never waits.
     *
     * @return a permit, or null if calls are refused
     */
    public @Nullable Permit tryAcquire() {
        Admission admission = tryAdmit();
        return admission == null ? null : new Permit(this, CallRecord.begin(this, admission));
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
        return current().state();
    }

    /**
     * The state and the counts, all of one instant.
     *
     * @return a copy
     */
    public Snapshot snapshot() {
        return read();
    }

    /**
     * The failure that opened this breaker.
     *
     * @return the failure, from opening until closing; null while closed
     */
    public @Nullable BreakerFailure openedBy() {
        return current().openedBy();
    }

    /** Makes this breaker as new: closed, no override, no failures in a row. Calls that are running count no more. */
    public void reset() {
        beginAnew();
    }

    /**
     * Refuses all calls until {@link #endOverride} or {@link #reset}. Calls that are running go on and count no more. In
     * place of {@link #disable}; does nothing if isolated already.
     */
    public void isolate() {
        override(ManualOverride.ISOLATED);
    }

    /**
     * Lets all calls run and counts none until {@link #endOverride} or {@link #reset}; the call timeout stays. Calls that
     * are running count no more. In place of {@link #isolate}; does nothing if disabled already.
     */
    public void disable() {
        override(ManualOverride.DISABLED);
    }

    /**
     * Goes on in the state that was overridden by {@link #isolate} or {@link #disable}, begun again: no failures in a
     * row, no successes, no probes out. An open time has gone on meanwhile. Does nothing without an override.
     */
    public void endOverride() {
        resume();
    }

    @Override
    public String toString() {
        return "CircuitBreaker[\"" + name + "\" " + current().describe(this) + "]";
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
     * A breaker at one instant. The counts are of results that counted: a late one does not. Taken while calls end, it may
     * leave out what is just being counted, and never contradicts itself.
     *
     * @param name its name
     * @param state its state
     * @param override what stands in place of the state
     * @param consecutiveFailures failures in a row; zero unless closed and on that condition
     * @param windowCalls calls in the window of a rate; zero unless closed
     * @param windowHits how many of these failed, or were slow, whichever the condition counts
     * @param successes ever; empty unless {@link CircuitBreakerBuilder#counting} was chosen
     * @param failures ever, the lapses of probes included
     * @param ignored neutral results, ever
     * @param rejections calls that were refused, ever
     * @param transitions from state to state, by hand included, ever
     */
    public record Snapshot(
            String name,
            State state,
            ManualOverride override,
            int consecutiveFailures,
            long windowCalls,
            long windowHits,
            OptionalLong successes,
            long failures,
            long ignored,
            long rejections,
            long transitions) {
        /**
         * The calls whose results counted.
         *
         * @return successes, failures and ignored; empty unless successes are counted
         */
        public OptionalLong calls() {
            return successes.isPresent()
                    ? OptionalLong.of(successes.getAsLong() + failures + ignored)
                    : OptionalLong.empty();
        }
    }

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
            call.success(breaker, false);
        }

        /** Says that the call failed. */
        public void failure() {
            breaker.record(call, Kind.FAILED, null, false);
        }

        /**
         * Says that the call failed.
         *
         * @param failure what it threw; only its class name and the time are kept
         */
        public void failure(Throwable failure) {
            breaker.record(call, Kind.FAILED, requireNonNull(failure, "failure"), false);
        }

        /** Says that the call tells nothing about the health of what was called. */
        public void ignore() {
            call.neutral(breaker);
        }

        /** Ends the permit; if nothing was said about the call, it was neutral. */
        @Override
        public void close() {
            call.neutral(breaker);
        }

        @Override
        public String toString() {
            return "Permit[\"" + breaker.name + "\" " + (call.isRecorded() ? "recorded" : "out") + "]";
        }
    }
}
