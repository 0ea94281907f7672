package dev.reliability.cleanup;

import dev.reliability.Event;
import java.util.List;

/** What a scope tells its listener. Minor releases may add records. They are immutable: any thread may read them. */
public sealed interface CleanupEvent extends Event {
    /**
     * A cleanup action threw. Told after the action and before the next one, on the thread that closes.
     *
     * @param policy the name of the scope
     * @param outcome what the action was told
     * @param failure the class name of what it threw
     */
    record ActionFailed(String policy, Outcome outcome, String failure) implements CleanupEvent {}

    /**
     * The limit of the shutdown passed before the scope was closed.
     *
     * @param policy the name of the scope
     * @param actionsLeft how many actions had not ended, the running one included; if they were registered meanwhile,
     *     about as many
     */
    record Abandoned(String policy, int actionsLeft) implements CleanupEvent {}

    /**
     * An action did not end within twice its grace, though it was interrupted. Told on the rescue thread, before that goes on
     * with the actions that are left.
     *
     * @param policy the name of the scope
     * @param outcome what the actions are told
     * @param thread the name of the thread that is in the action
     * @param stack where that thread is, innermost frame first
     */
    record ActionOverran(String policy, Outcome outcome, String thread, List<StackTraceElement> stack)
            implements CleanupEvent {}

    /**
     * The {@code close} of a detachable scope has returned at the end of its grace, and the closing goes on without it.
     *
     * @param policy the name of the scope
     * @param actionsLeft how many actions had not ended, about, the running one included
     */
    record Detached(String policy, int actionsLeft) implements CleanupEvent {}

    /**
     * A scope has become unreachable and was never closed. Told on a thread that opens or closes another scope, or asks for
     * it by {@link Cleanup#reportLeaks}.
     *
     * @param policy the name of the scope
     * @param openedAt where it was opened, innermost frame first
     */
    record Leaked(String policy, List<StackTraceElement> openedAt) implements CleanupEvent {}
}
