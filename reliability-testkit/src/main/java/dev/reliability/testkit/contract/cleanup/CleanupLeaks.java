package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.Settings;
import dev.reliability.testkit.contract.World;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** CLEANUP-11: a scope that nobody closes, and nobody can close any more. */
final class CleanupLeaks {
    private static final Logger LOG = LoggerFactory.getLogger(CleanupLeaks.class);

    private CleanupLeaks() {}

    static void areReported(CleanupScopeContract contract, World world, int forgotten, int closed) throws Throwable {
        List<CleanupHeard> heard = new CopyOnWriteArrayList<>();
        CleanupSpec spec = CleanupSpec.tellingTo(heard::add).detectingLeaks();
        for (int i = 0; i < closed; i++) {
            openAndClose(contract, world, spec);
        }
        for (int i = 0; i < forgotten; i++) {
            openAndForget(contract, world, spec);
        }
        CleanupAdapter asked = contract.create(CleanupSpec.PLAIN, world);
        awaitLeaks(asked, heard, forgotten);
        collect(asked); // what is reported beyond that is wrong
        asked.close();
        List<CleanupHeard> leaks = heard.stream()
                .filter(event -> event.kind() == CleanupHeard.Kind.LEAKED)
                .toList();
        world.history()
                .expect(
                        leaks.size() == forgotten,
                        forgotten + " leaks to be reported, of " + closed + " other scopes that were closed",
                        "there were " + leaks.size());
        for (CleanupHeard leak : leaks) {
            boolean placed =
                    leak.stack().stream().anyMatch(frame -> frame.getClassName().equals(CleanupLeaks.class.getName()));
            world.history().expect(placed, "the place where the scope was opened", leak.stack());
        }
    }

    /** When a collected object is noticed is up to the JVM: a busy machine takes its time. */
    private static void awaitLeaks(CleanupAdapter asked, List<CleanupHeard> heard, int forgotten) {
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(Settings.patience().dividedBy(2))
                    .until(() -> collect(asked) && heard.size() >= forgotten);
        } catch (ConditionTimeoutException missing) {
            LOG.debug("{} of {} leaks were reported in time", heard.size(), forgotten);
        }
    }

    private static boolean collect(CleanupAdapter asked) {
        System.gc();
        asked.reportLeaks();
        return true;
    }

    private static void openAndForget(CleanupScopeContract contract, World world, CleanupSpec spec) throws Throwable {
        contract.create(spec, world).add(() -> {});
    }

    private static void openAndClose(CleanupScopeContract contract, World world, CleanupSpec spec) throws Throwable {
        CleanupAdapter scope = contract.create(spec, world);
        scope.add(() -> {});
        scope.close();
    }
}
