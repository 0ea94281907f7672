package dev.reliability.cleanup;

import dev.reliability.base.Events;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the actions of one closing threw, in order. Used by one thread. */
final class Failures {
    private static final int MANY = 64;

    private final List<Throwable> thrown = new ArrayList<>();
    private @Nullable Error firstError;

    /** What has not been added yet, or could not be for want of room. */
    @Nullable
    Throwable unlisted;

    void add(Throwable failure) {
        if (failure instanceof Error error && firstError == null) {
            firstError = error;
        }
        thrown.add(failure);
    }

    /** The first error, else the first failure, with the others suppressed in it. */
    Throwable joined() {
        addUnlisted();
        Throwable primary = firstError != null ? firstError : thrown.get(0);
        suppressIn(primary);
        return primary;
    }

    /**
     * Suppresses all in a failure, each instance once. An instance that the failure is or has already is passed over:
     * {@link Throwable#addSuppressed} refuses the one and keeps the other twice. The time is linear, since a shared
     * instance may be thrown a million times.
     *
     * <p>The failure itself may be one shared instance that ends the work of many scopes, and must not grow with each of
     * them: if it carries {@value #MANY} already, the rest goes to the uncaught-exception handler instead.
     */
    void suppressIn(Throwable primary) {
        addUnlisted();
        Throwable[] before = primary.getSuppressed();
        Set<Throwable> known = Collections.newSetFromMap(new IdentityHashMap<>());
        known.add(primary);
        Collections.addAll(known, before);
        for (Throwable failure : thrown) {
            if (known.add(failure)) {
                attach(failure, primary, before.length >= MANY);
            }
        }
    }

    void addUnlisted() {
        if (unlisted != null) {
            add(unlisted);
            unlisted = null;
        }
    }

    private static void attach(Throwable failure, Throwable primary, boolean full) {
        if (full) {
            Events.report(failure);
        } else {
            primary.addSuppressed(failure);
        }
    }

    /** Throws anything from anywhere. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // on purpose; the cast is erased
    static <X extends Throwable> RuntimeException asItIs(Throwable failure) throws X {
        throw (X) failure;
    }
}
