package dev.reliability.testkit.fault;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a destination does to its requests: one fault for each, in the order in which they arrive, and afterwards always
 * the same. Unless {@link #thenAlways} says otherwise, what comes afterwards is accepted: faults stop.
 *
 * @param faults the first faults, in order
 * @param afterwards what happens to every later request
 */
public record FaultPlan(List<Fault> faults, Fault afterwards) {
    /**
     * Copies the list.
     *
     * @param faults the first faults, in order
     * @param afterwards what happens to every later request
     */
    public FaultPlan {
        faults = List.copyOf(faults);
        requireNonNull(afterwards, "afterwards");
    }

    /**
     * Some faults, and afterwards acceptance.
     *
     * @param faults in order; none for a plan without faults
     * @return the plan
     */
    public static FaultPlan of(Fault... faults) {
        return of(List.of(faults));
    }

    /**
     * Some faults, and afterwards acceptance.
     *
     * @param faults in order; none for a plan without faults
     * @return the plan
     */
    public static FaultPlan of(List<Fault> faults) {
        return new FaultPlan(faults, Fault.accept());
    }

    /**
     * The same for every request.
     *
     * @param fault what happens
     * @return the plan
     */
    public static FaultPlan always(Fault fault) {
        return new FaultPlan(List.of(), fault);
    }

    /**
     * One fault a number of times, and afterwards acceptance.
     *
     * @param times how often; zero or more
     * @param fault what happens
     * @return the plan
     * @throws IllegalArgumentException if the number is negative
     */
    public static FaultPlan times(int times, Fault fault) {
        if (times < 0) {
            throw new IllegalArgumentException("times must be zero or more, but was " + times);
        }
        return of(Collections.nCopies(times, requireNonNull(fault, "fault")));
    }

    /**
     * This plan, with another end.
     *
     * @param fault what happens to every request after the listed ones
     * @return the plan
     */
    public FaultPlan thenAlways(Fault fault) {
        return new FaultPlan(faults, fault);
    }

    /**
     * What happens to a request.
     *
     * @param index of the request, from 0
     * @return its fault
     */
    public Fault at(int index) {
        return index < faults.size() ? faults.get(index) : afterwards;
    }

    /** For example {@code 2 x status 503, reset, then always accept}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (int from = 0, to; from < faults.size(); from = to) {
            Fault fault = faults.get(from);
            to = from + 1;
            while (to < faults.size() && faults.get(to).equals(fault)) {
                to++;
            }
            parts.add(to - from == 1 ? fault.toString() : to - from + " x " + fault);
        }
        parts.add((faults.isEmpty() ? "always " : "then always ") + afterwards);
        return String.join(", ", parts);
    }
}
