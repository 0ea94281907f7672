package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.World;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** CLEANUP-11: a scope that nobody closes, and nobody can close any more. */
final class CleanupLeaks {
    private static final int COLLECTIONS = 6; // one is nearly always enough

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
        for (int i = 0; i < (forgotten == 0 ? 2 : COLLECTIONS) && heard.size() < forgotten; i++) {
            System.gc();
            asked.reportLeaks();
        }
        System.gc();
        asked.reportLeaks();
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

    private static void openAndForget(CleanupScopeContract contract, World world, CleanupSpec spec) throws Throwable {
        contract.create(spec, world).add(() -> {});
    }

    private static void openAndClose(CleanupScopeContract contract, World world, CleanupSpec spec) throws Throwable {
        CleanupAdapter scope = contract.create(spec, world);
        scope.add(() -> {});
        scope.close();
    }
}
