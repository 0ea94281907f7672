package dev.reliability.example.push.bundle;

import dev.reliability.example.push.config.Flow;
import java.io.IOException;
import java.nio.file.Path;

/** Makes one file of a flow. */
@FunctionalInterface
public interface Bundler {
    /**
     * Bundles a flow.
     *
     * @param flow which one
     * @param directory where the bundle is to be; empty, and deleted by whoever made it
     * @return what was made; the caller looks whether it is there
     * @throws IOException if it cannot be written
     */
    Bundle bundle(Flow flow, Path directory) throws IOException;
}
