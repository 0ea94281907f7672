package dev.reliability.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.Action;
import dev.reliability.Task;
import dev.reliability.base.Nanos;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.spi.ForwardingSeam;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private static final long YEAR = Nanos.MAX / 100;

    private final VirtualTime time = VirtualTime.manual();

    private Deadline in(long nanos) {
        return Deadline.after(Duration.ofNanos(nanos), time);
    }

    @AfterEach
    void nothingIsBound() {
        assertThat(Deadline.current()).isNull();
    }

    @Property
    void deadline_1_orderEqualityAndRemainingAgree(
            @ForAll @LongRange(min = -YEAR, max = YEAR) long x,
            @ForAll @LongRange(min = -YEAR, max = YEAR) long y,
            @ForAll long start) {
        VirtualTime anywhere = VirtualTime.manual().startingAt(start);
        Deadline a = Deadline.after(Duration.ofNanos(x), anywhere);
        Deadline b = Deadline.after(Duration.ofNanos(y), anywhere);
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(Long.compare(x, y)).isEqualTo(-b.compareTo(a));
        assertThat(a.equals(b)).isEqualTo(x == y).isEqualTo(a.compareTo(b) == 0);
        if (x == y) {
            assertThat(a).hasSameHashCodeAs(b);
        }
        assertThat(a.min(b)).isEqualTo(b.min(a)).isSameAs(x <= y ? a : b);
        assertThat(a.min(b).remainingNanos()).isEqualTo(Math.min(x, y));
        assertThat(a.isExpired()).isEqualTo(x <= 0);
        assertThat(a.remaining()).isEqualTo(Duration.ofNanos(Math.max(x, 0)));
    }

    /** TIME-3: instants are compared by subtraction, so the counter may wrap. */
    @Test
    void time_3_theCounterWraps_nothingChanges() {
        VirtualTime late = VirtualTime.manual().startingAt(Long.MAX_VALUE - 5);
        Deadline soon = Deadline.after(Duration.ofNanos(3), late);
        Deadline behind = Deadline.after(Duration.ofNanos(100), late);
        assertThat(soon).isLessThan(behind);
        late.advance(Duration.ofNanos(50));
        assertThat(late.nanoTime()).isNegative();
        assertThat(soon.isExpired()).isTrue();
        assertThat(behind.remainingNanos()).isEqualTo(50);
        assertThat(behind.isExpired()).isFalse();
    }

    @Test
    void deadline_1_remainingNeverRises_onceExpiredAlwaysExpired() {
        Deadline deadline = in(10);
        long before = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            assertThat(deadline.remainingNanos()).isLessThan(before);
            assertThat(deadline.isExpired()).isEqualTo(i >= 10);
            before = deadline.remainingNanos();
            time.advance(Duration.ofNanos(1));
        }
    }

    @Test
    void deadline_1_theSoonerIsBound_howeverMuchTimePassesBetweenTwoLooks() {
        VirtualTime virtual = VirtualTime.manual();
        TimeSource slow = new ForwardingSeam(virtual) {
            @Override
            public long nanoTime() {
                long now = super.nanoTime();
                virtual.advance(Duration.ofMillis(10));
                return now;
            }
        };
        Deadline sooner = Deadline.after(Duration.ofMillis(100), slow);
        Deadline later = Deadline.after(Duration.ofMillis(95), slow); // 10 ms after the first one

        assertThat(later).isGreaterThan(sooner);
        assertThat(later.<Deadline, RuntimeException>bind(() -> sooner.bind(Deadline::current)))
                .isSameAs(sooner);
        assertThat(sooner.<Deadline, RuntimeException>bind(() -> later.bind(Deadline::current)))
                .isSameAs(sooner);
    }

    @Test
    void deadline_1_twoTimeSources_doNotCompare() {
        Deadline other = Deadline.after(Duration.ofSeconds(1), VirtualTime.manual());
        assertThatThrownBy(() -> in(1).compareTo(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("deadlines of two time sources do not compare");
        assertThatThrownBy(() -> in(1).min(other)).isInstanceOf(IllegalArgumentException.class);
        assertThat(in(1)).isNotEqualTo(other).isNotEqualTo(null).isNotEqualTo("deadline");
    }

    @Test
    void time_2_anyDurationIsAccepted() {
        assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), time).remainingNanos())
                .isEqualTo(Nanos.MAX);
        assertThat(Deadline.after(Duration.ofSeconds(Long.MIN_VALUE), time).isExpired())
                .isTrue();
        assertThat(Deadline.after(Duration.ZERO, time).isExpired()).isTrue();
        assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE)).isExpired())
                .isFalse();
    }

    @Property
    void deadline_9_conversionsRoundUpAndNeverGiveZero(@ForAll @LongRange(min = 1, max = Nanos.MAX) long nanos) {
        Deadline deadline = in(nanos);
        assertThat(deadline.timeoutMillis()).isPositive();
        assertThat(deadline.timeoutSeconds()).isPositive();
        if (deadline.timeoutMillis() < Integer.MAX_VALUE) {
            assertThat(deadline.timeoutMillis() * 1_000_000L)
                    .isGreaterThanOrEqualTo(nanos)
                    .isLessThan(nanos + 1_000_000L);
        } else {
            assertThat(nanos).isGreaterThan((Integer.MAX_VALUE - 1) * 1_000_000L);
        }
        if (deadline.timeoutSeconds() < Integer.MAX_VALUE) {
            assertThat(deadline.timeoutSeconds() * 1_000_000_000L).isGreaterThanOrEqualTo(nanos);
        }
    }

    @Test
    void deadline_9_conversionsAtTheEdges() {
        assertThat(in(999_000).timeoutMillis()).isEqualTo(1);
        assertThat(in(1_000_000).timeoutMillis()).isEqualTo(1);
        assertThat(in(1_000_001).timeoutMillis()).isEqualTo(2);
        assertThat(in(1).timeoutSeconds()).isEqualTo(1);
        assertThat(in(Nanos.MAX).timeoutMillis()).isEqualTo(Integer.MAX_VALUE);
        assertThat(in(Nanos.MAX).timeoutSeconds()).isEqualTo(Integer.MAX_VALUE);
        for (long expired : new long[] {0, -1}) {
            assertThatThrownBy(() -> in(expired).timeoutMillis()).isInstanceOf(DeadlineExceededException.class);
            assertThatThrownBy(() -> in(expired).timeoutSeconds()).isInstanceOf(DeadlineExceededException.class);
        }
    }

    @Test
    void check_expired_saysWhatWasGranted() {
        Deadline deadline = in(200_000_000);
        deadline.check();
        time.advance(Duration.ofMillis(200));
        assertThatThrownBy(deadline::check)
                .isInstanceOfSatisfying(DeadlineExceededException.class, e -> {
                    assertThat(e.granted()).isEqualTo(Duration.ofMillis(200));
                    assertThat(e.ran()).isZero();
                    assertThat(e.limit()).isEqualTo("deadline");
                })
                .hasMessage("deadline had passed before the work began; granted were 200 ms");
        assertThat(deadline).hasToString("deadline 0 ns ago");
        time.advance(Duration.ofMillis(3));
        assertThat(deadline).hasToString("deadline 3 ms ago");
        assertThat(in(1_000)).hasToString("deadline in 1 us");
    }

    @Test
    void deadline_7_theAmbientOneIsVisibleToTheBodyAndRestoredAfterIt() throws Exception {
        Deadline outer = in(1_000);
        Deadline inner = in(500);
        String value = outer.bind(() -> {
            assertThat(Deadline.current()).isSameAs(outer);
            inner.bind((Action<RuntimeException>)
                    () -> assertThat(Deadline.current()).isSameAs(inner));
            assertThat(Deadline.current()).isSameAs(outer);
            assertThatThrownBy(() -> inner.bind(() -> {
                        throw new IOException("planted");
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(Deadline.current()).isSameAs(outer);
            return "value";
        });
        assertThat(value).isEqualTo("value");
        assertThat(Deadline.current()).isNull();
    }

    @Test
    void deadline_7_nestingOnlyShortens_acrossTimeSourcesToo() {
        Deadline outer = in(1_000);
        outer.bind((Action<RuntimeException>) () -> {
            in(2_000).bind((Action<RuntimeException>)
                    () -> assertThat(Deadline.current()).isSameAs(outer));
            Deadline elsewhere = Deadline.after(Duration.ofHours(1), VirtualTime.manual());
            elsewhere.bind((Action<RuntimeException>)
                    () -> assertThat(Deadline.current()).isSameAs(outer));
            Deadline sooner = Deadline.after(Duration.ofNanos(10), VirtualTime.manual());
            sooner.bind((Action<RuntimeException>)
                    () -> assertThat(Deadline.current()).isSameAs(sooner));
        });
    }

    @Test
    void deadline_7_unboundHidesTheAmbientOneAndRestoresItAfterIt() {
        Deadline outer = in(1_000);
        Deadline later = in(5_000);
        outer.bind((Action<RuntimeException>) () -> {
            String value = Deadline.unbound(() -> {
                assertThat(Deadline.current()).isNull();
                later.bind((Action<RuntimeException>)
                        () -> assertThat(Deadline.current()).isSameAs(later));
                return "value";
            });
            assertThat(value).isEqualTo("value");
            assertThatThrownBy(() -> Deadline.unbound(() -> {
                        throw new IOException("planted");
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(Deadline.current()).isSameAs(outer);
        });
    }

    @Test
    void deadline_7_bindDoesNotEnforce() throws Exception {
        Deadline deadline = in(1_000);
        String value = deadline.bind(() -> {
            time.advance(Duration.ofNanos(5_000));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return "late, and given all the same";
        });
        assertThat(value).startsWith("late");
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void deadline_7_travelsToOtherThreadsOnlyByAnExplicitWrap() throws Exception {
        List<Runnable> queue = new ArrayList<>();
        Executor executor = queue::add;
        AtomicReference<Deadline> plain = new AtomicReference<>();
        AtomicReference<Deadline> wrapped = new AtomicReference<>();
        AtomicReference<Deadline> wrappedTask = new AtomicReference<>();
        AtomicReference<String> value = new AtomicReference<>();
        Deadline deadline = in(1_000);
        deadline.bind((Action<RuntimeException>) () -> {
            executor.execute(() -> plain.set(Deadline.current()));
            Deadline.wrap(executor).execute(() -> wrapped.set(Deadline.current()));
            Task<String, RuntimeException> task = Deadline.wrap(() -> {
                wrappedTask.set(Deadline.current());
                return "value";
            });
            queue.add(() -> value.set(task.call()));
        });
        Thread other = new Thread(() -> queue.forEach(Runnable::run));
        other.start();
        other.join();
        assertThat(plain.get()).isNull();
        assertThat(wrapped.get()).isSameAs(deadline);
        assertThat(wrappedTask.get()).isSameAs(deadline);
        assertThat(value.get()).isEqualTo("value");
    }

    @Test
    void callInterruptibly_givesTheValue_orTheInterruptFromOutside() throws Exception {
        Deadline deadline = in(1_000);
        assertThat(deadline.callInterruptibly(() -> "value")).isEqualTo("value");
        InterruptedException outside = new InterruptedException("planted");
        assertThatThrownBy(() -> deadline.callInterruptibly(() -> {
                    throw outside;
                }))
                .isSameAs(outside);
    }

    @Test
    void hashCode_differsFromInstantToInstant() {
        assertThat(LongStream.range(0, 100).mapToObj(this::in).map(Object::hashCode))
                .doesNotHaveDuplicates();
    }

    @Test
    void wrap_noAmbientDeadline_givesTheSameObject() {
        Runnable work = () -> {};
        Task<String, RuntimeException> task = () -> "value";
        assertThat(Deadline.wrap(work)).isSameAs(work);
        assertThat(Deadline.wrap(task)).isSameAs(task);
    }

    @Test
    void deadline_10_theRemainingTimeTravels_inTheFinestUnitThatFits() {
        Map<Duration, String> headers = new LinkedHashMap<>();
        headers.put(Duration.ofNanos(1), "1n");
        headers.put(Duration.ofNanos(99_999_999), "99999999n");
        headers.put(Duration.ofMillis(100), "100000u");
        headers.put(Duration.ofNanos(100_000_001), "100001u");
        headers.put(Duration.ofSeconds(99), "99000000u");
        headers.put(Duration.ofSeconds(100), "100000m");
        headers.put(Duration.ofDays(2), "172800S");
        headers.put(Duration.ofDays(4 * 365), "2102400M");
        headers.put(Duration.ofSeconds(Long.MAX_VALUE), "52596000M");
        headers.forEach((span, header) -> {
            assertThat(Deadline.after(span, time).toHeader()).isEqualTo(header);
            Deadline received = Deadline.ofHeader(header, time);
            assertThat(received.remaining())
                    .isGreaterThanOrEqualTo(Deadline.after(span, time).remaining());
            assertThat(received.toHeader()).isEqualTo(header);
        });
        assertThat(Deadline.ofHeader("1H").remaining()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        assertThat(Deadline.ofHeader("99999999H", time).remaining()).isEqualTo(Duration.ofNanos(Nanos.MAX));
        assertThat(Deadline.ofHeader("0S", time).isExpired()).isTrue();
        assertThatThrownBy(() -> Deadline.after(Duration.ZERO, time).toHeader())
                .isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void deadline_10_aMalformedHeader_isRefusedWithoutRepeatingIt() {
        for (String text :
                List.of("", "S", "1", "123456789S", "-1S", "+1S", "1s", "1.5S", " 1S", "1S ", "\u0661S", "0x1n")) {
            assertThatThrownBy(() -> Deadline.ofHeader(text, time))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("remaining time must be 1 to 8 digits and a unit of H, M, S, m, u or n, but was of "
                            + text.length() + " characters");
        }
        assertThatThrownBy(() -> Deadline.ofHeader(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("remaining");
    }

    @Test
    void deadline_12_aFractionOfTheRest_andAReserve() {
        Deadline whole = Deadline.after(Duration.ofSeconds(10), time);
        assertThat(whole.fraction(0.25).remaining()).isEqualTo(Duration.ofMillis(2_500));
        assertThat(whole.fraction(1)).isEqualTo(whole);
        assertThat(whole.fraction(0).isExpired()).isTrue();
        assertThat(whole.reserving(Duration.ofSeconds(3)).remaining()).isEqualTo(Duration.ofSeconds(7));
        assertThat(whole.reserving(Duration.ZERO)).isEqualTo(whole);
        assertThat(whole.reserving(Duration.ofSeconds(Long.MAX_VALUE)).isExpired())
                .isTrue();
        time.advance(Duration.ofSeconds(6));
        assertThat(whole.fraction(0.5).remaining()).isEqualTo(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(6));
        assertThat(whole.fraction(0.5)).isEqualTo(whole);
        for (double bad : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> whole.fraction(bad)).hasMessage("share must be from 0 to 1, but was " + bad);
        }
        assertThatThrownBy(() -> whole.reserving(Duration.ofNanos(-1)))
                .hasMessage("span must be zero or more, but was PT-0.000000001S");
    }

    @Test
    void time_2_reservingForEver_anyNumberOfTimes_staysExpired() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        Deadline deadline = Deadline.after(Duration.ofSeconds(1), time);
        for (int i = 0; i < 5; i++) {
            Deadline earlier = deadline.reserving(forEver);
            assertThat(earlier.isExpired()).isTrue();
            assertThat(earlier.compareTo(deadline)).isNotPositive();
            assertThat(earlier.remaining()).isZero();
            deadline = earlier;
            time.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void deadline_1_theEarliestAndTheLatest_keepTheirOrder() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        Deadline latest = Deadline.after(forEver, time);
        Deadline earliest = Deadline.after(forEver.negated(), time).reserving(forEver);
        assertThat(earliest).isLessThan(latest);
        assertThat(earliest.min(latest)).isSameAs(earliest);
        assertThat(latest.min(earliest)).isSameAs(earliest);
    }
}
