package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import java.util.List;

/** The contract of whatever {@link CleanupMutantsTest} puts in; not a test of its own. */
class CleanupMutant extends CleanupScopeContract {
    private static final String DEFECT = "cleanup.defect"; // for the processes of CLEANUP-10

    static CleanupDefect defect = CleanupDefect.valueOf(System.getProperty(DEFECT, "NONE"));

    /** Whether the adapter does nothing at all. */
    static boolean isNull;

    @Override
    protected CleanupAdapter create(CleanupSpec spec, World world) {
        return isNull ? new NullScope() : ReferenceLimits.create(spec, world, defect);
    }

    @Override
    protected List<String> jvmArguments() {
        return List.of("-D" + DEFECT + "=" + defect);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    private static final class NullScope implements CleanupAdapter {
        @Override
        public Object open(Body opener, Closer closer) {
            return "nothing";
        }

        @Override
        public void add(AutoCloseable value) {}

        @Override
        public void close() {}
    }
}
