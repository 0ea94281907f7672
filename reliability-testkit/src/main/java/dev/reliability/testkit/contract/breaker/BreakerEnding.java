package dev.reliability.testkit.contract.breaker;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** How a call ends. */
enum BreakerEnding {
    SUCCESS,
    FAILURE,
    /** By an {@link Error}: a failure. */
    ERROR,
    /** By the ignored type: neutral. */
    IGNORED,
    /** By a cancellation: neutral. */
    CANCELLED,
    /** By an interrupt from outside: neutral. */
    INTERRUPTED;

    static final String SECRET = "what only one caller may know";

    /** A failure of what is protected. */
    static final class ServiceFailure extends Exception {
        private static final long serialVersionUID = 1;

        ServiceFailure() {
            super(SECRET);
        }
    }

    /** A failure that says nothing about what is protected. */
    static final class CallersFault extends Exception {
        private static final long serialVersionUID = 1;
    }

    boolean isFailure() {
        return this == FAILURE || this == ERROR;
    }

    boolean isNeutral() {
        return this == IGNORED || this == CANCELLED || this == INTERRUPTED;
    }

    /** What the call throws, a new instance; null if it succeeds. */
    @Nullable
    Throwable failure() {
        return switch (this) {
            case SUCCESS -> null;
            case FAILURE -> new ServiceFailure();
            case ERROR -> new StackOverflowError(SECRET);
            case IGNORED -> new CallersFault();
            case CANCELLED -> new CancellationException();
            case INTERRUPTED -> new InterruptedException();
        };
    }
}
