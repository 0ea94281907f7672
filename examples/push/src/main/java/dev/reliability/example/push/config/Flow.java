package dev.reliability.example.push.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A flow that is ready to be bundled: its environment chosen, every placeholder filled, everything checked.
 *
 * @param environment the chosen environment; null if none was
 * @param modules the flow's own JavaScript, in the order in which it runs
 * @param destinations where the flow can deliver to; at least one
 */
public record Flow(@Nullable String environment, List<Module> modules, List<Destination> destinations) {
    /** The names of the destinations, in the order of the configuration. */
    public List<String> destinationNames() {
        return destinations.stream().map(Destination::name).toList();
    }

    /**
     * One piece of JavaScript.
     *
     * @param name the file as the configuration names it, {@code flow.script} for one that stands in the configuration
     * @param text the JavaScript
     */
    public record Module(String name, String text) {}
}
