package dev.reliability.example.push;

/** Watches a push. Called on the push's threads; it must be quick. */
@FunctionalInterface
public interface Watcher {
    /** Says what is waited for from now on, such as {@code elb}. */
    void waitingFor(String what);
}
