package dev.reliability.retry;

import static java.util.Objects.requireNonNull;

import dev.reliability.EventListener;
import dev.reliability.InterruptibleTask;
import dev.reliability.Task;
import dev.reliability.base.Chain;
import dev.reliability.base.Layer;
import dev.reliability.base.Nanos;
import dev.reliability.base.Problems;
import dev.reliability.time.Deadline;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The policy that runs a task again when it fails.
 *
 * <p>The task runs at least once and at most {@link Builder#maxAttempts} times, on the calling thread, which sleeps in
 * between as {@link Backoff} says. The first accepted result is returned. When the retry ends without one, the last
 * failure is thrown: the same instance, never wrapped, with a {@link RetryReport} suppressed in it. When it ends with a
 * rejected result, that result is returned.
 *
 * <p><b>What is retried.</b> Every {@link Exception}, unless {@link Builder#retryOn}, {@link Builder#retryIf} or {@link
 * Builder#abortOn} say otherwise; the abort list beats the retry list and the predicate. {@link NonRetryableException} is
 * never, {@link RetryableException} always retried, whatever those say. {@link InterruptedException} and {@link
 * java.util.concurrent.CancellationException} are never retried, and an {@link Error} only if its type is named.
 *
 * <p><b>Waiting.</b> A failure that carries a wait hint ({@link dev.reliability.RetryAfter}) is waited for at least that
 * long; a hint that is too long ends the retry at once. So does an ambient {@link Deadline} that the wait would pass, and
 * an interrupt: the last failure is thrown, or the last result returned, with the interrupt flag set. If the ambient
 * deadline has passed when the call begins, the task does not run at all.
 *
 * <p><b>Many callers, many layers.</b> A {@link RetryBudget} limits the retries of all callers together. A retry does not
 * repeat what a retry inside it has given up as EXHAUSTED, so that attempts do not multiply; a task that wants it to
 * catches that failure and throws another, such as a {@link RetryableException} with it as the cause. The task sees in
 * {@link Attempt} which attempt it is.
 *
 * <p>A predicate or a backoff function that throws ends the retry with the task's failure, and is named in its report; one
 * that throws about a result ends it with that result, and goes to the thread's uncaught-exception handler.
 *
 * <p>Immutable and thread-safe, as far as its predicates, backoff function and listener are.
 */
public final class Retry extends Layer {
    private final RetrySettings settings;

    private Retry(RetrySettings settings) {
        this.settings = settings;
    }

    /**
     * A retry with the defaults: 4 attempts, exponential backoff from 1 s doubling up to 30 s with full jitter, for every
     * exception.
     *
     * @param name what is retried, for reports and events
     * @return the policy
     */
    public static Retry of(String name) {
        return builder(name).build();
    }

    /**
     * The options of a retry.
     *
     * @param name what is retried, for reports and events
     * @return a builder with the defaults
     */
    public static Builder builder(String name) {
        return new Builder(requireNonNull(name, "name"));
    }

    @Override
    protected <T extends @Nullable Object, X extends Exception> T execute(
            Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        return FirstAttempt.<T, X>call(settings, inner, task);
    }

    @Override
    protected <T extends @Nullable Object> CompletionStage<T> executeAsync(
            Chain inner, Task<? extends CompletionStage<T>, ?> task) {
        return FirstAttempt.begin(settings, inner, task);
    }

    /**
     * What is retried.
     *
     * @return the name that reports and events carry
     */
    public String name() {
        return settings.name();
    }

    @Override
    public String toString() {
        return settings.toString();
    }

    /** The options of a {@link Retry}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private long maxAttempts = 4;
        private Backoff backoff = Backoff.exponential(Duration.ofSeconds(1), 2, Duration.ofSeconds(30))
                .withFullJitter();
        private final List<Class<? extends Throwable>> retryOn = new ArrayList<>();
        private final List<Class<? extends Throwable>> abortOn = new ArrayList<>();
        private @Nullable Predicate<Exception> retryIf;
        private @Nullable Predicate<Object> retryOnResult;
        private @Nullable Duration longestHint;
        private Duration minAttempt = Duration.ZERO;
        private @Nullable RetryBudget budget;
        private @Nullable EventListener listener;
        private @Nullable Executor executor;
        private TimeSource time = TimeSource.system();

        private Builder(String name) {
            this.name = name;
        }

        /**
         * Limits how often the task runs.
         *
         * @param attempts how often at most, the first time included; at least 1; 4 by default
         * @return this
         */
        public Builder maxAttempts(int attempts) {
            this.maxAttempts = attempts;
            return this;
        }

        /**
         * Runs the task until something else ends the retry: a result, a failure that is not retried, a deadline, an
         * interrupt.
         *
         * @return this
         */
        public Builder unlimitedAttempts() {
            this.maxAttempts = Long.MAX_VALUE;
            return this;
        }

        /**
         * Says how long to wait between attempts.
         *
         * @param backoff exponential from 1 s, doubling, up to 30 s, with full jitter by default
         * @return this
         */
        public Builder backoff(Backoff backoff) {
            this.backoff = requireNonNull(backoff, "backoff");
            return this;
        }

        /**
         * Retries failures of these types and their subtypes, and no others but those of {@link #retryIf}. An {@link
         * Error} is retried only if its type, or a supertype that is an error type itself, is named: {@code
         * Throwable.class} is not enough. May be called repeatedly.
         *
         * @param types none by default
         * @return this
         */
        @SafeVarargs
        public final Builder retryOn(Class<? extends Throwable>... types) {
            for (Class<? extends Throwable> type : requireNonNull(types, "types")) {
                retryOn.add(requireNonNull(type, "types"));
            }
            return this;
        }

        /**
         * Does not retry failures of these types and their subtypes. May be called repeatedly.
         *
         * @param types none by default
         * @return this
         */
        @SafeVarargs
        public final Builder abortOn(Class<? extends Throwable>... types) {
            for (Class<? extends Throwable> type : requireNonNull(types, "types")) {
                abortOn.add(requireNonNull(type, "types"));
            }
            return this;
        }

        /**
         * Retries exceptions that a predicate chooses, and no others but those of {@link #retryOn}. May be called
         * repeatedly: one predicate that says yes is enough.
         *
         * @param predicate not asked about errors, nor about what the abort list names; none by default
         * @return this
         */
        public Builder retryIf(Predicate<? super Exception> predicate) {
            requireNonNull(predicate, "predicate");
            this.retryIf = retryIf == null ? predicate::test : retryIf.or(predicate);
            return this;
        }

        /**
         * Retries results that a predicate rejects. A rejected result that is followed by another attempt is dropped; the
         * last one is returned. May be called repeatedly: one predicate that says yes is enough.
         *
         * @param predicate asked about each result, null too; none by default
         * @return this
         */
        public Builder retryOnResult(Predicate<Object> predicate) {
            requireNonNull(predicate, "predicate");
            this.retryOnResult = retryOnResult == null ? predicate : retryOnResult.or(predicate);
            return this;
        }

        /**
         * Limits the wait hints that are followed; a longer one ends the retry at once.
         *
         * @param span the longest; not negative; the cap of the backoff by default; more than 100 years count as 100
         * @return this
         */
        public Builder longestHint(Duration span) {
            this.longestHint = requireNonNull(span, "span");
            return this;
        }

        /**
         * Begins no further attempt when less than this is left of the ambient deadline. The first attempt is begun while
         * any time is left, since there is no failure yet that the call could end with.
         *
         * @param span what an attempt needs; not negative; zero by default; more than 100 years count as 100
         * @return this
         */
        public Builder minAttempt(Duration span) {
            this.minAttempt = requireNonNull(span, "span");
            return this;
        }

        /**
         * Lets a budget refuse retries. Each first attempt that succeeds earns for it, each further attempt is paid from
         * it before its wait.
         *
         * @param budget shared by any retries of one time source; none by default
         * @return this
         */
        public Builder budget(RetryBudget budget) {
            this.budget = requireNonNull(budget, "budget");
            return this;
        }

        /**
         * Tells somebody about each retry: see {@link RetryEvent}.
         *
         * @param listener called on the thread of the call; none by default
         * @return this
         */
        public Builder listener(EventListener listener) {
            this.listener = requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Sets who starts the attempts of asynchronous calls after their wait.
         *
         * @param executor a thread made on demand by default, a virtual one where the JVM has them. It is called on a thread
         *     of its own, so it may block, or run what it is given at once; if it refuses, that thread takes over, and the
         *     refusal goes to the uncaught-exception handler
         * @return this
         */
        public Builder executor(Executor executor) {
            this.executor = requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Sets the source of time and random numbers.
         *
         * @param time the machine's by default
         * @return this
         */
        public Builder time(TimeSource time) {
            this.time = requireNonNull(time, "time");
            return this;
        }

        /**
         * Makes the retry.
         *
         * @return an immutable policy
         * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
         */
        public Retry build() {
            new Problems()
                    .check(maxAttempts >= 1, "maxAttempts", "at least 1", maxAttempts)
                    .check(
                            longestHint == null || !longestHint.isNegative(),
                            "longestHint",
                            "zero or more",
                            String.valueOf(longestHint))
                    .check(!minAttempt.isNegative(), "minAttempt", "zero or more", minAttempt)
                    .throwIfAny();
            new Problems()
                    .check(
                            budget == null || budget.counts(Seam.of(time)),
                            "time",
                            "that of the other retries of the budget",
                            time)
                    .throwIfAny();
            return new Retry(new RetrySettings(
                    name,
                    maxAttempts,
                    backoff,
                    new FailureRules(retryOn, abortOn, retryIf),
                    retryOnResult,
                    longestHint == null ? backoff.capNanos() : Nanos.of(longestHint),
                    Nanos.of(minAttempt),
                    budget,
                    listener,
                    executor,
                    Seam.of(time)));
        }
    }
}
