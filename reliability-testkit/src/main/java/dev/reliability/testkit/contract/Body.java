package dev.reliability.testkit.contract;

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
}
