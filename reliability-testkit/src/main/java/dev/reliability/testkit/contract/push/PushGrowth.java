package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.contract.Settings;
import dev.reliability.testkit.fault.HttpDestination;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PUSH-10: pushes in windows of equal size, the first of which warms up; after each of the others the heap is measured.
 *
 * <p>A leak grows in every window; noise (a class that is loaded late, a buffer that is kept) grows in one and not in the
 * next. So the verdict is by the median of the growth of the windows, with an allowance for what one measurement may be
 * off. Where the windows are short, caches and the compiler may still be warming up in all of them; a leak does not end,
 * warming up does: what grows is given a few more rounds, and is a leak if it grows in each of them.
 *
 * <p>Each window has a destination of its own: the history of the kit must not count.
 */
final class PushGrowth {
    static final int WINDOWS = 6;
    private static final int ROUNDS = 4;
    private static final int LEAST = 10; // pushes of a window
    private static final Logger LOG = LoggerFactory.getLogger(PushGrowth.class);
    private static final long BYTES = 100; // for each push
    private static final long NOISE = 32 * 1024; // for each window: as much as a measurement may be off
    private static final List<MemoryPoolMXBean> POOLS = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();

    private PushGrowth() {}

    static void noGrowth(PushTry attempt, PushEvent event) throws Exception {
        int pushes = warmUp(attempt, event);
        Traces before = new Traces();
        String seen = "";
        boolean grows = true;
        for (int round = 1; grows && round <= ROUNDS; round++) {
            long[] growth = round(attempt, event, pushes);
            seen = "bytes of growth in windows of " + pushes + " pushes: " + Arrays.toString(growth);
            attempt.note(seen);
            Arrays.sort(growth);
            grows = growth[growth.length / 2] >= BYTES * pushes + NOISE;
        }
        attempt.expect(!grows, "less than " + BYTES + " bytes of growth a push", seen + ", in round " + ROUNDS);
        attempt.expect(
                before.lastingThreads().isEmpty(), "no thread to stay behind", "there were " + before.lastingThreads());
        attempt.expect(
                before.lastingDescriptors() == 0,
                "no file descriptor to stay behind",
                "there were " + before.lastingDescriptors() + " more");
    }

    /** The growth of each window. */
    private static long[] round(PushTry attempt, PushEvent event, int pushes) throws Exception {
        long[] growth = new long[WINDOWS - 1];
        long heap = heap();
        for (int i = 0; i < growth.length; i++) {
            window(attempt, event, pushes);
            long now = heap();
            growth[i] = now - heap;
            heap = now;
        }
        return growth;
    }

    /** The first window, which stops at its share of the time budget: a push may be slow. */
    private static int warmUp(PushTry attempt, PushEvent event) throws Exception {
        int asked = Math.max(1, Settings.pushes() / WINDOWS);
        long shareNanos = Settings.budget().toNanos() / WINDOWS;
        int done = 0;
        long startedNanos = System.nanoTime();
        while (done < asked && (done < LEAST || System.nanoTime() - startedNanos < shareNanos)) {
            int some = Math.min(LEAST, asked - done);
            window(attempt, event, some);
            done += some;
        }
        if (done < asked) {
            LOG.info("PUSH-10: {} windows of {} instead of {} pushes fit the time budget", WINDOWS, done, asked);
        }
        return done;
    }

    private static void window(PushTry attempt, PushEvent event, int pushes) throws Exception {
        try (HttpDestination http = new HttpDestination()) {
            PushFlow flow = attempt.flow.to(
                    List.of(new PushDestination("shop", http.uri("/shop").toString())));
            for (int i = 0; i < pushes; i++) {
                PushResult result = attempt.pushUnrecorded(event, flow);
                attempt.expect(result.success(), "success", "push " + (i + 1) + " of a window gave " + result);
            }
        }
    }

    /** The heap that was in use when a collection had ended, the least of a few: what was allocated since does not count. */
    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, POOLS.stream().mapToLong(PushGrowth::kept).sum());
        }
        return least;
    }

    /** What the last collection left in a pool; what is in use where the collector does not tell. */
    private static long kept(MemoryPoolMXBean pool) {
        MemoryUsage usage = pool.getCollectionUsage();
        return (usage == null ? pool.getUsage() : usage).getUsed();
    }
}
