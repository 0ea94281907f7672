package dev.reliability.example.peers;

import dev.reliability.testkit.contract.breaker.BreakerSpec;

/** The same breaker, told how many probes may run at a time, not how many successes close it. */
class FailsafeOneProbe extends FailsafeBreaker {
    @Override
    int probes(BreakerSpec spec) {
        return Math.max(1, spec.probes());
    }
}
