package dev.reliability.cleanup;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the actions of one closing threw, in order. Used by one thread. */
final class Failures {
    private final List<Throwable> thrown = new ArrayList<>();
    private @Nullable Error firstError;

    void add(Throwable failure) {
        if (failure instanceof Error error && firstError == null) {
            firstError = error;
        }
        thrown.add(failure);
    }

    /** The first error, else the first failure, with the others suppressed in it. */
    Throwable joined() {
        Throwable primary = firstError != null ? firstError : thrown.get(0);
        suppressIn(primary);
        return primary;
    }

    /**
     * Suppresses all in a failure, each instance once. An instance that the failure is or has already is passed over:
     * {@link Throwable#addSuppressed} refuses the one and keeps the other twice. The time is linear, since a shared
     * instance may be thrown a million times.
     */
    void suppressIn(Throwable primary) {
        Set<Throwable> known = Collections.newSetFromMap(new IdentityHashMap<>());
        known.add(primary);
        Collections.addAll(known, primary.getSuppressed());
        for (Throwable failure : thrown) {
            if (known.add(failure)) {
                primary.addSuppressed(failure);
            }
        }
    }
}
