package dev.reliability.cleanup;

import dev.reliability.Event;

/** What a scope tells its listener. Minor releases may add records. */
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
}
