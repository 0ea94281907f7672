package dev.reliability.testkit.contract;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the rules of a contract test class in this JVM, as a build tool would, with settings of its own. */
public final class Launch {
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private int tries = 1000;

    /** Sets a system property for the run. */
    public Launch with(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Sets a parameter of the engine for the run. */
    public Launch configured(String parameter, String value) {
        parameters.put(parameter, value);
        return this;
    }

    /** At most so many tries for each rule. */
    public Launch tries(int most) {
        tries = most;
        return this;
    }

    /** Runs the methods and says how each ended: method name to result. */
    public Map<String, TestExecutionResult> run(Class<?> contract, Predicate<String> methods) {
        Map<String, TestExecutionResult> results = new TreeMap<>();
        Map<String, String> before = new LinkedHashMap<>();
        settings.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
        try {
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(DiscoverySelectors.selectClass(contract))
                                    .filters(EngineFilter.includeEngines("jqwik"), only(methods))
                                    .configurationParameter("jqwik.tries.default", String.valueOf(tries))
                                    .configurationParameter("jqwik.shrinking.bounded.seconds", "1")
                                    .configurationParameter("jqwik.reporting.usejunitplatform", "true") // not printed
                                    .configurationParameters(parameters)
                                    .build(),
                            listener(results));
        } finally {
            before.forEach((name, value) -> {
                if (value == null) {
                    System.clearProperty(name);
                } else {
                    System.setProperty(name, value);
                }
            });
        }
        return results;
    }

    private static PostDiscoveryFilter only(Predicate<String> methods) {
        return test -> FilterResult.includedIf(test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> methods.test(((MethodSource) source).getMethodName()))
                .orElse(!test.isTest()));
    }

    private static TestExecutionListener listener(Map<String, TestExecutionResult> results) {
        return new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                test.getSource()
                        .filter(MethodSource.class::isInstance)
                        .ifPresent(source -> results.put(((MethodSource) source).getMethodName(), result));
            }
        };
    }

    /** The message of a failure, empty if there is none. */
    public static String message(TestExecutionResult result) {
        return result.getThrowable().map(Throwable::getMessage).orElse("");
    }

    /** The rule that a method checks. */
    public static String rule(String method) {
        return method.replaceFirst("_\\d+_.*", "").toUpperCase(Locale.ROOT) + "-"
                + method.replaceFirst("[a-z]+_(\\d+)_.*", "$1");
    }
}
