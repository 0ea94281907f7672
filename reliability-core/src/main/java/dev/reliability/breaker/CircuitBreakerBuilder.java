package dev.reliability.breaker;

import static java.util.Objects.requireNonNull;

import dev.reliability.EventListener;
import dev.reliability.time.TimeSource;
import dev.reliability.time.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The options of a {@link CircuitBreaker}. Not thread-safe. */
public final class CircuitBreakerBuilder {
    final String name;
    final List<Class<? extends Throwable>> ignored = new ArrayList<>();
    TripCondition trip = TripCondition.row(5);
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

    Consumer<? super Timeout.Builder> timeoutOptions = options -> {};
    double openTimeGrowth = 1;

    @Nullable
    Duration openTimeCap;

    double openTimeJitter;
    CircuitBreaker.State initialState = CircuitBreaker.State.CLOSED;
    boolean counting;

    @Nullable
    Duration fairTime;

    @Nullable
    Predicate<? super Throwable> failureIf;

    @Nullable
    Predicate<@Nullable Object> failureResult;

    @Nullable
    EventListener listener;

    TimeSource time = TimeSource.system();

    CircuitBreakerBuilder(String name) {
        this.name = name;
    }

    /**
     * Sets when the breaker opens.
     *
     * @param trip the condition; 5 consecutive failures by default
     * @return this
     */
    public CircuitBreakerBuilder tripCondition(TripCondition trip) {
        this.trip = requireNonNull(trip, "trip");
        return this;
    }

    /**
     * Opens after a number of failures in a row: short for {@link TripCondition#consecutiveFailures}.
     *
     * @param failures how many, at least 1; 5 by default
     * @return this
     */
    public CircuitBreakerBuilder consecutiveFailures(int failures) {
        trip = TripCondition.row(failures);
        return this;
    }

    /**
     * Sets how long calls are refused.
     *
     * @param openFor from the outcome that opens the breaker to the first probe; not negative; 60 s by default
     * @return this
     */
    public CircuitBreakerBuilder openFor(Duration openFor) {
        this.openFor = requireNonNull(openFor, "openFor");
        return this;
    }

    /**
     * Lets the open time grow with each opening that follows a failed probe; closing starts again.
     *
     * @param factor by which each open time is longer than the one before, from 1; 1 by default
     * @param cap the longest open time, before jitter; not shorter than {@code openFor}
     * @return this
     */
    public CircuitBreakerBuilder openTimeGrowth(double factor, Duration cap) {
        openTimeGrowth = factor;
        openTimeCap = requireNonNull(cap, "cap");
        return this;
    }

    /**
     * Lengthens each open time at random, so that a fleet does not probe in step; above the cap too, and never less than
     * without.
     *
     * @param fraction the most that is added, as a part of the open time, evenly distributed; from 0 to 1; 0 by default
     * @return this
     */
    public CircuitBreakerBuilder openTimeJitter(double fraction) {
        openTimeJitter = fraction;
        return this;
    }

    /**
     * Sets the state in which the breaker begins.
     *
     * @param state CLOSED by default; OPEN begins an open time at {@link #build}
     * @return this
     */
    public CircuitBreakerBuilder initialState(CircuitBreaker.State state) {
        initialState = requireNonNull(state, "state");
        return this;
    }

    /**
     * Counts successes too, for {@link CircuitBreaker.Snapshot}; otherwise they leave no trace where they change nothing.
     *
     * @return this
     */
    public CircuitBreakerBuilder counting() {
        counting = true;
        return this;
    }

    /**
     * Sets how many successful probes close the breaker.
     *
     * @param successes at least 1; 2 by default
     * @return this
     */
    public CircuitBreakerBuilder successThreshold(int successes) {
        successThreshold = successes;
        return this;
    }

    /**
     * Sets how many probes run at a time.
     *
     * @param probes from 1 to 1000; 1 by default
     * @return this
     */
    public CircuitBreakerBuilder probes(int probes) {
        this.probes = probes;
        return this;
    }

    /**
     * Sets how long a probe may take to give its permit back; then it has failed, and its result changes nothing.
     *
     * @param lease positive; by default 1 s longer than the call limit, or than what that is by default
     * @return this
     */
    public CircuitBreakerBuilder probeLease(Duration lease) {
        probeLease = requireNonNull(lease, "lease");
        return this;
    }

    /**
     * Sets how long a call may run before it counts as a failure of kind TIMEOUT. Nobody is interrupted. Calls are
     * looked at eight times in the limit, at most every millisecond, so one counts between the limit and an eighth of it
     * later; permits and probes count at the limit.
     *
     * @param limit positive; by default 30 s, or the call timeout or the time of a slow call if that is longer
     * @return this
     */
    public CircuitBreakerBuilder callLimit(Duration limit) {
        callLimit = requireNonNull(limit, "limit");
        callLimited = true;
        return this;
    }

    /**
     * Lets calls run for any time without counting as failures; as probes, only for the probe lease.
     *
     * @return this
     */
    public CircuitBreakerBuilder withoutCallLimit() {
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
    public CircuitBreakerBuilder callTimeout(Duration timeout) {
        return callTimeout(timeout, options -> {});
    }

    /**
     * Ends each call after a time in the way that is chosen: {@code callTimeout(ofSeconds(2), t -> t.canceller(x::close))}.
     * That counts as a failure of kind TIMEOUT.
     *
     * @param timeout positive; none by default
     * @param options sets the canceller and what else a {@link Timeout} has; run once, by {@link #build}; the name and
     *     the time source are those of the breaker
     * @return this
     */
    public CircuitBreakerBuilder callTimeout(Duration timeout, Consumer<? super Timeout.Builder> options) {
        callTimeout = requireNonNull(timeout, "timeout");
        timeoutOptions = requireNonNull(options, "options");
        return this;
    }

    /**
     * Sets how long a call must have run for running out of its time to be a failure.
     *
     * @param fairTime not negative, at most the call timeout; by default 1 s, or the call timeout if that is shorter
     * @return this
     */
    public CircuitBreakerBuilder fairTime(Duration fairTime) {
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
    public final CircuitBreakerBuilder ignore(Class<? extends Throwable>... types) {
        for (Class<? extends Throwable> type : requireNonNull(types, "types")) {
            ignored.add(requireNonNull(type, "types"));
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
    public CircuitBreakerBuilder failureIf(Predicate<? super Throwable> isFailure) {
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
    public CircuitBreakerBuilder failureResult(Predicate<@Nullable Object> isFailure) {
        failureResult = requireNonNull(isFailure, "isFailure");
        return this;
    }

    /**
     * Sets who hears the {@link BreakerEvent}s.
     *
     * @param listener nobody by default
     * @return this
     */
    public CircuitBreakerBuilder listener(EventListener listener) {
        this.listener = requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Sets the time source.
     *
     * @param time the source; the machine's by default
     * @return this
     */
    public CircuitBreakerBuilder time(TimeSource time) {
        this.time = requireNonNull(time, "time");
        return this;
    }

    /**
     * Makes the breaker.
     *
     * @return a new breaker
     * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
     */
    public CircuitBreaker build() {
        return new CircuitBreaker(name, new Settings(this));
    }

    /**
     * Makes a breaker per key.
     *
     * @param <K> the type of the keys, with {@code equals} and {@code hashCode}: host, tenant
     * @return breakers with these options, none of which exists yet
     * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
     */
    public <K> KeyedCircuitBreaker<K> buildKeyed() {
        return new KeyedCircuitBreaker<>(name, new Settings(this, true));
    }
}
