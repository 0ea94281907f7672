package dev.reliability.time.spi;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The thread that delivers, on a virtual machine: what blocks it delays nobody else for longer than a millisecond. */
class RelayTest {
    private final VirtualTime machine = VirtualTime.manual();
    private final Relay relay = new Relay(machine);
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private Alarm alarm(Runnable delivers) {
        return new Alarm() {
            @Override
            protected void ring() {}

            @Override
            protected void deliver() {
                threads.add(Thread.currentThread());
                delivers.run();
            }
        };
    }

    private Alarm logging(String text) {
        return alarm(() -> log.add(text));
    }

    private void awaitLog(String... texts) {
        await().atMost(SOON).until(() -> log.equals(List.of(texts)));
    }

    @Test
    void deliver_severalAlarms_inOrderOnOneDaemonThreadThatEndsWhenIdle() throws Exception {
        for (int i = 0; i < 100; i++) {
            relay.deliver(logging("" + i));
        }
        await().atMost(SOON).until(() -> log.size() == 100);
        for (int i = 0; i < 100; i++) {
            assertThat(log.get(i)).isEqualTo("" + i);
        }
        machine.awaitParked(1, SOON);
        relay.deliver(logging("next"));
        await().atMost(SOON).until(() -> log.contains("next"));
        assertThat(threads).hasSize(1).allMatch(Thread::isDaemon);

        Thread thread = threads.iterator().next();
        machine.awaitParked(1, SOON);
        machine.advance(Duration.ofSeconds(11));
        thread.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(thread.isAlive()).isFalse();
        relay.deliver(logging("again"));
        await().atMost(SOON).until(() -> log.contains("again"));
        assertThat(threads).hasSize(2);
    }

    @Test
    void time_5_oneThatBlocks_isLeftBehindAfterAMillisecondAndTheOthersGoOn() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicReference<Thread> blocked = new AtomicReference<>();
        relay.deliver(alarm(() -> {
            blocked.set(Thread.currentThread());
            entered.countDown();
            awaitQuietly(release);
            log.add("late");
        }));
        assertThat(entered.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        relay.deliver(logging("second"));
        relay.deliver(logging("third"));
        machine.advance(Duration.ofNanos(999_999));
        assertThat(log).isEmpty();
        machine.advance(Duration.ofNanos(1));
        awaitLog("second", "third");
        release.countDown();
        blocked.get().join(TimeUnit.SECONDS.toMillis(10));
        assertThat(blocked.get().isAlive()).as("who blocked ends").isFalse();
        relay.deliver(logging("fourth"));
        awaitLog("second", "third", "late", "fourth");
        assertThat(threads).hasSize(2);
        machine.advance(Duration.ofMillis(2));
        assertThat(machine.pendingAlarms()).as("nobody waits, nobody watches").isZero();
    }

    @Test
    void time_5_threeThatBlockOneAfterAnother_delayTheLastByAMillisecondEach() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) {
            relay.deliver(alarm(() -> awaitQuietly(release)));
        }
        relay.deliver(logging("last"));
        await().atMost(SOON).until(() -> {
            machine.advance(Duration.ofMillis(1));
            return !log.isEmpty();
        });
        assertThat(machine.nanoTime()).isGreaterThanOrEqualTo(3_000_000);
        assertThat(threads).hasSize(4);
        release.countDown();
    }

    @Test
    void deliver_throws_theOthersAreStillDelivered() {
        AtomicReference<Throwable> told = new AtomicReference<>();
        relay.deliver(alarm(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> told.set(failure));
            throw new IllegalStateException("planted");
        }));
        relay.deliver(logging("next"));
        awaitLog("next");
        assertThat(told.get()).hasMessage("planted");
    }

    @Test
    void deliver_leavesTheInterruptFlagSet_theThreadStillParks() throws Exception {
        relay.deliver(alarm(() -> Thread.currentThread().interrupt()));
        relay.deliver(logging("next"));
        awaitLog("next");
        machine.awaitParked(1, SOON);
        relay.deliver(alarm(() -> Thread.currentThread().interrupt()));
        await().atMost(SOON).until(() -> {
            machine.awaitParked(1, SOON);
            return threads.size() == 1;
        });
    }

    @Test
    void deliver_noThreadToBeHad_isDoneOnTheThreadThatBringsIt() {
        Seam poor = new ForwardingSeam(machine) {
            @Override
            public void start(String name, Runnable task) {
                throw new OutOfMemoryError("planted: unable to create native thread");
            }
        };
        new Relay(poor).deliver(logging("here"));
        assertThat(log).containsExactly("here");
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
