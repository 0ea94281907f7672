package dev.reliability.example.push.engine;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a flow sees of the outside. Called on the flow's thread. */
public interface Host {
    /** The names of the destinations. */
    List<String> destinations();

    /** The chosen environment; null if none was. */
    @Nullable
    String environment();

    /** Notes a line for those who watch. */
    void log(String line);

    /**
     * Begins to deliver, and returns at once.
     *
     * @param destination one of {@link #destinations}
     * @param payload JSON
     * @param answer to be told what came of it, as JSON, once, on any thread; not if it was refused
     * @return why it cannot be delivered; null if it is under way
     */
    @Nullable
    String deliver(String destination, String payload, Consumer<String> answer);
}
