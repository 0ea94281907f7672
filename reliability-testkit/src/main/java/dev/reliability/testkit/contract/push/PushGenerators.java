package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** What jqwik generates for the rules of a push; everything shrinks towards little and healthy. */
final class PushGenerators {
    /** Long enough for a push to leave without the answer, if it does not wait. */
    private static final Duration WORTH_WAITING = Duration.ofMillis(50);

    private PushGenerators() {}

    /** Valid events. */
    static Arbitrary<PushEvent> events() {
        Arbitrary<String> word =
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(8);
        Arbitrary<Map<String, Object>> values = values();
        Arbitrary<Map<String, Boolean>> consent = Arbitraries.maps(
                        Arbitraries.of("functional", "marketing", "analytics"), Arbitraries.of(true, false))
                .ofMaxSize(3);
        Arbitrary<List<Map<String, Object>>> nested =
                values.map(data -> nested("item", data)).list().ofMaxSize(2);
        return Combinators.combine(
                        word,
                        word,
                        values.optional(),
                        values.optional(),
                        values.optional(),
                        consent.optional(),
                        nested.optional())
                .as((entity, action, data, user, context, agreed, items) -> {
                    PushEvent event = PushEvent.named(entity, action);
                    event = data.isPresent() ? event.with("data", data.get()) : event;
                    event = user.isPresent() ? event.with("user", user.get()) : event;
                    event = context.isPresent() ? event.with("context", context.get()) : event;
                    event = agreed.isPresent() ? event.with("consent", agreed.get()) : event;
                    return items.isPresent() ? event.with("nested", items.get()) : event;
                });
    }

    private static Arbitrary<Map<String, Object>> values() {
        Arbitrary<String> key =
                Arbitraries.strings().withCharRange('a', 'e').ofMinLength(1).ofMaxLength(3);
        Arbitrary<Object> value = Arbitraries.oneOf(
                Arbitraries.integers().between(-1000, 1000).map(number -> (Object) number),
                Arbitraries.strings()
                        .withChars("ab \"\\\u00fc\u20ac\n")
                        .ofMaxLength(6)
                        .map(text -> (Object) text),
                Arbitraries.of(true, false).map(flag -> (Object) flag));
        return Arbitraries.maps(key, value).ofMaxSize(3);
    }

    private static Map<String, Object> nested(Object type, Map<String, Object> data) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("type", type);
        item.put("data", data);
        return item;
    }

    /** Events with one to three violations, in different fields. */
    static Arbitrary<PushEvent> invalidEvents() {
        return Combinators.combine(
                        events(),
                        Arbitraries.of("name", "data", "user", "context", "consent", "nested")
                                .set()
                                .ofMinSize(1)
                                .ofMaxSize(3),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 3))
                .as((event, fields, index, kind) -> {
                    PushEvent wrong = event;
                    for (String field : fields.stream().sorted().toList()) {
                        wrong = spoiled(wrong, field, index, kind);
                    }
                    return wrong;
                });
    }

    private static PushEvent spoiled(PushEvent event, String field, int index, int kind) {
        Object noMap = List.of("text", List.of(1), 7, true).get(kind);
        return switch (field) {
            case "name" -> misnamed(event, kind);
            case "consent" ->
                kind < 2
                        ? event.violating("consent", "consent", noMap)
                        : event.violating("consent.marketing", "consent", Map.of("marketing", kind == 2 ? "yes" : 1));
            case "nested" ->
                kind == 0
                        ? event.violating("nested", "nested", Map.of("type", "item"))
                        : event.violating(
                                "nested[" + index + "]" + (kind == 1 ? "" : ".type"), "nested", items(index, kind));
            default -> event.violating(field, field, noMap);
        };
    }

    private static PushEvent misnamed(PushEvent event, int kind) {
        return kind == 0
                ? event.unnamed()
                : event.violating(
                        "name",
                        "name",
                        List.of("", " ", 7, List.of("page", "view")).get(kind));
    }

    private static List<Object> items(int index, int kind) {
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < index; i++) {
            items.add(nested("item", Map.of()));
        }
        items.add(kind == 1 ? "text" : kind == 2 ? Map.of("data", Map.of()) : nested(7, Map.of()));
        return items;
    }

    /** Surroundings in which all is accepted. */
    static Arbitrary<PushSetup> healthy(List<String> platforms) {
        return setups(platforms, Arbitraries.just(FaultPlan.of()));
    }

    /** Surroundings in which destinations fail in ways that a client can see soon. */
    static Arbitrary<PushSetup> faulty(List<String> platforms) {
        Arbitrary<Fault> fault = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(Fault.accept())),
                Tuple.of(2, Arbitraries.just(Fault.slow(WORTH_WAITING))),
                Tuple.of(3, Arbitraries.of(503, 500, 502, 504, 429, 408, 425).map(Fault::status)),
                Tuple.of(3, Arbitraries.of(400, 401, 403, 404, 409, 410, 422).map(Fault::status)),
                Tuple.of(3, Arbitraries.just(Fault.ackThenDrop())),
                Tuple.of(3, Arbitraries.of(Fault.reset(), Fault.hangUp(), Fault.cutBody(), Fault.garbage())));
        Arbitrary<FaultPlan> plan = Combinators.combine(fault.list().ofMaxSize(3), fault)
                .as((first, then) -> FaultPlan.of(first).thenAlways(then));
        return setups(platforms, plan);
    }

    private static Arbitrary<PushSetup> setups(List<String> platforms, Arbitrary<FaultPlan> plan) {
        Arbitrary<List<String>> environments = Arbitraries.of(List.of(), List.of("live"), List.of("live", "stage"));
        return Combinators.combine(
                        Arbitraries.of(platforms),
                        environments,
                        plan.list().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.integers().between(1, 3))
                .as(PushSetup::new);
    }

    /** Events and flows of which at least one is invalid. */
    static Arbitrary<PushInput> invalidInputs() {
        Arbitrary<PushFlowFault> anyFault = Arbitraries.of(PushFlowFault.class);
        Arbitrary<PushFlowFault> realFault = anyFault.filter(fault -> fault != PushFlowFault.NONE);
        return Arbitraries.oneOf(
                Combinators.combine(invalidEvents(), anyFault).as(PushInput::new),
                Combinators.combine(events(), realFault).as(PushInput::new));
    }

    /** One to four events with different names, and whether each is accepted. */
    static Arbitrary<PushBatch> batches() {
        return Arbitraries.of(true, false).list().ofMinSize(1).ofMaxSize(4).map(PushBatch::new);
    }
}
