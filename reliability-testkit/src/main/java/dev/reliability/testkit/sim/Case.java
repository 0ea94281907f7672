package dev.reliability.testkit.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that fixes one schedule of a scenario. Its text repeats it.
 *
 * @param seed of the simulation
 * @param schedule its number, from 0
 * @param kept the numbers of the operations that are kept; null: all
 * @param switches the choices; null: those of the strategy
 */
record Case(
        long seed,
        int schedule,
        @Nullable List<Integer> kept,
        @Nullable List<Switch> switches) {
    private static final String ALL = "all";

    static Case of(long seed, int schedule) {
        return new Case(seed, schedule, null, null);
    }

    Case with(@Nullable List<Integer> newKept, @Nullable List<Switch> newSwitches) {
        return new Case(seed, schedule, newKept, newSwitches);
    }

    List<Switch> switchList() {
        return switches == null ? List.of() : switches;
    }

    static Case parse(String text) {
        String[] parts = text.split(":", -1);
        try {
            if (parts.length == 2) {
                return of(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
            } else if (parts.length == 4) {
                return of(Long.parseLong(parts[0]), Integer.parseInt(parts[1]))
                        .with(
                                parts[2].equals(ALL) ? null : list(parts[2], "\\.", Integer::valueOf),
                                list(parts[3], ",", Switch::parse));
            }
        } catch (IllegalArgumentException notANumber) {
            throw new IllegalArgumentException(message(text), notANumber);
        }
        throw new IllegalArgumentException(message(text));
    }

    private static String message(String text) {
        return "a case to replay must be what a failure printed, like 42:17 or 42:17:all:1.3.2, but was " + text;
    }

    private static <T> List<T> list(String text, String separator, Function<String, T> parser) {
        return text.isEmpty()
                ? new ArrayList<>()
                : Arrays.stream(text.split(separator)).map(parser).toList();
    }

    @Override
    public String toString() {
        String text = seed + ":" + schedule;
        return switches == null
                ? text
                : text + ":" + (kept == null ? ALL : join(kept, ".")) + ":" + join(switches, ",");
    }

    private static String join(List<?> values, String separator) {
        return values.stream().map(Object::toString).collect(Collectors.joining(separator));
    }
}
