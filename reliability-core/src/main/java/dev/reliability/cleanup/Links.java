package dev.reliability.cleanup;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What ties a scope to others, beside its entries. Most scopes have none of it.
 *
 * <p>The children that have left are counted, and unlinked from the parent's stack when they are half as many as the entries
 * that were left there the last time: so each of them costs a constant time on average, and the void ones stay fewer than
 * the others, or than {@value #FEW} (rule CLEANUP-7).
 */
final class Links {
    private static final int FEW = 16;

    final @Nullable Thread owner; // whom the shutdown may have to interrupt
    final Entry.@Nullable Child place; // in the parent
    final Leaks.@Nullable Witness witness;

    /** A closing that ran out of stack after something had failed, and has not been gone on with. For the holder. */
    @Nullable
    Closing exhausted;

    private final AtomicInteger left = new AtomicInteger();
    private volatile int pruneAt = FEW; // written by who holds the scope

    Links(@Nullable Thread owner, Entry.@Nullable Child place, Leaks.@Nullable Witness witness) {
        this.owner = owner;
        this.place = place;
        this.witness = witness;
    }

    /** The scope is about to be closed. */
    void unregister(ClosableScope scope) {
        if (witness != null) {
            witness.dismiss();
        }
        Shutdown shutdown = scope.options().shutdown();
        if (owner != null && shutdown != null) {
            shutdown.unregister(scope);
        }
    }

    /** One more child has left. Whether it is time to prune the stack. */
    boolean childHasLeft() {
        return left.incrementAndGet() >= pruneAt;
    }

    void pruned(int entriesLeft) {
        pruneAt = Math.max(FEW, entriesLeft / 2);
        left.set(0);
    }
}
