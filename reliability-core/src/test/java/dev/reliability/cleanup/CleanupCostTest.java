package dev.reliability.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a scope costs in memory: a figure of docs, and EVENT-3. */
class CleanupCostTest {
    private static final int CALLS = 200_000;

    private static void threeResources() {
        try (CleanupScope scope = Cleanup.scope()) {
            scope.add(CleanupCostTest::resource);
            scope.add(CleanupCostTest::resource);
            scope.add(CleanupCostTest::resource);
        }
    }

    private static void resource() {}

    private static long allocatedPerCall(Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long me = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(me);
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        return (threads.getThreadAllocatedBytes(me) - before) / CALLS;
    }

    @Test
    void event_3_withoutAListenerAScopeOfThreeResourcesTakesNoMoreThanItsEntriesAndItself() {
        allocatedPerCall(CleanupCostTest::threeResources);
        long allocated = allocatedPerCall(CleanupCostTest::threeResources);
        assertThat(allocated).as("bytes of a scope with three entries").isLessThanOrEqualTo(136);
    }
}
