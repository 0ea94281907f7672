package dev.reliability.time.spi;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The timer itself, on a virtual machine whose threads and parking are under control, and on the real one. */
class TimerTest {
    private static final long MS = 1_000_000L;

    private final VirtualTime machine = VirtualTime.manual();
    private final Timer timer = new Timer(machine);

    private static Alarm alarm(Runnable ring) {
        return new Alarm() {
            @Override
            protected void ring() {
                ring.run();
            }
        };
    }

    @Test
    void time_4_noThreadUntilATimerIsNeeded_thenOneDaemonThatEndsWhenIdle() throws Exception {
        AtomicReference<Thread> ringer = new AtomicReference<>();
        timer.schedule(alarm(() -> ringer.set(Thread.currentThread())), 5 * MS);
        timer.schedule(alarm(() -> {}), 7 * MS);
        machine.awaitParked(1, SOON);
        machine.advance(Duration.ofMillis(8));
        await().atMost(SOON).until(() -> ringer.get() != null);
        Thread thread = ringer.get();
        assertThat(thread.isDaemon()).isTrue();
        machine.awaitParked(1, SOON);
        machine.advance(Duration.ofSeconds(9));
        machine.awaitParked(1, SOON);
        assertThat(thread.isAlive()).isTrue();
        machine.advance(Duration.ofSeconds(2));
        thread.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(thread.isAlive()).isFalse();

        AtomicReference<Thread> second = new AtomicReference<>();
        timer.schedule(alarm(() -> second.set(Thread.currentThread())), machine.nanoTime() + MS);
        machine.awaitParked(1, SOON);
        machine.advance(Duration.ofMillis(2));
        await().atMost(SOON).until(() -> second.get() != null);
        assertThat(second.get()).isNotSameAs(thread);
    }

    @Test
    void time_4_realTimerThread_holdsNeitherContextClassLoaderNorInheritedValues() throws Exception {
        Surroundings seen = surroundingsOf(probe -> Seam.of(TimeSource.system()).start("probe", probe));
        assertThat(seen.inherited).isNull();
        assertThat(seen.loader).isNull();
        assertThat(seen.daemon).isTrue();
    }

    @Test
    void time_4_realContinuation_onAVirtualThreadToo_seesNothingOfItsCaller() throws Exception {
        Surroundings seen = surroundingsOf(probe -> Seam.of(TimeSource.system()).execute(probe));
        assertThat(seen.inherited).isNull();
        assertThat(seen.loader).isIn(null, ClassLoader.getSystemClassLoader());
        assertThat(seen.daemon).isTrue();
    }

    /** What a thread sees that is started by one with a context class loader and inheritable values. */
    private record Surroundings(Object inherited, ClassLoader loader, boolean daemon) {}

    private static Surroundings surroundingsOf(Consumer<Runnable> starter) throws Exception {
        InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
        inherited.set("the caller's");
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(new ClassLoader() {});
        try {
            CompletableFuture<Surroundings> seen = new CompletableFuture<>();
            starter.accept(() -> seen.complete(new Surroundings(
                    inherited.get(),
                    Thread.currentThread().getContextClassLoader(),
                    Thread.currentThread().isDaemon())));
            return seen.get(SOON.toSeconds(), TimeUnit.SECONDS);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
            inherited.remove();
        }
    }

    @Test
    void time_7_anAlarmNeverRingsEarlyAndAtMostATickLate() throws Exception {
        List<Long> late = new ArrayList<>();
        for (long at : new long[] {1, MS - 1, MS, 17 * MS + 3, 900 * MS, 3_600_000 * MS}) {
            timer.schedule(
                    alarm(() -> {
                        synchronized (late) {
                            late.add(machine.nanoTime() - at);
                        }
                    }),
                    at);
        }
        AtomicInteger last = new AtomicInteger();
        timer.schedule(alarm(last::incrementAndGet), 3_600_001 * MS);
        while (last.get() == 0) {
            machine.awaitParked(1, SOON);
            machine.advance(Duration.ofNanos(nextStep()));
        }
        assertThat(late).hasSize(6).allMatch(nanos -> nanos >= 0 && nanos <= MS);
    }

    /** Fine steps near the early alarms, coarse ones behind them. */
    private long nextStep() {
        long now = machine.nanoTime();
        return now < 20 * MS || (now >= 899 * MS && now < 902 * MS) ? 10_000 : 200_000;
    }

    @Test
    void time_7_twoAlarmsOfOneInstant_bothRing() throws Exception {
        AtomicInteger rung = new AtomicInteger();
        timer.schedule(alarm(rung::incrementAndGet), 5 * MS);
        timer.schedule(alarm(rung::incrementAndGet), 5 * MS);
        machine.awaitParked(1, SOON);
        machine.advance(Duration.ofMillis(6));
        await().atMost(SOON).until(() -> rung.get() == 2);
    }

