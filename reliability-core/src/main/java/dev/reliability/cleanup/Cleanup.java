package dev.reliability.cleanup;

import static java.util.Objects.requireNonNull;

import dev.reliability.EventListener;
import dev.reliability.base.Nanos;
import dev.reliability.base.Problems;
import dev.reliability.time.TimeSource;
import dev.reliability.time.Timeout;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Opens {@link CleanupScope cleanup scopes}.
 *
 * <p>{@link #scope} is for try-with-resources. {@link #call} and {@link #run} open a scope, run work with it and close it;
 * they know by themselves whether the work succeeded, and every failure stays what it is:
 *
 * <ul>
 *   <li>What the work throws is thrown, always; what the cleanup throws is suppressed in it, each instance once; an action
 *       may throw the very instance that the work threw (try-with-resources ends in IllegalArgumentException there).
 *   <li>If the work succeeds and the cleanup fails, the primary failure of the cleanup ({@link CleanupScope#close} says
 *       which) is thrown as it is. <b>If that is a checked exception, it is thrown unwrapped even though {@code X} may not
 *       name it</b>: {@code X} is what the work throws, and Java cannot join to it what closers throw. Declare the common
 *       supertype where that matters, {@code Cleanup.<Path, IOException>call(...)}, or close a {@link #scope} yourself:
 *       {@code close} declares nothing and wraps.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Cleanup {
    private Cleanup() {}

    /**
     * Opens a scope with the defaults.
     *
     * @return a scope that the caller has to close
     */
    public static CleanupScope scope() {
        return StackedScope.open(Options.DEFAULTS);
    }

    /**
     * The options of scopes.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs work with a scope of its own. Its actions are told SUCCESS if the work returns.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the work throws
     * @param task what to run
     * @return the result of the work
     * @throws X what the work throws; or else the primary failure of the cleanup, whatever its type
     */
    public static <T extends @Nullable Object, X extends Exception> T call(CleanupScope.ScopedTask<? extends T, X> task)
            throws X {
        return ScopedCall.<T, X>call(Options.DEFAULTS, requireNonNull(task, "task"));
    }

    /**
     * Runs work with a scope of its own. Its actions are told SUCCESS if the work returns.
     *
     * @param <X> the checked exception that the work throws
     * @param action what to run
     * @throws X what the work throws; or else the primary failure of the cleanup, whatever its type
     */
    public static <X extends Exception> void run(CleanupScope.ScopedAction<X> action) throws X {
        ScopedCall.run(Options.DEFAULTS, requireNonNull(action, "action"));
    }

    /**
     * Reports the scopes that have become unreachable unclosed since this was last asked, as {@link Builder#detectLeaks}
     * says. For the end of a test, after a garbage collection; otherwise the next opening or closing of a watched scope
     * does it.
     *
     * @return how many were found
     */
    public static int reportLeaks() {
        return Leaks.reportAll();
    }

    /** The options of scopes. Each of its ends opens another scope. Not thread-safe, but for its ends. */
    public static final class Builder {
        private static final Duration DRAIN = Duration.ofSeconds(5);
        private static final Duration LIMIT = Duration.ofSeconds(20);

        private String name = Options.DEFAULT_NAME;
        private TimeSource time = TimeSource.system();
        private @Nullable EventListener listener;
        private boolean reportOnly;
        private boolean atShutdown;
        private Duration drain = DRAIN;
        private Duration limit = LIMIT;
        private @Nullable Duration grace;
        private @Nullable Executor executor;
        private boolean leaks = Leaks.WATCH_ALL;

        private Builder() {}

        /**
         * Names the scopes in messages and events.
         *
         * @param name what is cleaned up; {@code cleanup} by default
         * @return this
         */
        public Builder name(String name) {
            this.name = requireNonNull(name, "name");
            return this;
        }

        /**
         * Sets the time source by which threads that close one scope wait for one another. What happens at shutdown goes by
         * the machine's time.
         *
         * @param time the source; the machine's by default
         * @return this
         */
        public Builder time(TimeSource time) {
            this.time = requireNonNull(time, "time");
            return this;
        }

        /**
         * Has a listener told about each action that fails, besides what is thrown.
         *
         * @param listener who is told {@link CleanupEvent}s; nobody by default
         * @return this
         */
        public Builder listener(EventListener listener) {
            this.listener = requireNonNull(listener, "listener");
            reportOnly = false;
            return this;
        }

        /**
         * Has a listener told about each action that fails, and nothing thrown or suppressed, {@link Error}s included: for
         * tools whose verdict must not change. The events carry type names and no messages; an action that has more to say
         * says it itself.
         *
         * @param listener who is told {@link CleanupEvent}s
         * @return this
         */
        public Builder reportOnlyTo(EventListener listener) {
            this.listener = requireNonNull(listener, "listener");
            reportOnly = true;
            return this;
        }

        /**
         * Limits how long each action may take, by the time source of the scope. While an action runs, its grace is the
         * ambient {@link dev.reliability.time.Deadline}; without a grace there is none, whatever bound the work.
         *
         * <p>An action that overruns its grace is interrupted, once, and has failed, with {@link
         * dev.reliability.time.DeadlineExceededException}; no interrupt of that kind is pending afterwards. If it has not
         * ended after as long again, it is reported, by {@link CleanupEvent.ActionOverran} or, without a listener, as {@link
         * CleanupException} to the uncaught-exception handler, and the rest runs, in order, on a daemon thread; what fails
         * there goes to the uncaught-exception handler. {@code close} returns when both are through: so it may still hang
         * in the action, unless the scope is {@link #detachable}.
         *
         * @param grace what each action has; positive; none by default; more than 100 years count as 100
         * @return this
         */
        public Builder grace(Duration grace) {
            this.grace = requireNonNull(grace, "grace");
            return this;
        }

        /**
         * Has the actions run on an executor, so that {@code close} can return without them: it waits no longer than the
         * grace in all. If they are not through by then, it throws {@link CleanupException}, tells the listener {@link
         * CleanupEvent.Detached}, and the closing goes on without it; what fails then goes to the uncaught-exception
         * handler. An executor that has not begun by then is not waited for any longer: a daemon thread runs the actions.
         * One that refuses has them run on the closing thread, without limit; one that blocks in its {@code execute}, or
         * runs them there itself, keeps {@code close} for as long.
         *
         * @param executor who runs the actions; needs a {@link #grace}
         * @return this
         */
        public Builder detachable(Executor executor) {
            this.executor = requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Has the scope reported if it becomes unreachable and was never closed, with the place where it was opened: by
         * {@link CleanupEvent.Leaked} or, without a listener, as {@link CleanupException} to the uncaught-exception handler.
         * That happens after a garbage collection, when another watched scope is opened or closed or {@link
         * Cleanup#reportLeaks} is called, and on that thread. What the scope owned is not closed. Opening such a scope takes
         * a stack trace; for development and tests. A listener that refers to the scope keeps it reachable, and so does
         * {@link #closeAtShutdown}.
         *
         * <p>Off by default; on for all scopes, {@link Cleanup#scope} included, if the system property {@code
         * reliability.cleanup.leaks} is {@code true} when the library is loaded.
         *
         * @return this
         */
        public Builder detectLeaks() {
            leaks = true;
            return this;
        }

        /**
         * Short for {@code closeAtShutdown(Duration.ofSeconds(5), Duration.ofSeconds(20))}.
         *
         * @return this
         */
        public Builder closeAtShutdown() {
            return closeAtShutdown(DRAIN, LIMIT);
        }

        /**
         * Has the scope closed when the process goes down by SIGINT, SIGTERM, {@code System.exit} or the end of its last
         * thread. Not by SIGKILL, {@link Runtime#halt} or a crash: then nothing of Java runs any more.
         *
         * <p>First the owners, the threads that opened the scopes, are interrupted, each once, and have the drain to close
         * their scopes. That wait ends early when all scopes are closed, or none of the owners can close any more since it
         * has ended or itself called {@code System.exit}. An owner that is closing is not interrupted, and waited for. Then a
         * daemon thread without context class loader closes what is left, the newest scope first; what fails there goes to
         * the uncaught-exception handler, unless the scope reports to its listener only. What is not closed at the limit is
         * abandoned: each such scope is reported, by {@link CleanupEvent.Abandoned} to its listener or, without one, as
         * {@link CleanupException} to the uncaught-exception handler. For that the last tenth of the limit, at most 1 s, is
         * kept. The process waits no longer than the limit. If the scopes differ in drain or limit, the longest one counts.
         *
         * <p>A scope whose closing begins after the shutdown has tells its actions {@link Outcome#SHUTDOWN}, whoever
         * closes it, unless the work had succeeded. Opening such a scope during shutdown throws {@link
         * IllegalStateException}. The hook in the JVM exists only while such a scope is open.
         *
         * @param drain how long the owners have; zero or more, at most the limit; 5 s by default
         * @param limit how long the shutdown may take in all, the drain included; positive; 20 s by default; more than 100
         *     years count as 100
         * @return this
         */
        public Builder closeAtShutdown(Duration drain, Duration limit) {
            this.drain = requireNonNull(drain, "drain");
            this.limit = requireNonNull(limit, "limit");
            atShutdown = true;
            return this;
        }

        /**
         * Opens a scope.
         *
         * @return a scope that the caller has to close
         * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
         * @throws IllegalStateException if the scope is to be closed at shutdown and the process is going down
         */
        public CleanupScope scope() {
            return StackedScope.open(options());
        }

        /**
         * Runs work with a scope of its own, as {@link Cleanup#call} does.
         *
         * @param <T> the type of the result, which may be null
         * @param <X> the checked exception that the work throws
         * @param task what to run
         * @return the result of the work
         * @throws X what the work throws; or else the primary failure of the cleanup, whatever its type
         * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
         * @throws IllegalStateException if the scope is to be closed at shutdown and the process is going down
         */
        public <T extends @Nullable Object, X extends Exception> T call(CleanupScope.ScopedTask<? extends T, X> task)
                throws X {
            requireNonNull(task, "task");
            return ScopedCall.<T, X>call(options(), task);
        }

        /**
         * Runs work with a scope of its own, as {@link Cleanup#run} does.
         *
         * @param <X> the checked exception that the work throws
         * @param action what to run
         * @throws X what the work throws; or else the primary failure of the cleanup, whatever its type
         * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
         * @throws IllegalStateException if the scope is to be closed at shutdown and the process is going down
         */
        public <X extends Exception> void run(CleanupScope.ScopedAction<X> action) throws X {
            requireNonNull(action, "action");
            ScopedCall.run(options(), action);
        }

        private Options options() {
            return options(Shutdown.OF_JVM);
        }

        Options options(Shutdown shutdown) {
            new Problems()
                    .check(!drain.isNegative(), "drain", "zero or more", drain)
                    .check(drain.compareTo(limit) <= 0, "drain", "at most the limit, " + limit, drain)
                    .check(isPositive(limit), "limit", "positive", limit)
                    .check(grace == null || isPositive(grace), "grace", "positive", grace == null ? "none" : grace)
                    .check(executor == null || grace != null, "grace", "set for a detachable scope", "none")
                    .throwIfAny();
            return new Options(
                    name,
                    Seam.of(time),
                    listener,
                    reportOnly,
                    atShutdown ? shutdown : null,
                    Nanos.of(drain),
                    Nanos.of(limit),
                    grace == null ? 0 : Nanos.of(grace),
                    grace == null ? null : timeout(grace),
                    executor,
                    leaks);
        }

        private static boolean isPositive(Duration span) {
            return !span.isNegative() && !span.isZero();
        }

        private Timeout timeout(Duration span) {
            return Timeout.builder(span).name("grace of " + name).time(time).build();
        }
    }
}
