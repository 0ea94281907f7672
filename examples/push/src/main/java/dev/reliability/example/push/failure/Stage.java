package dev.reliability.example.push.failure;

/** How far a push got, in the order in which it gets there. */
public enum Stage {
    /** Starting the process of the command; nothing in a program that runs already. */
    START,
    /** Looking at the command line, the configuration and the events. */
    VALIDATION,
    /** Fetching an event. */
    FETCH,
    /** Bundling the flow. */
    BUNDLE,
    /** Starting the engine and loading the bundle. */
    LOAD,
    /** Running the flow's factory. */
    FACTORY,
    /** Running the flow's elb function. */
    PUSH,
    /** Delivering to a destination. */
    DELIVERY
}
