package dev.reliability.time.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class WheelTest {
    private static final class Bell extends Alarm {
        @Override
        protected void ring() {}
    }

    /** Random adds, removes and steps, beside a list that knows the truth. */
    @Property
    void poll_anySequence_givesEachAlarmAtItsTickAndNoOther(
            @ForAll @Size(max = 60) List<@LongRange(min = 0, max = 1L << 40) Long> numbers) {
        Wheel wheel = new Wheel();
        List<Bell> waiting = new ArrayList<>();
        long now = 0;
        for (long number : numbers) {
            int kind = (int) (number % 4);
            long spread = number >>> (number % 41);
            if (kind == 0 && !waiting.isEmpty()) {
                Bell gone = waiting.remove((int) (number / 4 % waiting.size()));
                wheel.remove(gone);
                wheel.remove(gone);
            } else if (kind == 1) {
                now += spread;
                for (Alarm due = wheel.poll(now); due != null; due = wheel.poll(now)) {
                    assertThat(due.tick).isLessThanOrEqualTo(now);
                    assertThat(waiting.remove((Bell) due)).isTrue();
                }
                long present = now;
                assertThat(waiting).allMatch(alarm -> alarm.tick > present);
            } else {
                Bell bell = new Bell();
                wheel.add(bell, Math.max(now + spread - 3, 0));
                waiting.add(bell);
            }
            assertThat(wheel.isEmpty()).isEqualTo(waiting.isEmpty());
            if (!waiting.isEmpty()) {
                long first =
                        waiting.stream().mapToLong(alarm -> alarm.tick).min().orElseThrow();
                assertThat(wheel.next())
                        .isLessThanOrEqualTo(Math.max(first, now))
                        .isGreaterThanOrEqualTo(now);
            }
        }
    }

    @Property
    void next_aFarAlarm_isReachedInAtMostOneStepPerLevel(@ForAll @LongRange(min = 1, max = 1L << 46) long tick) {
        Wheel wheel = new Wheel();
        Bell bell = new Bell();
        wheel.add(bell, tick);
        int steps = 0;
        while (wheel.poll(wheel.next()) == null) {
            steps++;
        }
        assertThat(steps).isLessThan(Wheel.LEVELS);
        assertThat(wheel.isEmpty()).isTrue();
    }
}
