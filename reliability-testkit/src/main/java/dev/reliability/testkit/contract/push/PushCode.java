package dev.reliability.testkit.contract.push;

/** What the code of a flow does: it works, or it has one planted defect. */
public enum PushCode {
    /** The factory returns a push function, which delivers the event to every destination of the flow. */
    WORKS,
    /** The module has no factory. */
    NO_FACTORY,
    /** The factory returns something without a push function. */
    NO_PUSH_FUNCTION,
    /** The factory throws. */
    FACTORY_THROWS,
    /** The push function throws before it delivers anything. */
    PUSH_THROWS,
    /** The push function begins a delivery to every destination, waits for none of them, and throws. */
    PUSH_THROWS_LATE,
    /** The factory loops for ever, computing. */
    FACTORY_LOOPS,
    /** The push function loops for ever, computing, before it delivers anything. */
    PUSH_LOOPS,
    /** The push function is asynchronous and its promise never settles; it delivers nothing. */
    NEVER_SETTLES,
    /** The code bundles to nothing: an empty source file. */
    EMPTY,
    /** The code does not parse. */
    SYNTAX_ERROR;

    /** Whether this code runs into the limit instead of failing by itself. */
    boolean hangs() {
        return this == FACTORY_LOOPS || this == PUSH_LOOPS || this == NEVER_SETTLES;
    }
}
