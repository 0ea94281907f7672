package dev.reliability.testkit.report;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An object of a JSON document. What an older version of the kit did not write is empty, 0 or false. */
record Fields(Map<?, ?> fields) {
    static Stream<Fields> all(@Nullable Object list) {
        return (list instanceof List<?> values ? values : List.of())
                .stream().filter(Map.class::isInstance).map(Map.class::cast).map(Fields::new);
    }

    String text(String name) {
        return fields.get(name) instanceof String text ? text : "";
    }

    /** @throws ArithmeticException if it is not a whole number of 64 bits */
    long number(String name) {
        return fields.get(name) instanceof BigDecimal number ? number.longValueExact() : 0;
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(fields.get(name));
    }

    @Nullable
    Fields object(String name) {
        return fields.get(name) instanceof Map<?, ?> map ? new Fields(map) : null;
    }

    Stream<Fields> list(String name) {
        return all(fields.get(name));
    }
}
