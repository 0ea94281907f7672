package dev.reliability.breaker;

import static dev.reliability.breaker.Calls.fail;
import static dev.reliability.breaker.Calls.refused;
import static dev.reliability.breaker.Calls.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.Event;
import dev.reliability.base.Nanos;
import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.breaker.CircuitBreaker.Permit;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** For how long a breaker is open, and in what state it begins. */
class OpenTimeTest {
    private final VirtualTime time = VirtualTime.manual();

    private CircuitBreakerBuilder builder() {
        return CircuitBreaker.builder("open")
                .consecutiveFailures(1)
                .successThreshold(1)
                .openFor(Duration.ofSeconds(10))
                .time(time);
    }

    /** Fails the probe, and tells the open time that follows. */
    private Duration reopen(CircuitBreaker breaker) {
        fail(breaker);
        Duration left = refused(breaker).retryAfter();
        time.advance(left);
        return left;
    }

    @Test
    void breaker_17_theOpenTimeGrowsWithEachReopeningUpToTheCapAndStartsAgainAfterClosing() {
        CircuitBreaker breaker =
                builder().openTimeGrowth(2, Duration.ofSeconds(60)).build();
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            seconds.add(reopen(breaker).toSeconds());
        }
        assertThat(seconds).containsExactly(10L, 20L, 40L, 60L, 60L, 60L);
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(reopen(breaker)).isEqualTo(Duration.ofSeconds(10));
        assertThat(reopen(breaker)).isEqualTo(Duration.ofSeconds(20));
        breaker.reset();
        assertThat(reopen(breaker)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void breaker_17_anOverrideDoesNotStopTheGrowth() {
        CircuitBreaker breaker = builder().openTimeGrowth(3, Duration.ofDays(1)).build();
        reopen(breaker);
        breaker.isolate();
        breaker.endOverride();
        assertThat(reopen(breaker)).isEqualTo(Duration.ofSeconds(30));
        Permit probe = breaker.acquire();
        breaker.isolate();
        breaker.endOverride();
        probe.close();
        assertThat(reopen(breaker)).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void breaker_17_aLapsedProbeGrowsItToo() {
        CircuitBreaker breaker = builder()
                .openTimeGrowth(2, Duration.ofSeconds(60))
                .probeLease(Duration.ofSeconds(5))
                .withoutCallLimit()
                .build();
        reopen(breaker);
        Permit hung = breaker.acquire();
        time.advance(Duration.ofSeconds(5));
        assertThat(refused(breaker).retryAfter()).isEqualTo(Duration.ofSeconds(20));
        hung.close();
    }

    @Test
    void breaker_17_withoutGrowthEveryOpenTimeIsTheSame() {
        CircuitBreaker breaker = builder().build();
        for (int i = 0; i < 5; i++) {
            assertThat(reopen(breaker)).isEqualTo(Duration.ofSeconds(10));
        }
    }

    @Property
    void breaker_17_jitterOnlyLengthensAndAtMostByItsFraction(
            @ForAll @DoubleRange(min = 0, max = 1) double fraction,
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long openNanos,
            @ForAll @DoubleRange(min = 1, max = 100) double factor) {
        VirtualTime own = VirtualTime.manual();
        Duration openFor = Duration.ofNanos(openNanos);
        Duration cap = openFor.plus(openFor);
        CircuitBreaker breaker = CircuitBreaker.builder("jitter")
                .consecutiveFailures(1)
                .openFor(openFor)
                .openTimeGrowth(factor, cap)
                .openTimeJitter(fraction)
                .withoutCallLimit()
                .time(own)
                .build();
        long longest = Duration.ofDays(36_525).toNanos();
        fail(breaker);
        long first = remaining(breaker);
        long base = Math.min(openNanos, longest);
        assertThat(first).isBetween(base, Math.min(longest, base + (long) (base * fraction)));
        for (int i = 0; i < 3; i++) {
            own.advance(Duration.ofNanos(remaining(breaker)));
            fail(breaker);
            long next = remaining(breaker);
            long most = Nanos.of(cap);
            assertThat(next).isBetween(base, Math.min(longest, most + (long) (most * fraction)));
        }
    }

    private static long remaining(CircuitBreaker breaker) {
        return breaker.current().remainingNanos(breaker.now());
    }

    @Test
    void breaker_17_withJitterAFleetDoesNotProbeInStep_atTheCapNeither() {
        TreeSet<Duration> times = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            CircuitBreaker breaker = builder()
                    .openTimeGrowth(2, Duration.ofSeconds(10))
                    .openTimeJitter(0.5)
                    .build();
            times.add(reopen(breaker));
        }
        assertThat(times).hasSizeGreaterThan(90);
        assertThat(times.first()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
        assertThat(times.last()).isBetween(Duration.ofSeconds(14), Duration.ofSeconds(15));
    }

    @Test
    void breaker_17_theEventTellsTheOpenTimeWithGrowthAndJitter() {
        List<Event> heard = new ArrayList<>();
        CircuitBreaker breaker = builder()
                .openTimeJitter(1)
                .openTimeGrowth(2, Duration.ofSeconds(20))
                .listener(heard::add)
                .build();
        Duration first = reopen(breaker);
        Duration second = reopen(breaker);
        assertThat(heard.stream()
                        .filter(BreakerEvent.Opened.class::isInstance)
                        .map(event -> ((BreakerEvent.Opened) event).openFor()))
                .containsExactly(first, second);
        assertThat(second).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(40));
    }

    @Test
    void initialState_open_waitsForTheOpenTimeAndHasNoFailureToName() {
        CircuitBreaker breaker = builder()
                .initialState(State.OPEN)
                .openTimeGrowth(2, Duration.ofDays(1))
                .build();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.openedBy()).isNull();
        assertThat(breaker.snapshot().transitions()).isZero();
        assertThat(refused(breaker).retryAfter()).isEqualTo(Duration.ofSeconds(10));
        time.advance(Duration.ofSeconds(10));
        assertThat(reopen(breaker)).isEqualTo(Duration.ofSeconds(20));
        assertThat(breaker.openedBy().kind()).isEqualTo(Kind.FAILED);
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void initialState_halfOpen_admitsAProbe() {
        CircuitBreaker breaker = builder().initialState(State.HALF_OPEN).build();
        try (Permit probe = breaker.acquire()) {
            assertThat(refused(breaker).state()).isEqualTo(State.HALF_OPEN);
            probe.success();
        }
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void build_badOpenTimes_areAllNamed() {
        assertThatThrownBy(() -> builder()
                        .openTimeGrowth(0.5, Duration.ofSeconds(9))
                        .openTimeJitter(1.5)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("openTimeGrowth must be a finite factor of at least 1, but was 0.5; "
                        + "openTimeJitter must be from 0 to 1, but was 1.5; "
                        + "openTimeCap must be at least openFor, PT10S, but was PT9S");
        assertThatThrownBy(() ->
                        builder().openTimeGrowth(Double.NaN, Duration.ofDays(1)).build())
                .hasMessage("openTimeGrowth must be a finite factor of at least 1, but was NaN");
        assertThatThrownBy(() -> builder().openTimeJitter(Double.NaN).build())
                .hasMessage("openTimeJitter must be from 0 to 1, but was NaN");
    }
}
