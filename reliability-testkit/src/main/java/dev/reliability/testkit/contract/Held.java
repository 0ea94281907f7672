package dev.reliability.testkit.contract;

/** What was acquired through an adapter: a hold of a mutex, a permit of a limiter. */
@FunctionalInterface
public interface Held {
    /** Gives it back. */
    void close();
}