    @Test
    void time_7_onTheRealMachine_notEarly() throws Exception {
        Seam seam = Seam.of(TimeSource.system());
        for (int i = 0; i < 20; i++) {
            CountDownLatch rung = new CountDownLatch(1);
            AtomicReference<Long> early = new AtomicReference<>();
            long at = seam.nanoTime() + 1_000_000L * (i % 5) + 37;
            seam.schedule(
                    alarm(() -> {
                        early.set(at - seam.nanoTime());
                        rung.countDown();
                    }),
                    at);
            assertThat(rung.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(early.get()).isLessThanOrEqualTo(0);
        }
    }

    @Test
    void schedule_soonerThanAllOthers_wakesTheThread() throws Exception {
        AtomicInteger rung = new AtomicInteger();
        timer.schedule(alarm(() -> rung.addAndGet(100)), 3_600_000 * MS);
        machine.awaitParked(1, SOON);
        timer.schedule(alarm(rung::incrementAndGet), 2 * MS);
        await().atMost(SOON).until(() -> {
            machine.advance(Duration.ofMillis(1));
            return rung.get() == 1;
        });
    }

    @Test
    void cancel_beforeItsInstant_neverRings() throws Exception {
        AtomicInteger rung = new AtomicInteger();
        Alarm gone = alarm(() -> rung.addAndGet(100));
        timer.schedule(gone, 5 * MS);
        timer.schedule(alarm(rung::incrementAndGet), 6 * MS);
        timer.cancel(gone);
        timer.cancel(gone);
        machine.awaitParked(1, SOON);
        machine.advance(Duration.ofMillis(7));
        await().atMost(SOON).until(() -> rung.get() == 1);
    }

    @Test
    void ring_throws_theOthersStillRing() throws Exception {
        AtomicInteger rung = new AtomicInteger();
        AtomicReference<Throwable> told = new AtomicReference<>();
        timer.schedule(
                alarm(() -> {
                    Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> told.set(failure));
                    throw new IllegalStateException("planted");
                }),
                5 * MS);
        timer.schedule(alarm(rung::incrementAndGet), 6 * MS);
        machine.awaitParked(1, SOON);
        machine.advance(Duration.ofMillis(7));
        await().atMost(SOON).until(() -> rung.get() == 1);
        assertThat(told.get()).hasMessage("planted");
    }

    @Test
    void schedule_noThreadToBeHad_throwsAndTheNextOneTriesAgain() {
        AtomicInteger starts = new AtomicInteger();
        Seam poor = new ForwardingSeam(VirtualTime.manual()) {
            @Override
            public void start(String name, Runnable task) {
                if (starts.getAndIncrement() == 0) {
                    throw new OutOfMemoryError("planted: unable to create native thread");
                }
            }
        };
        Timer poorTimer = new Timer(poor);
        assertThatThrownBy(() -> poorTimer.schedule(alarm(() -> {}), 1)).isInstanceOf(OutOfMemoryError.class);
        poorTimer.schedule(alarm(() -> {}), 1);
        assertThat(starts.get()).isEqualTo(2);
    }

    /** The thread of the first one cannot be had, while a second one has been scheduled that relies on a thread too. */
    @Test
    void schedule_noThreadForOneOfTwo_theOtherStillRings() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        AtomicInteger rung = new AtomicInteger();
        AtomicReference<Timer> itself = new AtomicReference<>();
        Seam poor = new ForwardingSeam(machine) {
            @Override
            public void start(String name, Runnable task) {
                if (starts.getAndIncrement() > 0) {
                    super.start(name, task);
                    return;
                }
                itself.get().schedule(alarm(rung::incrementAndGet), MS); // as another thread may do just now
                throw new OutOfMemoryError("planted: unable to create native thread");
            }
        };
        itself.set(new Timer(poor));
        Throwable refusal = catchThrowable(() -> itself.get().schedule(alarm(() -> rung.addAndGet(100)), MS));
        machine.awaitParked(1, SOON);
        machine.advance(Duration.ofMillis(2));
        // The first one rings as well if the other's thread was there in time; if not, it was refused.
        await().atMost(SOON).until(() -> rung.get() == (refusal == null ? 101 : 1));
    }

    /** A million limits wait for hours; the timer wakes up for those that expire, and for little else. */
    @Test
    void deadline_5_aMillionPendingLimits_oneThreadThatWakesForTheExpiredOnly() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        AtomicInteger wakes = new AtomicInteger();
        Seam counting = new ForwardingSeam(machine) {
            @Override
            public void start(String name, Runnable task) {
                starts.incrementAndGet();
                super.start(name, task);
            }

            @Override
            public void parkNanos(Object blocker, long nanos) {
                wakes.incrementAndGet();
                super.parkNanos(blocker, nanos);
            }
        };
        Timer busy = new Timer(counting);
        AtomicInteger rung = new AtomicInteger();
        busy.schedule(alarm(rung::incrementAndGet), MS);
        machine.awaitParked(1, SOON);
        List<Alarm> pending = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            Alarm far = alarm(() -> rung.addAndGet(1_000));
            pending.add(far);
            busy.schedule(far, 7_200_000L * MS + i);
        }
        for (int i = 1; i <= 100; i++) {
            busy.schedule(alarm(rung::incrementAndGet), 10L * i * MS);
        }
        wakes.set(0);
        for (int i = 0; i < 101; i++) {
            machine.awaitParked(1, SOON);
            machine.advance(Duration.ofMillis(10));
        }
        await().atMost(SOON).until(() -> rung.get() == 101);
        assertThat(starts).hasValue(1);
        assertThat(wakes.get()).as("wake-ups for 101 that expire").isBetween(101, 250);
        pending.forEach(busy::cancel);
        machine.awaitParked(1, SOON);
        machine.advance(Duration.ofHours(3));
        assertThat(rung).as("none that was taken back").hasValue(101);
    }
}
