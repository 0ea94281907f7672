package dev.reliability.testkit.contract.mutex;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How the body of a call ends. */
enum MutexEnding {
    VALUE,
    EXCEPTION,
    CHECKED,
    ERROR,
    OVERFLOW;

    /** What the body throws, a new instance; null if it gives a value. */
    @Nullable
    Throwable failure() {
        return switch (this) {
            case VALUE -> null;
            case EXCEPTION -> new IllegalArgumentException("of the body");
            case CHECKED -> new IOException("of the body");
            case ERROR -> new AssertionError("of the body");
            case OVERFLOW -> new StackOverflowError("of the body");
        };
    }
}
