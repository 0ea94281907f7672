package dev.reliability.base;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What travels with a task: what it sees where it goes on, and that nothing stays there. */
class CarriedTest {
    private static final Supplier<Object> SEEN = Carried::attempt;

    private final Thread caller = Thread.currentThread();

    @AfterEach
    void nothingIsLeft() {
        assertThat(Carried.attempt()).isNull();
        assertThat(Carried.here()).isNull();
        assertThat(Carried.callerId()).isEqualTo(caller.getId());
    }

    private static <T> T elsewhere(Carried carried, Supplier<T> look) throws Exception {
        return CompletableFuture.supplyAsync(() -> Carried.<T, RuntimeException>bind(carried, look::get))
                .get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void retry_21_theAttemptGoesAlong_andIsReplacedThere() throws Exception {
        assertThat(Carried.bindAttempt("attempt")).isNull();
        try {
            assertThat(elsewhere(Carried.here(), SEEN)).isEqualTo("attempt");
            assertThat(elsewhere(Carried.whileWaiting(), SEEN)).isEqualTo("attempt");
            assertThat(elsewhere(null, SEEN)).isNull();
            Object unbound = Carried.bind(null, SEEN::get);
            assertThat(unbound).isNull();
            assertThat(Carried.attempt()).as("bound again").isEqualTo("attempt");
        } finally {
            assertThat(Carried.bindAttempt(null)).isEqualTo("attempt");
        }
    }

    @Test
    void mutex_11_whoWaits_isKnownThroughAllThreadsInBetween() throws Exception {
        boolean[] waitsFor = elsewhere(Carried.whileWaiting(), () -> {
            Thread middle = Thread.currentThread();
            Carried further = Carried.whileWaiting();
            return onAThread(further, () -> new boolean[] {
                Carried.isWaitedForBy(caller), Carried.isWaitedForBy(middle), Carried.callerId() == caller.getId()
            });
        });
        assertThat(waitsFor).containsExactly(true, true, true);
        assertThat(elsewhere(Carried.here(), () -> Carried.isWaitedForBy(caller)))
                .as("nobody waits for what goes on by itself")
                .isFalse();
    }

    @Test
    void mutex_11_whoDoesNotWaitAnyMore_isForgotten() throws Exception {
        Carried carried = Carried.whileWaiting();
        carried.waitIsOver();
        assertThat(elsewhere(carried, () -> Carried.isWaitedForBy(caller))).isFalse();
        assertThat(elsewhere(
                        carried,
                        () -> Carried.callerId() == Thread.currentThread().getId()))
                .isTrue();
    }

    @Test
    void retry_21_anAttemptInBetween_doesNotHideWhoWaits() throws Exception {
        boolean still = elsewhere(Carried.whileWaiting(), () -> {
            Object before = Carried.bindAttempt("attempt");
            boolean known = Carried.isWaitedForBy(caller);
            Carried.bindAttempt(before);
            return known && Carried.isWaitedForBy(caller);
        });
        assertThat(still).isTrue();
    }

    private static <T> T onAThread(Carried carried, Supplier<T> look) {
        CompletableFuture<T> seen = new CompletableFuture<>();
        new Thread(() -> seen.complete(Carried.<T, RuntimeException>bind(carried, look::get))).start();
        return seen.join();
    }
}
