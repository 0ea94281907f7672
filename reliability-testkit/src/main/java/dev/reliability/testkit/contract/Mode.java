package dev.reliability.testkit.contract;

import java.util.Locale;

/** Where a rule was tried. */
public enum Mode {
    /** In this JVM, in real time. */
    REAL,
    /** In this JVM, in virtual time. */
    VIRTUAL,
    /** In this JVM, by the seeded scheduler; every other try on threads in virtual time. */
    SIMULATED,
    /** Against a process of its own. */
    PROCESS;

    /** The word in {@code rules.json}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
