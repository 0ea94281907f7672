package dev.reliability;

/**
 * Something that a policy tells its {@link EventListener}.
 *
 * <p>Each concept has a sealed family of records behind this interface; minor releases may add records to a family. An
 * event carries names, numbers, types and times, and neither arguments, results nor messages: it may be logged anywhere.
 *
 * <p>The events of this library are immutable: any thread may keep and read them.
 */
public interface Event {
    /**
     * The name of the policy that speaks.
     *
     * @return the name that the policy was made with
     */
    String policy();
}
