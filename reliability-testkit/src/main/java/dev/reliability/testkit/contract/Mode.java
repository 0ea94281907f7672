package dev.reliability.testkit.contract;

import java.util.Locale;

/** Where a rule was tried. */
public enum Mode {
    /** In this JVM, in real time. */
    REAL,
    /** In this JVM, in virtual time. */
    VIRTUAL,
    /** In this JVM, in virtual time as far as what is under test reads its clock; it blocks by other means. */
    OWN_CLOCK,
    /** In this JVM, by the seeded scheduler; every other try on threads in virtual time. */
    SIMULATED,
    /** Against a process of its own. */
    PROCESS;

    /** Where a try runs that goes by such a time. */
    static Mode of(TimeMode time) {
        return switch (time) {
            case VIRTUAL -> VIRTUAL;
            case OWN_CLOCK -> OWN_CLOCK;
            case REAL -> REAL;
        };
    }

    /** The word in {@code rules.json}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
