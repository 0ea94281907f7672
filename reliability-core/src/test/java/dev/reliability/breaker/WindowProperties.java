package dev.reliability.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.breaker.CircuitBreaker.Permit;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.breaker.TripCondition.Rate;
import dev.reliability.testkit.time.VirtualTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Rule BREAKER-2: a closed breaker opens exactly when a model that keeps every single call says so. */
class WindowProperties {
    private static final int TRIES = 3_000;

    /**
     * A call of the script.
     *
     * @param gap milliseconds since the one before ended
     * @param takes how many milliseconds it runs
     */
    record Call(boolean fails, int gap, int takes) {}

    /** All calls since the breaker closed. */
    private static final class Model {
        private record Seen(long step, boolean hit) {}

        private final List<Seen> calls = new ArrayList<>();
        private final BigDecimal rate;
        private final int minimum;
        private final int overCalls; // 0: over time
        private final long stepMillis;
        private long firstMillis = -1;

        Model(double rate, int minimum, int overCalls, long stepMillis) {
            this.rate = new BigDecimal(Double.toString(rate));
            this.minimum = minimum;
            this.overCalls = overCalls;
            this.stepMillis = stepMillis;
        }

        /** Whether the condition is looked at and holds. */
        boolean record(boolean hit, long millis) {
            firstMillis = firstMillis < 0 ? millis : firstMillis;
            long step = overCalls > 0 ? 0 : (millis - firstMillis) / stepMillis;
            long before = window(step).size();
            calls.add(new Seen(step, hit));
            List<Seen> window = window(step);
            boolean looked = hit || (before == minimum - 1 && window.size() == minimum);
            BigDecimal hits =
                    BigDecimal.valueOf(window.stream().filter(Seen::hit).count());
            return looked
                    && window.size() >= minimum
                    && hits.compareTo(rate.multiply(BigDecimal.valueOf(window.size()))) >= 0;
        }

        private List<Seen> window(long step) {
            return overCalls > 0
                    ? calls.subList(Math.max(0, calls.size() - overCalls), calls.size())
                    : calls.stream().filter(c -> c.step > step - 10).toList();
        }
    }

    @Provide
    Arbitrary<Double> rates() {
        return Arbitraries.oneOf(
                Arbitraries.of(0.5, 0.1, 1.0, 0.333333, 0.000001, 0.3, 0.29, 0.07),
                Arbitraries.integers().between(1, 1_000_000).map(parts -> parts / 1e6));
    }

    @Provide
    Arbitrary<List<Call>> scripts() {
        Arbitrary<Call> call = Combinators.combine(
                        Arbitraries.of(true, false, false),
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(
                                        20, Arbitraries.integers().between(0, 30)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(0, 3_000))),
                        Arbitraries.integers().between(0, 20))
                .as(Call::new);
        return call.list().ofMaxSize(150);
    }

    @Property(tries = TRIES)
    void breaker_2_failureRateOverCallsOpensExactlyWhenTheModelDoes(
            @ForAll("rates") double rate,
            @ForAll @IntRange(min = 1, max = 40) int calls,
            @ForAll @IntRange(min = 1, max = 40) int minimum,
            @ForAll("scripts") List<Call> script) {
        int least = Math.min(calls, minimum);
        check(
                TripCondition.failureRate(rate).overCalls(calls).minimumCalls(least),
                new Model(rate, least, calls, 0),
                script,
                false);
    }

    @Property(tries = TRIES)
    void breaker_2_failureRateOverTimeOpensExactlyWhenTheModelDoes(
            @ForAll("rates") double rate,
            @ForAll @IntRange(min = 1, max = 100) int stepMillis,
            @ForAll @IntRange(min = 1, max = 20) int minimum,
            @ForAll("scripts") List<Call> script) {
        check(
                TripCondition.failureRate(rate)
                        .overTime(Duration.ofMillis(10L * stepMillis))
                        .minimumCalls(minimum),
                new Model(rate, minimum, 0, stepMillis),
                script,
                false);
    }

    @Property(tries = TRIES)
    void breaker_2_slowCallRateOpensExactlyWhenTheModelDoes(
            @ForAll("rates") double rate,
            @ForAll boolean overTime,
            @ForAll @IntRange(min = 1, max = 30) int size,
            @ForAll @IntRange(min = 1, max = 20) int minimum,
            @ForAll("scripts") List<Call> script) {
        Rate condition = TripCondition.slowCallRate(rate, Duration.ofMillis(15));
        int least = overTime ? minimum : Math.min(minimum, size);
        check(
                (overTime ? condition.overTime(Duration.ofMillis(10L * size)) : condition.overCalls(size))
                        .minimumCalls(least),
                new Model(rate, least, overTime ? 0 : size, size),
                script,
                true);
    }

    private static void check(Rate condition, Model model, List<Call> script, boolean slowCounts) {
        VirtualTime time = VirtualTime.manual();
        CircuitBreaker breaker = CircuitBreaker.builder("modelled")
                .tripCondition(condition)
                .withoutCallLimit()
                .time(time)
                .build();
        for (Call call : script) {
            time.advance(Duration.ofMillis(call.gap));
            try (Permit permit = breaker.acquire()) {
                time.advance(Duration.ofMillis(call.takes));
                if (call.fails) {
                    permit.failure();
                } else {
                    permit.success();
                }
            }
            long now = Duration.ofNanos(time.nanoTime()).toMillis();
            boolean opens = model.record(slowCounts ? call.takes >= 15 : call.fails, now);
            assertThat(breaker.state()).as("after %s", call).isEqualTo(opens ? State.OPEN : State.CLOSED);
            if (opens) {
                return;
            }
        }
    }

    @Property(tries = TRIES)
    void breaker_2_aFullRingStillTellsItsLastCalls(
            @ForAll @IntRange(min = 1, max = 64) int size, @ForAll @Size(max = 500) List<Boolean> hits) {
        CallWindow window = new CallWindow(TripCondition.failureRate(1).overCalls(size), size);
        for (int i = 0; i < hits.size(); i++) {
            window.record(hits.get(i), 0);
            List<Boolean> last = hits.subList(Math.max(0, i + 1 - size), i + 1);
            assertThat(window.figures(0))
                    .isEqualTo(new Window.Figures(
                            last.size(), last.stream().filter(hit -> hit).count()));
        }
    }

    /** A thread that read the word long ago and goes on only now puts nothing into a slot that was used again. */
    @Property
    void breaker_2_aThreadThatComesLateChangesNoSlot(
            @ForAll @IntRange(min = 1, max = 8) int size,
            @ForAll @Size(min = 1, max = 40) List<Boolean> before,
            @ForAll @Size(max = 40) List<Boolean> after) {
        CallWindow window = new CallWindow(TripCondition.failureRate(1).overCalls(size), size);
        before.forEach(hit -> window.record(hit, 0));
        long longAgo = window.word();
        after.forEach(hit -> window.record(hit, 0));
        window.settle(longAgo);
        for (boolean hit : new boolean[] {false, true, false}) {
            for (int i = 0; i < size; i++) {
                window.record(hit, 0);
            }
            assertThat(window.figures(0)).isEqualTo(new Window.Figures(size, hit ? size : 0));
        }
    }
}
