package dev.reliability.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One object for each key, while it is used or remembers something. Other threads come in at the checkpoints. */
class KeptTest {
    private final List<String> made = new ArrayList<>();
    private final Deque<Runnable> meanwhile = new ArrayDeque<>();
    private final AtomicInteger checkpoints = new AtomicInteger();
    private boolean forgettable = true;

    private final Kept<String, AtomicInteger> kept = new Kept<>(
            key -> {
                made.add(key);
                return new AtomicInteger(made.size());
            },
            value -> forgettable,
            () -> {
                checkpoints.incrementAndGet();
                if (!meanwhile.isEmpty()) {
                    meanwhile.pop().run();
                }
            });

    @Test
    void anObjectThatIsUsed_isTheSameForAll_andForgottenAfterTheLast() {
        Kept.Entry<AtomicInteger> first = kept.enter("a");
        Kept.Entry<AtomicInteger> second = kept.enter("a");
        assertThat(second.value()).isSameAs(first.value()).isSameAs(kept.get("a"));
        assertThat(kept.size()).isEqualTo(1);
        kept.leave("a", first);
        assertThat(kept.size()).as("one still uses it").isEqualTo(1);
        kept.leave("a", second);
        assertThat(kept.size()).isZero();
        assertThat(kept.get("a")).isNull();
        assertThat(made).containsExactly("a");
        assertThat(kept.enter("a").value()).hasValue(2);
        assertThat(made).as("forgotten, so made anew").containsExactly("a", "a");
    }

    @Test
    void anObjectThatRemembers_isKept_untilItForgets() {
        forgettable = false;
        kept.leave("a", kept.enter("a"));
        assertThat(kept.get("a")).hasValue(1);
        Kept.Entry<AtomicInteger> again = kept.enter("a");
        assertThat(again.value()).hasValue(1);
        forgettable = true;
        kept.leave("a", again);
        assertThat(kept.size()).isZero();
    }

    @Test
    void somebodyEntersAfterTheLook_theObjectStays() {
        Kept.Entry<AtomicInteger> first = kept.enter("a");
        List<Kept.Entry<AtomicInteger>> entered = new ArrayList<>();
        meanwhile.push(() -> entered.add(kept.enter("a")));
        kept.leave("a", first);
        assertThat(entered).extracting(Kept.Entry::value).containsExactly(first.value());
        assertThat(kept.get("a")).isSameAs(first.value());
        kept.leave("a", entered.get(0));
        assertThat(kept.size()).isZero();
    }

    /** It has changed the object perhaps, so that the look is worth nothing, though nobody uses it. */
    @Test
    void somebodyEntersAndLeavesAfterTheLook_theObjectStays() {
        Kept.Entry<AtomicInteger> first = kept.enter("a");
        meanwhile.push(() -> {
            Kept.Entry<AtomicInteger> other = kept.enter("a");
            forgettable = false;
            kept.leave("a", other);
        });
        kept.leave("a", first);
        assertThat(kept.get("a")).isSameAs(first.value());
    }

    @Test
    void theObjectIsForgottenWhileSomebodyEnters_whoGetsANewOne() {
        Kept.Entry<AtomicInteger> first = kept.enter("a");
        meanwhile.push(() -> kept.leave("a", first));
        Kept.Entry<AtomicInteger> second = kept.enter("a");
        assertThat(second.value()).isNotSameAs(first.value()).isSameAs(kept.get("a"));
        assertThat(checkpoints).hasValue(2);
    }

    @Test
    void twoMakeTheObjectAtOnce_theFirstInTheMapCounts() {
        Kept<String, Object> racing = new Kept<>(
                key -> {
                    if (!meanwhile.isEmpty()) {
                        meanwhile.pop().run();
                    }
                    return new Object();
                },
                value -> true,
                () -> {});
        List<Object> others = new ArrayList<>();
        meanwhile.push(() -> others.add(racing.enter("a").value()));
        assertThat(racing.enter("a").value()).isSameAs(others.get(0));
    }
}
