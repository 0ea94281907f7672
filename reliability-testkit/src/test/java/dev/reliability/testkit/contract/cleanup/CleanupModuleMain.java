package dev.reliability.testkit.contract.cleanup;

import java.util.List;

/** Tries CLEANUP-10 once, without an engine: run by {@link CleanupModuleTest} on the module path. */
final class CleanupModuleMain {
    private CleanupModuleMain() {}

    /** The contract of our own scope, with an option too many if asked for. */
    static final class WrongOption extends CoreCleanupScopeContractTest {
        @Override
        protected List<String> jvmArguments() {
            return List.of("--no-such-option");
        }
    }

    @SuppressWarnings("SystemOut") // it is what the test reads
    public static void main(String[] arguments) throws Throwable {
        CleanupScopeContract contract =
                arguments[0].equals("kept") ? new CoreCleanupScopeContractTest() : new WrongOption();
        try {
            contract.cleanup_10_closedWhenTheProcessGoesDown(CleanupProcess.Owner.CLOSES);
            System.out.println("CLEANUP-10 is kept in module "
                    + CleanupModuleMain.class.getModule().getName());
        } catch (AssertionError broken) {
            System.out.println(broken.getMessage());
        }
    }
}
