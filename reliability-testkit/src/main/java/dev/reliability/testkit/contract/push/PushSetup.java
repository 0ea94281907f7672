package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.fault.FaultPlan;
import java.util.Collections;
import java.util.List;

/**
 * What is generated for one try beside the event.
 *
 * @param platform one of the contract's
 * @param environments of the configuration; the first one is chosen; empty for none
 * @param plans one for each destination: what happens to its requests
 * @param attempts the limit for each delivery
 */
record PushSetup(String platform, List<String> environments, List<FaultPlan> plans, int attempts) {
    PushSetup {
        environments = List.copyOf(environments);
        plans = List.copyOf(plans);
    }

    /** Surroundings without environments, with one plan for all destinations. */
    static PushSetup on(String platform, FaultPlan plan, int destinations) {
        return new PushSetup(platform, List.of(), Collections.nCopies(destinations, plan), 3);
    }

    PushSetup attempting(int limit) {
        return new PushSetup(platform, environments, plans, limit);
    }
}
