package dev.reliability.testkit.contract;

/** By which time what is under test waits and measures; each adapter states its own. */
public enum TimeMode {
    /**
     * By {@link World#time}, everywhere: it is built on this library, or waits through it. Time is virtual and jumps to
     * the next event as soon as all threads of the try wait. Every other try is simulated ({@link Mode#SIMULATED}).
     */
    VIRTUAL,
    /**
     * By a clock, and a sleep where it has one, that the adapter sets to {@link World#time}; its threads block by other
     * means as well. Time is virtual and jumps to the next event when all threads of the try wait; one that waits by
     * other means is given a millisecond of real time to go on.
     */
    OWN_CLOCK,
    /** By the machine's clock. Spans are shortened by {@link TimedContract#scale}; lower bounds are checked, upper ones not. */
    REAL
}
