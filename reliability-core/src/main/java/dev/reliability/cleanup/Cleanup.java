package dev.reliability.cleanup;

import static java.util.Objects.requireNonNull;

import dev.reliability.EventListener;
import dev.reliability.base.Nanos;
import dev.reliability.base.Problems;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
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
     * Work with a scope that gives a result.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the work throws; {@link RuntimeException} where it throws none
     */
    @FunctionalInterface
    public interface ScopedTask<T extends @Nullable Object, X extends Exception> {
        /**
         * Does the work.
         *
         * @param scope closed when the work has ended
         * @return the result
         * @throws X if the work fails
         */
        T call(CleanupScope scope) throws X;
    }

    /**
     * Work with a scope, without a result.
     *
     * @param <X> the checked exception that the work throws; {@link RuntimeException} where it throws none
     */
    @FunctionalInterface
    public interface ScopedAction<X extends Exception> {
        /**
         * Does the work.
         *
         * @param scope closed when the work has ended
         * @throws X if the work fails
         */
        void run(CleanupScope scope) throws X;
    }

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
    public static <T extends @Nullable Object, X extends Exception> T call(ScopedTask<? extends T, X> task) throws X {
        return Cleanup.<T, X>call(Options.DEFAULTS, requireNonNull(task, "task"));
    }

    /**
     * Runs work with a scope of its own. Its actions are told SUCCESS if the work returns.
     *
     * @param <X> the checked exception that the work throws
     * @param action what to run
     * @throws X what the work throws; or else the primary failure of the cleanup, whatever its type
     */
    public static <X extends Exception> void run(ScopedAction<X> action) throws X {
        run(Options.DEFAULTS, requireNonNull(action, "action"));
    }

    private static <T extends @Nullable Object, X extends Exception> T call(
            Options options, ScopedTask<? extends T, X> task) throws X {
        StackedScope scope = StackedScope.open(options);
        T value;
        try {
            value = task.call(scope);
        } catch (Throwable failure) {
            scope.closeAfter(failure);
            throw failure;
        }
        closeAfterSuccess(scope);
        return value;
    }

    private static <X extends Exception> void run(Options options, ScopedAction<X> action) throws X {
        StackedScope scope = StackedScope.open(options);
        try {
            action.run(scope);
        } catch (Throwable failure) {
            scope.closeAfter(failure);
            throw failure;
        }
        closeAfterSuccess(scope);
    }

    private static void closeAfterSuccess(StackedScope scope) {
        Throwable failure = scope.closeAfter(true);
        if (failure != null) {
            throw Cleanup.<RuntimeException>asItIs(failure);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // on purpose: see the class; the cast is erased
    private static <X extends Throwable> RuntimeException asItIs(Throwable failure) throws X {
        throw (X) failure;
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
         * <p>A scope whose closing begins after the shutdown has tells its actions {@link Outcome#SHUTDOWN}, whoever closes it,
         * unless the work had succeeded. Opening such a scope during shutdown throws {@link IllegalStateException}. The hook in the JVM exists
         * only while such a scope is open.
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
        public <T extends @Nullable Object, X extends Exception> T call(ScopedTask<? extends T, X> task) throws X {
            requireNonNull(task, "task");
            return Cleanup.<T, X>call(options(), task);
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
        public <X extends Exception> void run(ScopedAction<X> action) throws X {
            requireNonNull(action, "action");
            Cleanup.run(options(), action);
        }

        private Options options() {
            return options(Shutdown.OF_JVM);
        }

        Options options(Shutdown shutdown) {
            new Problems()
                    .check(!drain.isNegative(), "drain", "zero or more", drain)
                    .check(drain.compareTo(limit) <= 0, "drain", "at most the limit, " + limit, drain)
                    .check(!limit.isNegative() && !limit.isZero(), "limit", "positive", limit)
                    .throwIfAny();
            return new Options(
                    name,
                    Seam.of(time),
                    listener,
                    reportOnly,
                    atShutdown ? shutdown : null,
                    Nanos.of(drain),
                    Nanos.of(limit));
        }
    }
}
