package dev.reliability.testkit.contract.push;

/**
 * A fault inside the command, which only the adapter can plant there: by a bundler, an engine or a cleanup action of
 * its own. An adapter that cannot declares the {@link PushCapability} unsupported, and throws
 * {@link dev.reliability.testkit.contract.Unsupported} from the push when it is asked all the same.
 */
public enum PushInjection {
    /** The bundler reports success and writes nothing. */
    NO_OUTPUT,
    /** The bundler reports success and writes an empty bundle. */
    EMPTY_OUTPUT,
    /** The engine (script engine, page) does not start. */
    ENGINE_FAILS,
    /** An action that cleans up after the push throws; whatever it had to remove is removed all the same. */
    CLEANUP_FAILS
}
