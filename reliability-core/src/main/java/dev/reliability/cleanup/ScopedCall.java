package dev.reliability.cleanup;

import org.jspecify.annotations.Nullable;

/** Work with a scope of its own: opens it, runs the work, closes it. */
final class ScopedCall {
    private ScopedCall() {}

    static <T extends @Nullable Object, X extends Exception> T call(
            Options options, CleanupScope.ScopedTask<? extends T, X> task) throws X {
        StackedScope scope = StackedScope.open(options);
        T value;
        try {
            value = task.call(scope);
        } catch (Throwable failure) {
            closeAfter(failure, scope);
            throw failure;
        }
        closeAfterSuccess(scope);
        return value;
    }

    static <X extends Exception> void run(Options options, CleanupScope.ScopedAction<X> action) throws X {
        StackedScope scope = StackedScope.open(options);
        try {
            action.run(scope);
        } catch (Throwable failure) {
            closeAfter(failure, scope);
            throw failure;
        }
        closeAfterSuccess(scope);
    }

    private static void closeAfter(Throwable workFailure, StackedScope scope) {
        Failures failures = scope.closeAll(null);
        if (failures != null) {
            failures.suppressIn(workFailure);
        }
    }

    private static void closeAfterSuccess(StackedScope scope) {
        Failures failures = scope.closeAll(Outcome.SUCCESS);
        if (failures != null) {
            throw Failures.<RuntimeException>asItIs(failures.joined());
        }
    }
}
