package dev.reliability.testkit.contract.push;

/** How far a push got, in the order in which it gets there. */
public enum PushStage {
    /** Looking at event, flow and options. */
    VALIDATION,
    /** Fetching the event or the configuration from elsewhere. */
    FETCH,
    /** Bundling the code of the flow. */
    BUNDLE,
    /** Starting the engine and loading the bundle. */
    LOAD,
    /** Running the factory. */
    FACTORY,
    /** Running the push function. */
    PUSH,
    /** Delivering to a destination. */
    DELIVERY
}
