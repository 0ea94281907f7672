package dev.reliability.cleanup;

import dev.reliability.EventListener;
import dev.reliability.base.Events;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds scopes that have become unreachable unclosed (rule CLEANUP-11).
 *
 * <p>The garbage collector puts the witness of such a scope on a queue. No thread waits there: the queue is looked at
 * whenever a watched scope is opened or closed, and by {@link Cleanup#reportLeaks}. So listeners run on a thread that uses
 * scopes, never on one of the JVM's, and nothing runs and nothing is kept while the detection is off.
 *
 * <p>The set keeps the witnesses alive, not the scopes; a scope that is closed takes its witness back.
 */
final class Leaks {
    /** Whether all scopes are watched. */
    static final boolean WATCH_ALL = Boolean.getBoolean("reliability.cleanup.leaks");

    private static final Set<String> OWN_FRAMES = Set.of(
            Leaks.class.getName(),
            Witness.class.getName(),
            CleanupException.class.getName(),
            StackedScope.class.getName(),
            Cleanup.class.getName(),
            Cleanup.Builder.class.getName(),
            ScopedCall.class.getName());

    private static final ReferenceQueue<Object> UNREACHABLE = new ReferenceQueue<>();
    private static final Set<Witness> OPEN = ConcurrentHashMap.newKeySet();

    private Leaks() {}

    /** Watches a scope that is opened just now, by the caller of the caller. */
    static Witness watch(StackedScope scope) {
        reportAll();
        Witness witness = new Witness(scope);
        OPEN.add(witness);
        return witness;
    }

    /** Tells about each scope that was found since this was last asked. The answer is how many. */
    static int reportAll() {
        int found = 0;
        for (Reference<?> next = UNREACHABLE.poll(); next != null; next = UNREACHABLE.poll()) {
            if (next instanceof Witness witness && OPEN.remove(witness)) {
                found++;
                witness.report();
            }
        }
        return found;
    }

    /** Who still knows a scope that nobody can reach any more: its name, its listener and where it was opened. */
    static final class Witness extends PhantomReference<Object> {
        private final String scope;
        private final @Nullable EventListener listener;
        private final CleanupException leaked;

        private Witness(StackedScope scope) {
            super(scope, UNREACHABLE);
            this.scope = scope.options().name();
            this.listener = scope.options().listener();
            this.leaked = CleanupException.leaked(this.scope);
        }

        /** The scope is closed, while it is still reachable. */
        void dismiss() {
            OPEN.remove(this);
            clear();
        }

        private void report() {
            StackTraceElement[] openedAt = Arrays.stream(leaked.getStackTrace())
                    .dropWhile(frame -> OWN_FRAMES.contains(frame.getClassName()))
                    .toArray(StackTraceElement[]::new);
            if (Events.isHeard(listener)) {
                Events.tell(listener, new CleanupEvent.Leaked(scope, List.of(openedAt)));
            }
            if (listener == null) {
                leaked.setStackTrace(openedAt);
                Events.report(leaked);
            }
        }
    }
}
