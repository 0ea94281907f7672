package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.World;
import java.util.function.IntSupplier;

/** Deadlines as values. */
final class DeadlineValues {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;
    private static final double HEADER_ERROR = 1e-5; // eight digits of a unit, and units a thousand apart

    private DeadlineValues() {}

    /** DEADLINE-1. */
    static void ordered(DeadlineContract contract, World world, long one, long other, long passes)
            throws InterruptedException {
        DeadlineAdapter adapter = contract.create(DeadlineSpec.PLAIN, world);
        boolean exact = contract.isVirtual();
        DeadlineValue a = adapter.after(one);
        DeadlineValue b = adapter.after(other);
        if (exact || Math.abs(one - other) > SECOND) { // in real time passes between the two
            expect(
                    world,
                    Integer.signum(a.compareTo(b)) == Long.compare(one, other),
                    "the order of the spans",
                    a + ", " + b);
            expect(world, a.equals(b) == (one == other), "equality to agree with the order", a + ", " + b);
            long left = a.min(b).remainingNanos();
            expect(world, left <= Math.min(one, other), "the earlier of " + one + " and " + other, "it has " + left);
            expect(world, !exact || left == Math.min(one, other), "the earlier one's rest", "it has " + left);
        }
        long before = a.remainingNanos();
        world.sleep(passes);
        long after = a.remainingNanos();
        expect(world, after <= before - passes, "what remains to fall by " + passes, before + " then " + after);
        expect(world, !exact || a.isExpired() == (one <= passes), "expiry to agree with what remains", a);
        boolean expired = a.isExpired();
        world.sleep(passes);
        expect(world, !expired || a.isExpired(), "an expired deadline to stay so", a);
        try {
            int order = a.compareTo(adapter.afterOnAnotherSource(other));
            throw world.history().broken("values of two time sources not to compare", "the answer was " + order);
        } catch (IllegalArgumentException refusal) {
            world.record("refused: " + refusal.getMessage());
        }
    }

    /** DEADLINE-9. */
    static void converted(DeadlineContract contract, World world, long nanos) {
        DeadlineAdapter adapter = contract.create(DeadlineSpec.PLAIN, world);
        DeadlineValue value = adapter.after(nanos);
        boolean exact = contract.isVirtual();
        rounded(world, "milliseconds", value::millis, nanos, MILLI, exact);
        rounded(world, "seconds", value::seconds, nanos, SECOND, exact);
    }

    private static void rounded(
            World world, String unit, IntSupplier conversion, long nanos, long size, boolean exact) {
        if (nanos <= 0) {
            try {
                int seen = conversion.getAsInt();
                throw world.history().broken("an expired deadline not to be converted", "it is " + seen + " " + unit);
            } catch (RuntimeException refusal) {
                world.record("refused: " + refusal.getMessage());
                return;
            }
        }
        long most = Math.min(Integer.MAX_VALUE, (nanos - 1) / size + 1);
        int seen = conversion.getAsInt();
        expect(
                world,
                seen >= 1 && seen <= most && (!exact || seen == most),
                nanos + " ns to be " + most + " " + unit,
                "it is " + seen);
    }

    /** DEADLINE-10: a span on its way for so long. */
    static void travels(DeadlineContract contract, World world, long nanos, long way) throws InterruptedException {
        DeadlineAdapter adapter = contract.create(DeadlineSpec.PLAIN, world);
        String text = adapter.after(nanos).toHeader();
        world.record("sent: " + text);
        world.sleep(way);
        long seen = adapter.ofHeader(text).remainingNanos();
        double error = HEADER_ERROR * nanos + 1;
        expect(
                world,
                seen <= nanos + error && (!contract.isVirtual() || seen >= nanos),
                "the remaining " + nanos + " ns to travel, in " + text,
                "it was " + seen);
        world.sleep(nanos);
        DeadlineValue expired = adapter.after(0);
        try {
            String sent = expired.toHeader();
            throw world.history().broken("an expired deadline not to travel", "it was sent as " + sent);
        } catch (RuntimeException refusal) {
            world.record("refused: " + refusal.getMessage());
        }
    }

    /** DEADLINE-12: after so long a share of the rest is taken, and a span reserved. */
    static void divided(DeadlineContract contract, World world, long nanos, long passes, double share, long reserved)
            throws InterruptedException {
        DeadlineAdapter adapter = contract.create(DeadlineSpec.PLAIN, world);
        DeadlineValue value = adapter.after(nanos);
        world.sleep(passes);
        long rest = value.remainingNanos();
        long part = value.fraction(share).remainingNanos();
        double expected = rest <= 0 ? rest : rest * share;
        expect(
                world,
                part <= expected + 2 && (!contract.isVirtual() || part >= expected - 2),
                "a share of " + share + " of the remaining " + rest + " ns",
                "it is " + part);
        long left = value.reserving(reserved).remainingNanos();
        expect(
                world,
                left <= rest - reserved && (!contract.isVirtual() || left == rest - reserved),
                reserved + " of " + rest + " ns to be reserved",
                left + " are left");
    }

    private static void expect(World world, boolean kept, String expected, Object seen) {
        world.history().expect(kept, expected, seen);
    }
}
