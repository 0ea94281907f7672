package dev.reliability.testkit.contract;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Work that a contract hands to what is under test. */
@FunctionalInterface
public interface Body {
    /**
     * Does the work.
     *
     * @return the result, which may be null
     * @throws Throwable what the work fails with: an exception of any kind, or an {@link Error}
     */
    @Nullable
    Object run() throws Throwable;

    /**
     * The same work for code that runs a {@link Callable}, as most does.
     *
     * @return calls {@link #run}, and throws what it throws, the same instance
     */
    default Callable<@Nullable Object> asCallable() {
        return () -> {
            try {
                return run();
            } catch (Exception | Error failure) {
                throw failure;
            } catch (Throwable other) {
                throw new AssertionError("neither an exception nor an error: " + other, other);
            }
        };
    }
}
