package dev.reliability.testkit.sim;

import java.util.random.RandomGenerator;

/**
 * The random numbers of a simulation, the same on every JDK: the generator is written out here, and so is every method
 * that is likely to be called, because the defaults of {@link RandomGenerator} are not specified to the bit.
 *
 * <p>Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014 (SplitMix64).
 */
final class Draws implements RandomGenerator {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    private Draws(long state) {
        this.state = state;
    }

    /** A generator for a purpose: other numbers, however close, give another sequence. */
    static Draws of(long seed, long... purpose) {
        long state = mix(seed + GAMMA);
        for (long number : purpose) {
            state = mix(state + GAMMA * (number + 1));
        }
        return new Draws(state);
    }

    static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public long nextLong() {
        state += GAMMA;
        return mix(state);
    }

    @Override
    public int nextInt() {
        return (int) (nextLong() >>> 32);
    }

    @Override
    public int nextInt(int bound) {
        return nextInt(0, bound);
    }

    @Override
    public int nextInt(int origin, int bound) {
        check(origin < bound, origin, bound);
        return (int) (origin + (((nextLong() >>> 32) * ((long) bound - origin)) >>> 32));
    }

    @Override
    public long nextLong(long bound) {
        return nextLong(0, bound);
    }

    @Override
    public long nextLong(long origin, long bound) {
        check(origin < bound, origin, bound);
        return origin + Long.remainderUnsigned(nextLong(), bound - origin);
    }

    @Override
    public boolean nextBoolean() {
        return nextLong() < 0;
    }

    @Override
    public float nextFloat() {
        return (nextLong() >>> 40) * 0x1.0p-24f;
    }

    @Override
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    @Override
    public double nextDouble(double bound) {
        return nextDouble(0, bound);
    }

    @Override
    public double nextDouble(double origin, double bound) {
        check(origin < bound, origin, bound);
        return Math.min(origin + nextDouble() * (bound - origin), Math.nextDown(bound));
    }

    private static void check(boolean right, Object origin, Object bound) {
        if (!right) {
            throw new IllegalArgumentException("bound must be above " + origin + ", but was " + bound);
        }
    }
}
