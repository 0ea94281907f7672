package dev.reliability.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.Event;
import dev.reliability.EventListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
    private record Happened(String policy) implements Event {}

    private static final Event EVENT = new Happened("p");

    private static List<Throwable> tellOnAThread(EventListener listener, Thread.UncaughtExceptionHandler more)
            throws InterruptedException {
        List<Throwable> told = new ArrayList<>();
        Thread thread = new Thread(() -> Events.tell(listener, EVENT));
        thread.setUncaughtExceptionHandler((t, failure) -> {
            told.add(failure);
            more.uncaughtException(t, failure);
        });
        thread.start();
        thread.join();
        return told;
    }

    @Test
    void event_1_aListenerThatThrows_changesNothingAndIsToldOnceToTheHandler() throws Exception {
        RuntimeException failure = new IllegalStateException("planted");
        EventListener thrower = event -> {
            throw failure;
        };
        assertThat(tellOnAThread(thrower, (t, e) -> {})).containsExactly(failure);
    }

    @Test
    void event_1_anErrorOfAListener_isToldToo() throws Exception {
        Error failure = new StackOverflowError("planted");
        EventListener thrower = event -> {
            throw failure;
        };
        assertThat(tellOnAThread(thrower, (t, e) -> {})).containsExactly(failure);
    }

    @Test
    void event_1_aHandlerThatThrows_isDropped() throws Exception {
        EventListener thrower = event -> {
            throw new IllegalStateException("planted");
        };
        List<Throwable> told = tellOnAThread(thrower, (t, e) -> {
            throw new IllegalStateException("and the handler too");
        });
        assertThat(told).hasSize(1);
    }

    @Test
    void andThen_firstThrows_theSecondHearsItAllTheSame() throws Exception {
        List<Event> heard = new ArrayList<>();
        EventListener thrower = event -> {
            throw new IllegalStateException("planted");
        };
        assertThat(tellOnAThread(thrower.andThen(heard::add), (t, e) -> {})).hasSize(1);
        assertThat(heard).containsExactly(EVENT);
    }

    @Test
    void event_1_whenBothOfTwoListenersThrow_neitherFailureIsLost() throws Exception {
        RuntimeException first = new IllegalStateException("first");
        RuntimeException second = new IllegalStateException("second");
        EventListener thrower = event -> {
            throw first;
        };
        EventListener both = thrower.andThen(event -> {
            throw second;
        });
        assertThat(tellOnAThread(both, (t, e) -> {}))
                .singleElement()
                .satisfies(told -> assertThat(told).hasCause(first).hasSuppressedException(second));
        assertThat(tellOnAThread(thrower.andThen(thrower), (t, e) -> {}))
                .singleElement()
                .satisfies(told -> assertThat(told).hasCause(first).hasSuppressedException(first));
    }

    @Test
    void event_1_aFailureThatAListenerThrowsAgainAndAgain_doesNotGrow() throws Exception {
        RuntimeException shared = new IllegalStateException("shared");
        EventListener thrower = event -> {
            throw shared;
        };
        EventListener both = thrower.andThen(event -> {
            throw new IllegalStateException("another one");
        });
        EventListener often = event -> {
            for (int i = 0; i < 1_000; i++) {
                Events.tell(both, event);
            }
        };
        assertThat(tellOnAThread(often, (t, e) -> {})).hasSize(1_000);
        assertThat(shared.getSuppressed()).isEmpty();
    }
}
