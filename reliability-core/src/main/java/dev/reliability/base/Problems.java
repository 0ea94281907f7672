package dev.reliability.base;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the options of a builder, so that one exception tells all of it. */
public final class Problems {
    private final List<String> found = new ArrayList<>();

    /** Nothing found yet. */
    public Problems() {}

    /**
     * Notes a problem unless the rule holds.
     *
     * @param holds whether the value keeps the rule
     * @param name the name of the option
     * @param rule what it must be, with its unit
     * @param value what it was
     * @return this
     */
    public Problems check(boolean holds, String name, String rule, Object value) {
        if (!holds) {
            found.add(name + " must be " + rule + ", but was " + value);
        }
        return this;
    }

    /**
     * Ends the check.
     *
     * @throws IllegalArgumentException if there are problems: all of them, joined by "; "
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", found));
        }
    }
}
