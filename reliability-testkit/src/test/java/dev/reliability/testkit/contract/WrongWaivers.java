package dev.reliability.testkit.contract;

import java.util.Map;

/** Waives without a reason; for {@link ContractTest}. */
class WrongWaivers extends SampleContract {
    @Override
    protected Map<String, String> waivers() {
        return Map.of("PUSH-3", " ");
    }
}
