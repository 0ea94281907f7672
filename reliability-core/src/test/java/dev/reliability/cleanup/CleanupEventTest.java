package dev.reliability.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of the area EVENT, for scopes; and what a failure may collect. */
class CleanupEventTest {
    private final List<String> log = new ArrayList<>();

    @Test
    void event_1_aListenerThatThrowsInterruptsOrCallsBackChangesNothing() {
        List<Throwable> uncaught = new ArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
        AssertionError ofListener = new AssertionError("of the listener");
        IllegalStateException ofAction = new IllegalStateException("of the action");
        CleanupScope[] scope = new CleanupScope[1];
        try {
            scope[0] = Cleanup.builder()
                    .listener(event -> {
                        scope[0].close();
                        scope[0].defer(() -> log.add("registered by the listener"));
                        throw ofListener;
                    })
                    .scope();
            scope[0].defer(() -> log.add("older"));
            scope[0].defer(() -> {
                throw ofAction;
            });
            assertThatThrownBy(scope[0]::close).isSameAs(ofAction).hasNoSuppressedExceptions();
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }
        assertThat(uncaught).containsExactly(ofListener);
        assertThat(log).containsExactly("registered by the listener", "older");
    }

    @Test
    void event_2_eventsCarryNamesNumbersAndPlacesOnly() {
        List<Class<?>> allowed = List.of(String.class, int.class, Outcome.class, List.class);
        for (Class<?> record : CleanupEvent.class.getPermittedSubclasses()) {
            assertThat(Arrays.stream(record.getRecordComponents()).map(RecordComponent::getType))
                    .as(record.getSimpleName())
                    .allMatch(allowed::contains);
        }
        List<Object> events = new ArrayList<>();
        CleanupScope scope =
                Cleanup.builder().name("tool").reportOnlyTo(events::add).scope();
        scope.defer(() -> {
            throw new IllegalStateException("secret");
        });
        scope.close();
        assertThat(events.toString()).doesNotContain("secret");
    }

    @Test
    void cleanup_2_aFailureSharedByManyScopesDoesNotGrowWithThem() {
        IllegalStateException shared = new IllegalStateException("of the work");
        List<Throwable> uncaught = new ArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
        try {
            for (int i = 0; i < 1_000; i++) {
                assertThatThrownBy(() -> Cleanup.run(scope -> {
                            scope.defer(() -> {
                                throw new IllegalArgumentException("cleanup");
                            });
                            throw shared;
                        }))
                        .isSameAs(shared);
            }
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }
        assertThat(shared.getSuppressed()).hasSize(64);
        assertThat(uncaught).as("none is lost").hasSize(1_000 - 64);
    }

    @Test
    void cleanup_2_allFailuresOfOneScopeAreSuppressedHoweverMany() {
        CleanupScope scope = Cleanup.scope();
        for (int i = 0; i < 1_000; i++) {
            scope.defer(() -> {
                throw new IllegalArgumentException("cleanup");
            });
        }
        assertThatThrownBy(scope::close)
                .satisfies(primary -> assertThat(primary.getSuppressed()).hasSize(999));
    }

    @Test
    void toString_tellsTheState() {
        CleanupScope scope = Cleanup.builder().name("bundle").scope();
        scope.defer(() -> log.add(scope.toString()));
        scope.child("inner");
        assertThat(scope).hasToString("CleanupScope[bundle, open, 2 actions left]");
        scope.close();
        assertThat(log).containsExactly("CleanupScope[bundle, closing, 1 actions left]");
        assertThat(scope).hasToString("CleanupScope[bundle, closed, 0 actions left]");
        assertThatCode(scope::close).doesNotThrowAnyException();
    }
}
