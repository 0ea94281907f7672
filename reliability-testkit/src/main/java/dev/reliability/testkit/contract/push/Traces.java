package dev.reliability.testkit.contract.push;

import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.reliability.testkit.contract.Settings;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What pushes may leave behind in this JVM: threads and file descriptors. Some go only some time after the push, and the
 * threads of the JDK's own HTTP client only when the client is collected: so both are looked at for a while.
 */
final class Traces {
    /** Threads that belong to the JVM or to the kit, and come and go as they please. */
    private static final Set<String> FOREIGN = Set.of(
            "http-destination",
            "process reaper",
            "ForkJoinPool.commonPool",
            "Common-Cleaner",
            "reliability-kit",
            "Attach Listener");

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Set<Thread> threads = threads();
    private final long descriptors = descriptors();

    /** What there is now. */
    Traces() {}

    /** The threads that came since and stay; empty if not more came than went. */
    Set<String> lastingThreads() {
        settles(() -> arrived().size() <= departed());
        Set<Thread> arrived = arrived();
        return arrived.size() <= departed()
                ? Set.of()
                : arrived.stream().map(Thread::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The descriptors that came since and stay; 0 where they cannot be counted. */
    long lastingDescriptors() {
        settles(() -> descriptors() <= descriptors);
        return Math.max(0, descriptors() - descriptors);
    }

    private Set<Thread> arrived() {
        Set<Thread> now = threads();
        now.removeAll(threads);
        return now;
    }

    private long departed() {
        return threads.stream().filter(thread -> !thread.isAlive()).count();
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> FOREIGN.stream().noneMatch(thread.getName()::startsWith))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    private static void settles(BooleanSupplier settled) {
        try {
            await().pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .atMost(Settings.scaled(PATIENCE))
                    .until(() -> {
                        boolean done = settled.getAsBoolean();
                        if (!done) {
                            System.gc();
                        }
                        return done;
                    });
        } catch (ConditionTimeoutException e) {
            // The caller looks once more, and says what has stayed.
            Thread.onSpinWait();
        }
    }
}
