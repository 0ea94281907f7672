package dev.reliability.testkit.contract.retry;

import java.util.random.RandomGenerator;

/** How long the reference waits. */
record ReferenceBackoff(BackoffSpec spec, RetryDefect defect) {
    /** The function has thrown its cause. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken(Throwable cause) {
            super(cause);
        }
    }

    long delayNanos(int attempt, long previousNanos, RandomGenerator random) {
        if (spec.function() != null) {
            try {
                return spec.function().applyAsLong(attempt);
            } catch (RuntimeException broken) {
                throw new Broken(broken);
            }
        }
        if (defect == RetryDefect.MULTIPLIES_IN_LONG && spec.jitter() == BackoffSpec.Jitter.NONE) {
            long factor = Math.round(spec.factor());
            long power = 1;
            for (int i = 1; i < Math.min(attempt, 100); i++) {
                power *= factor;
            }
            return Math.max(0, Math.min(spec.capNanos(), spec.baseNanos() * power));
        }
        double low = spec.lowNanos(attempt);
        double high = spec.highNanos(attempt, previousNanos);
        if (defect == RetryDefect.CLAMPS_AFTER_JITTER && spec.jitter() == BackoffSpec.Jitter.PLUS_MINUS) {
            high = spec.valueNanos(attempt) * (1 + spec.share());
            return (long) Math.min((double) spec.capNanos(), low + random.nextDouble() * (high - low));
        }
        if (defect == RetryDefect.JITTER_LEAVES_THE_CAP && spec.jitter() == BackoffSpec.Jitter.PLUS_MINUS) {
            return (long) (low + random.nextDouble() * (spec.valueNanos(attempt) * (1 + spec.share()) - low));
        }
        return Math.min(spec.capNanos(), (long) (low + random.nextDouble() * (high - low)));
    }
}
