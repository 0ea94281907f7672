package dev.reliability.example.peers;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** Gives each rule the same seed in every run, and keeps what it failed with. Registered for the whole module. */
public final class CellHook implements AroundPropertyHook {
    private static final String SEED = "2026";
    private static final Map<String, String> FAILED = new ConcurrentHashMap<>();

    /** For the service loader. */
    public CellHook() {}

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        if (System.getProperty("reliability.seed") == null) {
            context.attributes().setSeed(SEED);
        }
        PropertyExecutionResult result = property.execute();
        String name = context.containerClass().getSimpleName() + "#"
                + context.targetMethod().getName();
        FAILED.remove(name);
        result.throwable().ifPresent(failure -> FAILED.put(name, data(context, result) + failure.getMessage()));
        return result;
    }

    /** The data that the rule failed with, shrunk as far as was asked for. */
    private static String data(PropertyLifecycleContext context, PropertyExecutionResult result) {
        List<Object> values = result.falsifiedParameters().orElse(List.of());
        var parameters = context.targetMethod().getParameters();
        return java.util.stream.IntStream.range(0, Math.min(values.size(), parameters.length))
                .mapToObj(i -> parameters[i].getName() + " = " + values.get(i) + "\n")
                .collect(Collectors.joining());
    }

    /** What a rule failed with in this JVM; empty if it did not. */
    static String failure(Class<?> contract, String method) {
        return FAILED.getOrDefault(contract.getSimpleName() + "#" + method, "");
    }

    @Override
    public int aroundPropertyProximity() {
        return -10; // outside the hook of the contracts, which words the failure
    }

    @Override
    public boolean appliesTo(java.util.Optional<java.lang.reflect.AnnotatedElement> element) {
        return true;
    }

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }
}
