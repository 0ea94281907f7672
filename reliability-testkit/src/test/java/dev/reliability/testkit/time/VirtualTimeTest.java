package dev.reliability.testkit.time;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.time.spi.Alarm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
    @Test
    void alarmRings_nobodyElseMovesTheTime() {
        VirtualTime time = VirtualTime.autoAdvancing();
        List<Long> ends = new CopyOnWriteArrayList<>();
        time.schedule(
                new Alarm() {
                    @Override
                    protected void ring() {
                        Thread other = new Thread(() -> time.parkNanos(this, 5));
                        other.setDaemon(true);
                        other.start();
                        await().atMost(10, SECONDS)
                                .until(() -> other.getState() == Thread.State.WAITING
                                        || other.getState() == Thread.State.TERMINATED);
                        ends.add(time.nanoTime());
                    }
                },
                10);
        time.spawn("sleeper", () -> time.parkNanos(this, 20));
        await().atMost(10, SECONDS).until(() -> !ends.isEmpty());
        assertThat(ends).containsExactly(10L);
    }

    @Test
    void takenBack_alarmIsNotPendingAndDoesNotRing() {
        VirtualTime time = VirtualTime.manual();
        List<String> rang = new CopyOnWriteArrayList<>();
        Alarm first = alarm("first", rang);
        time.schedule(first, 10);
        time.schedule(alarm("second", rang), 10);
        assertThat(time.pendingAlarms()).isEqualTo(2);
        time.cancel(first);
        time.cancel(first);
        assertThat(time.pendingAlarms()).isEqualTo(1);
        time.advance(Duration.ofNanos(10));
        assertThat(rang).containsExactly("second");
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void watching_threadBlockedByOtherMeans_isNotWaitedFor() {
        VirtualTime time = VirtualTime.watching(0);
        CountDownLatch elsewhere = new CountDownLatch(1);
        List<Long> ends = new CopyOnWriteArrayList<>();
        Thread blocked = time.spawn("blocked", () -> {
            try {
                elsewhere.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        time.spawn("sleeper", () -> {
            time.parkNanos(this, 20);
            ends.add(time.nanoTime());
        });
        await().atMost(10, SECONDS).until(() -> !ends.isEmpty());
        assertThat(ends).containsExactly(20L);
        assertThat(blocked.isAlive()).isTrue();
        elsewhere.countDown();
    }

    @Test
    void watching_busyThread_isWaitedFor() {
        VirtualTime time = VirtualTime.watching(0);
        List<String> order = new CopyOnWriteArrayList<>();
        time.spawn("busy", () -> {
            long end = System.nanoTime() + 10_000_000; // ten times what a blocked thread is given
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            time.parkNanos(this, 10);
            order.add("busy");
        });
        time.spawn("sleeper", () -> {
            time.parkNanos(this, 20);
            order.add("sleeper");
        });
        await().atMost(10, SECONDS).until(() -> order.size() == 2);
        assertThat(order).containsExactly("busy", "sleeper");
        assertThat(time.nanoTime()).isEqualTo(20);
    }

    private static Alarm alarm(String name, List<String> rang) {
        return new Alarm() {
            @Override
            protected void ring() {
                rang.add(name);
            }
        };
    }
}
