package dev.reliability.testkit.contract;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.platform.engine.ConfigurationParameters;
import org.junit.platform.engine.DiscoveryFilter;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.DiscoverySelectors;

/**
 * Asks the jqwik engine for the rules of a contract test class. It is asked through the platform's own interface, so that
 * an engine that is there but does not fit the platform is found out, too.
 */
final class EngineGuard {
    private EngineGuard() {}

    static void check(Class<?> contract) {
        TestEngine engine = ServiceLoader.load(TestEngine.class, contract.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.getId().equals("jqwik"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no rule of " + contract.getName()
                        + " runs: the jqwik engine is missing from the test class path; add net.jqwik:jqwik-engine"
                        + " (it comes with reliability-testkit unless it is excluded)"));
        UniqueId root = UniqueId.forEngine(engine.getId());
        if (engine.discover(new Request(contract), root).getDescendants().stream()
                .noneMatch(found -> found.isTest())) {
            throw new AssertionError("no rule of " + contract.getName()
                    + " runs: the jqwik engine finds no property in it; import reliability-bom, so that the engine and the"
                    + " JUnit Platform fit each other");
        }
    }

    /** Asks for one class, without filters and parameters. */
    private record Request(Class<?> contract) implements EngineDiscoveryRequest, ConfigurationParameters {
        @Override
        public <T extends DiscoverySelector> List<T> getSelectorsByType(Class<T> type) {
            return List.of(DiscoverySelectors.selectClass(contract)).stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .toList();
        }

        @Override
        public <T extends DiscoveryFilter<?>> List<T> getFiltersByType(Class<T> type) {
            return List.of();
        }

        @Override
        public ConfigurationParameters getConfigurationParameters() {
            return this;
        }

        @Override
        public Optional<String> get(String key) {
            return Optional.empty();
        }

        @Override
        public Optional<Boolean> getBoolean(String key) {
            return Optional.empty();
        }

        @SuppressWarnings({"deprecation", "MissingOverride"}) // abstract in JUnit 5, gone in JUnit 6
        public int size() {
            return 0;
        }

        @Override
        public Set<String> keySet() {
            return Set.of();
        }
    }
}
