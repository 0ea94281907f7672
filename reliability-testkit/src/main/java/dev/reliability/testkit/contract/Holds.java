package dev.reliability.testkit.contract;

import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** Has the holds and permits of a try drawn: who holds, from when to when. Thread-safe. */
public final class Holds {
    private final History history;
    private final String of;
    private final IdentityHashMap<Held, Hold> begun = new IdentityHashMap<>(); // guarded by this

    private record Hold(int number, String owner) {}

    /**
     * Draws the holds of one thing.
     *
     * @param history where they are noted
     * @param of what is held
     */
    public Holds(History history, String of) {
        this.history = history;
        this.of = of;
    }

    /**
     * The calling thread has got a hold.
     *
     * @param held the hold; nothing happens where it has got none
     */
    public void began(@Nullable Held held) {
        if (held != null) {
            begin(held, "held by " + Thread.currentThread().getName());
        }
    }

    /**
     * Closes a hold. It is drawn to end before it is closed: whoever that lets in may note it at once. It goes on if it cannot
     * be closed.
     *
     * @param held the hold
     */
    public void close(Held held) {
        String owner = ended(held);
        try {
            held.close();
        } catch (RuntimeException | Error failure) {
            if (owner != null) {
                begin(held, owner);
            }
            throw failure;
        }
    }

    private synchronized void begin(Held held, String owner) {
        begun.put(held, new Hold(history.began(of, owner), owner));
    }

    private synchronized @Nullable String ended(Held held) {
        Hold hold = begun.remove(held);
        if (hold == null) {
            return null; // closed before
        }
        history.ended(hold.number);
        return hold.owner;
    }
}
