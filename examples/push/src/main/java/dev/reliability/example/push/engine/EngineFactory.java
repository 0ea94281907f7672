package dev.reliability.example.push.engine;

import dev.reliability.example.push.bundle.Bundle;

/** Starts the engine for one bundle. */
@FunctionalInterface
public interface EngineFactory {
    /**
     * Starts an engine.
     *
     * @param bundle what it will load
     * @param host what the flow sees of the outside
     * @return a script that was not loaded yet
     */
    FlowScript start(Bundle bundle, Host host);
}
