package dev.reliability.testkit.contract;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs what Jupiter finds in a contract test class, as a consumer without the jqwik engine would. */
final class GuardMain {
    private GuardMain() {}

    /** Prints what became of the tests. */
    public static void main(String[] args) {
        int[] count = new int[2];
        StringBuilder messages = new StringBuilder();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(SampleContract.class))
                                .filters(EngineFilter.includeEngines("junit-jupiter"))
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                if (test.isTest()) {
                                    count[result.getStatus() == TestExecutionResult.Status.SUCCESSFUL ? 0 : 1]++;
                                    result.getThrowable().ifPresent(messages::append);
                                }
                            }
                        });
        System.out.println(count[0] + " green, " + count[1] + " red" + (messages.isEmpty() ? "" : ": " + messages));
    }
}
