package dev.reliability.testkit.contract.limit;

/**
 * The limiter that a try needs. What an adapter cannot make it refuses with {@link
 * dev.reliability.testkit.contract.Unsupported}.
 *
 * @param name what it limits
 * @param permits how many in each span of a rate, or how many at a time
 * @param perNanos the span of a rate; 0: it limits how many at a time
 * @param burst how many more than the permits a window of that span may see; only with {@link LimiterCapability#BURST}
 */
public record LimiterSpec(String name, int permits, long perNanos, int burst) {
    /**
     * Whether it limits how often.
     *
     * @return false if it limits how many at a time
     */
    public boolean isRate() {
        return perNanos > 0;
    }

    static LimiterSpec rate(int permits, long perNanos, int burst) {
        return new LimiterSpec("provider", permits, perNanos, burst);
    }

    static LimiterSpec concurrency(int permits) {
        return new LimiterSpec("provider", permits, 0, 0);
    }

    /** How many permits any window may see. */
    int mostInAWindow() {
        return permits + burst;
    }
}
