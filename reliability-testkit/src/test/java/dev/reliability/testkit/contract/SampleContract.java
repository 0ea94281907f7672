package dev.reliability.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A contract for {@link ContractTest} to run; not a test of its own. */
class SampleContract extends Contract<Mode> {
    /** What the rules were tried with, in this order. */
    static final List<Integer> TRIED = Collections.synchronizedList(new ArrayList<>());

    @Property
    void push_1_breaksAtSomeNumbers(@ForAll int number) {
        TRIED.add(number);
        assertThat(number % 7).as("expected no multiple of 7").isNotZero();
    }

    @Property
    @Pace(atLeast = 4)
    void push_2_isKept(@ForAll int number) {
        TRIED.add(number);
    }

    @Property
    void push_3_isWaived(@ForAll int number) {
        throw new AssertionError("a waived rule does not run: " + number);
    }

    @Property
    void push_4_isRefused(@ForAll int number) {
        TRIED.add(number);
        tried(Mode.PROCESS);
        refused();
        refused(); // asked for in two ways in the same try
    }

    @Property
    void retry_22_shouldButDoesNot(@ForAll int number) {
        throw new AssertionError("expected better, but it was " + number);
    }

    @Property
    void push_5_throws(@ForAll int number) {
        throw new IllegalStateException("number " + number);
    }

    @Property
    void aPropertyOfTheUsersOwn(@ForAll int number) {
        TRIED.add(number);
    }

    @Override
    protected Map<String, String> waivers() {
        return Map.of("PUSH-3", "until issue 3 is mended");
    }
}
