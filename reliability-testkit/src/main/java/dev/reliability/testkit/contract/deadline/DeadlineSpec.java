package dev.reliability.testkit.contract.deadline;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The limit that a rule asks for. Fields that belong to a capability are set only where it is supported.
 *
 * @param stop what happens to the work when the time is up
 * @param canceller what {@link Stop#FUNCTION} runs; null for the others
 * @param onLate is given a value that comes too late; null if it is to be closed
 * @param abandonedOn runs the work, so that it can be abandoned; null if the caller is to wait for it
 * @param maxAbandoned how many abandoned bodies may run before calls are refused
 */
public record DeadlineSpec(
        Stop stop,
        @Nullable Runnable canceller,
        @Nullable Consumer<Object> onLate,
        @Nullable Executor abandonedOn,
        int maxAbandoned) {
    /** What happens to the work when the time is up. */
    public enum Stop {
        /** It is interrupted. */
        INTERRUPT,
        /** Nothing: its result is refused. */
        NOTHING,
        /** A function is run. */
        FUNCTION
    }

    static final DeadlineSpec PLAIN = new DeadlineSpec(Stop.INTERRUPT, null, null, null, 16);

    /**
     * Checks that nothing is null that may not be.
     *
     * @param stop what happens to the work when the time is up
     * @param canceller the function
     * @param onLate is given a value that comes too late
     * @param abandonedOn runs the work
     * @param maxAbandoned how many abandoned bodies may run
     */
    public DeadlineSpec {
        requireNonNull(stop, "stop");
    }

    DeadlineSpec stoppingBy(Stop other, @Nullable Runnable function) {
        return new DeadlineSpec(other, function, onLate, abandonedOn, maxAbandoned);
    }

    DeadlineSpec givingLateTo(@Nullable Consumer<Object> consumer) {
        return new DeadlineSpec(stop, canceller, consumer, abandonedOn, maxAbandoned);
    }

    DeadlineSpec abandoningOn(@Nullable Executor executor, int most) {
        return new DeadlineSpec(stop, canceller, onLate, executor, most);
    }
}
