package dev.reliability.testkit.contract.mutex;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How the body of a call ends. */
enum MutexEnding {
    VALUE(null),
    EXCEPTION(new IllegalArgumentException("of the body")),
    CHECKED(new IOException("of the body")),
    ERROR(new AssertionError("of the body")),
    OVERFLOW(new StackOverflowError("of the body"));

    private final @Nullable Throwable failure;

    MutexEnding(@Nullable Throwable failure) {
        this.failure = failure;
    }

    /** What the body throws; null if it gives a value. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Ends so. */
    Object end() throws Throwable {
        if (failure != null) {
            throw failure;
        }
        return this;
    }
}
