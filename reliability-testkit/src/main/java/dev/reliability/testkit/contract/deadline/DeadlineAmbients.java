package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.deadline.DeadlineTry.Call;
import org.jspecify.annotations.Nullable;

/** DEADLINE-7: the deadline that is in the air. */
final class DeadlineAmbients {
    private DeadlineAmbients() {}

    static void isVisibleWhereItShould(DeadlineContract contract, World world, long outer, long inner, boolean enforced)
            throws Throwable {
        DeadlineTry attempt = new DeadlineTry(contract, world, DeadlineSpec.PLAIN);
        expectAmbient(attempt, null);
        Body body = () -> {
            expectAmbient(attempt, outer);
            Object unused = attempt.adapter.bind(inner, () -> {
                expectAmbient(attempt, Math.min(outer, inner));
                return null;
            });
            expectAmbient(attempt, outer);
            expectElsewhere(attempt, "alone", () -> attempt.adapter.ambientNanos(), null);
            expectElsewhere(attempt, "wrapped", attempt.adapter.wrap(() -> attempt.adapter.ambientNanos()), outer);
            return "done";
        };
        Object value = enforced ? attempt.adapter.call(outer, body) : attempt.adapter.bind(outer, body);
        attempt.expect("done".equals(value), "the value of the body", value);
        expectAmbient(attempt, null);
        doesNotEnforce(attempt, inner);
    }

    private static void expectAmbient(DeadlineTry attempt, @Nullable Long most) {
        check(attempt, "here", attempt.adapter.ambientNanos(), most);
    }

    private static void expectElsewhere(DeadlineTry attempt, String where, Body asks, @Nullable Long most)
            throws Throwable {
        Object seen = attempt.world.spawn(where, asks).await();
        check(attempt, "on a thread " + where, (Long) seen, most);
    }

    private static void check(DeadlineTry attempt, String where, @Nullable Long seen, @Nullable Long most) {
        boolean right =
                most == null ? seen == null : seen != null && seen <= most && (!attempt.virtual || seen.equals(most));
        attempt.expect(
                right,
                (most == null ? "no ambient deadline " : "an ambient deadline of " + most + " ns ") + where,
                seen == null ? "there is none" : "it has " + seen + " ns");
    }

    private static void doesNotEnforce(DeadlineTry attempt, long nanos) {
        DeadlineTry.Call call = bound(attempt, nanos);
        attempt.expect("done".equals(call.value()), "a bound deadline not to be enforced", call);
    }

    private static Call bound(DeadlineTry attempt, long nanos) {
        Object value = null;
        Throwable failure = null;
        try {
            value = attempt.adapter.bind(nanos, () -> {
                attempt.world.sleep(2 * nanos);
                return "done";
            });
        } catch (Throwable thrown) {
            failure = thrown;
        }
        return new Call(value, failure, 0, Thread.interrupted());
    }
}
