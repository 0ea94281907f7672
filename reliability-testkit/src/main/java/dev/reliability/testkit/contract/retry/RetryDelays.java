package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.retry.RetryTry.Call;
import dev.reliability.testkit.contract.retry.RetryTry.Run;
import java.util.Arrays;
import java.util.List;

/** How long a retry waits. */
final class RetryDelays {
    private static final int DRAWS = 1000;
    private static final double ALPHA = 1e-9;

    private RetryDelays() {}

    /** RETRY-4: without jitter, at these attempts in rising order. */
    static void neverDecreases(RetryContract contract, World world, BackoffSpec backoff, List<Integer> attempts) {
        RetryAdapter adapter = contract.create(RetrySpec.of(RetrySpec.UNLIMITED, backoff), world);
        long before = 0;
        int beforeAttempt = 0;
        for (int attempt : attempts) {
            long delay = adapter.delayNanos(attempt, before, world.random());
            within(world, backoff, attempt, delay);
            world.history()
                    .expect(
                            delay >= before,
                            "delays that never decrease",
                            "it is " + before + " ns after attempt " + beforeAttempt + " and " + delay
                                    + " ns after attempt " + attempt);
            before = delay;
            beforeAttempt = attempt;
        }
    }

    private static void within(World world, BackoffSpec backoff, int attempt, long delay) {
        world.history()
                .expect(
                        delay >= 0 && delay <= backoff.capNanos(),
                        "a delay from 0 to " + backoff.capNanos() + " ns after attempt " + attempt,
                        "it is " + delay + " ns");
    }

    /** RETRY-5: Kolmogorov's test, with the bound of Dvoretzky, Kiefer, Wolfowitz and Massart, which holds for any count. */
    static void spreadsAsDocumented(
            RetryContract contract, World world, BackoffSpec backoff, int attempt, long previous) {
        RetryAdapter adapter = contract.create(RetrySpec.of(RetrySpec.UNLIMITED, backoff), world);
        long[] draws = new long[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            draws[i] = adapter.delayNanos(attempt, previous, world.random());
        }
        Arrays.sort(draws);
        double low = backoff.lowNanos(attempt);
        double high = backoff.highNanos(attempt, previous);
        double distance = 0;
        for (int i = 0; i < DRAWS; i++) {
            double expected = Math.min(1, Math.max(0, (draws[i] - low) / (high - low)));
            distance = Math.max(distance, Math.max(expected - (double) i / DRAWS, (i + 1.0) / DRAWS - expected));
        }
        double bound = Math.sqrt(Math.log(2 / ALPHA) / (2 * DRAWS));
        world.history()
                .expect(
                        distance <= bound,
                        String.format("draws spread evenly from %.0f to %.0f ns", low, high),
                        String.format(
                                "they go from %d by %d to %d ns, and are %.3f off, where chance gives %.3f",
                                draws[0], draws[DRAWS / 2], draws[DRAWS - 1], distance, bound));
    }

    /** RETRY-6. */
    static void jitterStaysWithin(RetryContract contract, World world, BackoffSpec backoff, List<Integer> attempts) {
        RetryAdapter adapter = contract.create(RetrySpec.of(RetrySpec.UNLIMITED, backoff), world);
        long previous = 0;
        for (int attempt : attempts) {
            for (int i = 0; i < 20; i++) {
                long delay = adapter.delayNanos(attempt, previous, world.random());
                within(world, backoff, attempt, delay);
                previous = delay;
            }
        }
    }

    /** RETRY-7. */
    static void waitsInFull(RetryContract contract, World world, long delayNanos, int attempts) {
        RetryTry attempt = new RetryTry(contract, RetrySpec.of(attempts, BackoffSpec.constant(delayNanos)), world);
        Call call = attempt.call(Step.CHECKED::take);
        attempt.expect(call.runs().size() > 1, "another attempt", "there was none");
        for (int i = 1; i < call.runs().size(); i++) {
            gapAtLeast(attempt, call, i, delayNanos);
        }
    }

    /** The wait after a run, 1 being the first. */
    static void gapAtLeast(RetryTry attempt, Call call, int run, long nanos) {
        Run failed = call.runs().get(run - 1);
        Run next = call.runs().get(run);
        long waited = next.beganNanos() - failed.endedNanos();
        attempt.expect(waited >= nanos, "a wait of " + nanos + " ns after attempt " + run, "it was " + waited + " ns");
    }
}
