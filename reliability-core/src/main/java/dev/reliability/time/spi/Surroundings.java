package dev.reliability.time.spi;

import dev.reliability.Task;
import dev.reliability.base.Carried;
import dev.reliability.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * What is ambient where an asynchronous call begins: the deadline and what tasks take along. The rest of the call, which
 * runs on whichever thread comes by, runs in these surroundings, and in nothing that is bound to that thread.
 *
 * <p>Immutable and thread-safe.
 */
public final class Surroundings {
    private static final Surroundings NONE = new Surroundings(null, null);

    private final @Nullable Deadline deadline;
    private final @Nullable Carried carried;

    private Surroundings(@Nullable Deadline deadline, @Nullable Carried carried) {
        this.deadline = deadline;
        this.carried = carried;
    }

    /**
     * The surroundings of the calling thread.
     *
     * @return what is bound to it
     */
    public static Surroundings here() {
        Deadline deadline = Deadline.current();
        Carried carried = Carried.here();
        return deadline == null && carried == null ? NONE : new Surroundings(deadline, carried);
    }

    /**
     * Runs a task in these surroundings.
     *
     * @param <T> the type of the result
     * @param <X> what the task throws
     * @param task what to run
     * @return its result
     * @throws X what it throws
     */
    public <T extends @Nullable Object, X extends Exception> T resume(Task<? extends T, X> task) throws X {
        return Deadline.current() == deadline
                ? Carried.<T, X>bind(carried, task)
                : Deadline.<T, X>unbound(() -> bound(task));
    }

    private <T extends @Nullable Object, X extends Exception> T bound(Task<? extends T, X> task) throws X {
        return deadline == null
                ? Carried.<T, X>bind(carried, task)
                : deadline.<T, X>bind(() -> Carried.<T, X>bind(carried, task));
    }
}
