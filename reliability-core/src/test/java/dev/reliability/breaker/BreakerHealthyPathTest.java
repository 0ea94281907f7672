package dev.reliability.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.reliability.Task;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a call that succeeds costs: no object, and no clock unless the condition is about time (EVENT-3). */
class BreakerHealthyPathTest {
    private static final Task<String, RuntimeException> TASK = () -> "value";
    private static final int MANY = 20_000;

    private final BreakerTime time = new BreakerTime();

    private CircuitBreakerBuilder builder() {
        return CircuitBreaker.builder("healthy").time(time);
    }

    private static void callManyTimes(CircuitBreaker breaker) {
        for (int i = 0; i < MANY; i++) {
            breaker.call(TASK);
        }
    }

    private static long bytesOfManyCalls(CircuitBreaker breaker) {
        callManyTimes(breaker);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        callManyTimes(breaker);
        return threads.getThreadAllocatedBytes(thread) - before;
    }

    private void assertCosts(CircuitBreaker breaker, int clockReadsPerCall) {
        assertThat(bytesOfManyCalls(breaker))
                .as("bytes in %s calls of %s", MANY, breaker)
                .isLessThan(MANY);
        int reads = time.clockReads.get();
        callManyTimes(breaker);
        assertThat(time.clockReads.get() - reads).isEqualTo(clockReadsPerCall * MANY);
    }

    @Test
    void event_3_aSampledCallMakesNoObjectAndReadsNoClock() {
        assertCosts(builder().build(), 0);
        assertThat(time.alarms).as("one alarm for all calls").hasValue(1);
    }

    @Test
    void event_3_aCallWithoutLimitAsksTheMachineForNothing() {
        assertCosts(builder().withoutCallLimit().build(), 0);
        assertThat(time.alarms).hasValue(0);
    }

    @Test
    void event_3_countingAndAListenerCostNoObjectAndNoClock() {
        assertCosts(builder().counting().listener(event -> {}).build(), 0);
    }

    @Test
    void breaker_2_aWindowOverCallsMakesNoObjectAndReadsNoClock() {
        for (int size : new int[] {10, 100, 10_000}) {
            assertCosts(
                    builder()
                            .tripCondition(TripCondition.failureRate(0.5).overCalls(size))
                            .build(),
                    0);
        }
    }

    @Test
    void breaker_2_aWindowOverTimeMakesNoObjectAndReadsTheClockOnce() {
        assertCosts(
                builder()
                        .tripCondition(TripCondition.failureRate(0.5).overTime(Duration.ofSeconds(10)))
                        .build(),
                1);
    }

    @Test
    void breaker_2_aSlowCallRateReadsTheClockTwice() {
        assertCosts(
                builder()
                        .tripCondition(TripCondition.slowCallRate(0.5, Duration.ofSeconds(1)))
                        .build(),
                2);
    }

    /** A million of them need a heap of 128 MB in a test that has more. */
    @Test
    void breaker_16_aMillionIdleBreakersTakeAtMost96BytesEachAndNoThread() {
        int million = 1_000_000;
        CircuitBreaker[] breakers = new CircuitBreaker[million];
        breakers[0] = CircuitBreaker.of("one name");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        int before = Thread.activeCount();
        long bytes = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < million; i++) {
            breakers[i] = CircuitBreaker.of("one name");
        }
        bytes = threads.getThreadAllocatedBytes(thread) - bytes;
        assertThat(bytes / (double) million).as("all that was allocated").isLessThanOrEqualTo(96);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(before);
        assertThat(Arrays.asList(breakers)).doesNotContainNull();
    }

    /** Everything that a breaker was made of while in use is gone when it is idle again. */
    @Test
    void breaker_16_aUsedBreakerIsAsSmallWhenIdleAgain() {
        CircuitBreaker breaker = builder().build();
        callManyTimes(breaker);
        time.virtual.advance(Duration.ofSeconds(4));
        assertThat(((Closed) breaker.current()).watched()).isNull();
        assertThat(time.virtual.pendingAlarms()).isZero();
    }
}
