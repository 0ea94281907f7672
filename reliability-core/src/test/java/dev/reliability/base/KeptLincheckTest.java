package dev.reliability.base;

import dev.reliability.Interleavings;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Counters that are forgotten at zero: no count is lost, and nobody counts on one that is gone. */
@Tag("lincheck")
class KeptLincheckTest {
    @Test
    void breaker_20_mutex_15_whatIsKeptIsLinearizable() {
        Interleavings.areLinearizable(Counters.class, Counter.class);
    }

    @Test
    void breaker_20_mutex_15_forgettingWhatIsUsedIsFound() {
        Interleavings.areBrokenIn(Careless.class, Counter.class);
    }

    public static final class Counters {
        private final Kept<String, AtomicInteger> kept =
                new Kept<>(key -> new AtomicInteger(), count -> count.get() == 0, () -> {});

        @Operation
        public int up() {
            return change(1);
        }

        @Operation
        public int down() {
            return change(-1);
        }

        private int change(int by) {
            Kept.Entry<AtomicInteger> entry = kept.enter("key");
            int now = entry.value().addAndGet(by);
            kept.leave("key", entry);
            return now;
        }

        @Validate
        public void nothingIsKeptForNothing() {
            AtomicInteger count = kept.get("key");
            if (count != null && count.get() == 0) {
                throw new IllegalStateException("kept");
            }
        }
    }

    public static final class Counter {
        private int count;

        public int up() {
            return ++count;
        }

        public int down() {
            return --count;
        }
    }

    /** Forgets what remembers nothing without asking who else uses it. */
    public static final class Careless {
        private final ConcurrentHashMap<String, AtomicInteger> kept = new ConcurrentHashMap<>();

        @Operation
        public int up() {
            return change(1);
        }

        @Operation
        public int down() {
            return change(-1);
        }

        private int change(int by) {
            AtomicInteger count = kept.computeIfAbsent("key", key -> new AtomicInteger());
            int now = count.addAndGet(by);
            if (count.get() == 0) {
                kept.remove("key", count);
            }
            return now;
        }
    }
}
