package dev.reliability.cleanup;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule CLEANUP-11. The garbage collector is real, and is asked until it answers. */
@Timeout(60)
class LeakTest {
    private final List<Object> events = new CopyOnWriteArrayList<>();
    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private Thread.UncaughtExceptionHandler before;

    @BeforeEach
    void listen() {
        before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
    }

    @AfterEach
    void stopListening() {
        Thread.currentThread().setUncaughtExceptionHandler(before);
    }

    private void openAndForget(String name) {
        Cleanup.builder().name(name).detectLeaks().listener(events::add).scope().defer(() -> {});
    }

    /** Collects garbage until one leak was found by the look that is given. */
    private static void untilFound(Runnable look, List<?> found) {
        await().atMost(SOON).pollInSameThread().until(() -> {
            System.gc();
            look.run();
            return !found.isEmpty();
        });
    }

    @Test
    void cleanup_11_aForgottenScopeIsReportedWithThePlaceWhereItWasOpened() {
        openAndForget("forgotten");
        untilFound(Cleanup::reportLeaks, events);
        CleanupEvent.Leaked leaked = (CleanupEvent.Leaked) events.get(0);
        assertThat(leaked.policy()).isEqualTo("forgotten");
        assertThat(leaked.openedAt().get(0).getMethodName()).isEqualTo("openAndForget");
        assertThat(leaked.openedAt()).isUnmodifiable();
        assertThat(events).as("once").hasSize(1);
        assertThat(Cleanup.reportLeaks()).isZero();
        assertThat(uncaught).isEmpty();
    }

    @Test
    void cleanup_11_reportLeaks_tellsHowManyItFound() {
        int[] found = {0};
        openAndForget("first");
        openAndForget("second");
        await().atMost(SOON).pollInSameThread().until(() -> {
            System.gc();
            found[0] += Cleanup.reportLeaks();
            return events.size() == 2;
        });
        assertThat(found[0]).isEqualTo(2);
    }

    @Test
    void cleanup_11_withoutAListenerTheUncaughtHandlerHears() {
        Cleanup.builder().name("silent").detectLeaks().scope();
        untilFound(Cleanup::reportLeaks, uncaught);
        assertThat(uncaught.get(0))
                .isInstanceOf(CleanupException.class)
                .hasMessage("scope \"silent\" became unreachable and was never closed; it was opened here");
        assertThat(uncaught.get(0).getStackTrace()[0].getClassName()).isEqualTo(LeakTest.class.getName());
    }

    @Test
    void cleanup_11_theNextWatchedScopeFindsItOnItsOwnThread() {
        openAndForget("forgotten");
        Thread opener = Thread.currentThread();
        CleanupScope watched = Cleanup.builder()
                .detectLeaks()
                .listener(event -> assertThat(Thread.currentThread()).isSameAs(opener))
                .scope();
        untilFound(() -> Cleanup.builder().detectLeaks().scope().close(), events);
        watched.close();
        assertThat(events).hasOnlyElementsOfType(CleanupEvent.Leaked.class).hasSize(1);
    }

    @Test
    void cleanup_11_closedOrReachableOrUnwatchedScopesAreNotReported() {
        CleanupScope reachable =
                Cleanup.builder().detectLeaks().listener(events::add).scope();
        for (int i = 0; i < 100; i++) {
            Cleanup.builder().detectLeaks().listener(events::add).scope().close();
            Cleanup.builder().listener(events::add).scope();
            reachable.child();
        }
        openAndForget("marker"); // once this one is found, all before it would have been
        untilFound(Cleanup::reportLeaks, events);
        assertThat(events).hasSize(1);
        reachable.close();
    }

    @Test
    void cleanup_11_theDetectionIsOffByDefault() {
        assertThat(Leaks.WATCH_ALL).isFalse();
        assertThat(Options.DEFAULTS.leaks()).isFalse();
    }
}
