package dev.reliability.example.peers;

import dev.reliability.testkit.contract.breaker.BreakerSpec;

/** The same breaker, told how many probes may run at a time, not how many successes close it. */
class Resilience4jOneProbe extends Resilience4jBreaker {
    @Override
    int permitted(BreakerSpec spec) {
        return Math.max(1, spec.probes());
    }
}
