package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.deadline.DeadlineTry.Call;

/** DEADLINE-3: what becomes of the one bit of the thread that runs the body. */
enum DeadlineInterrupts {
    /** (a) The flag is set when the time is up: none is sent, and it stays. */
    SET_BEFORE_THE_EXPIRY {
        @Override
        void check(DeadlineTry attempt, long limit) {
            Call call = attempt.call(limit, () -> {
                Thread.currentThread().interrupt();
                attempt.world.busy(2 * limit);
                return "late";
            });
            attempt.expectExceeded(call);
            attempt.expect(call.interrupted(), "the flag of the body's own interrupt to stay", "it is gone");
        }
    },
    /** (b) An interrupt from outside, and a body that ends in time. */
    SET_AND_IN_TIME {
        @Override
        void check(DeadlineTry attempt, long limit) {
            Call call = attempt.call(limit, () -> {
                Thread.currentThread().interrupt();
                attempt.world.busy(limit / 2);
                return "in time";
            });
            attempt.expect("in time".equals(call.value()), "the value of the body", call);
            attempt.expect(call.interrupted(), "the interrupt from outside to survive", "it is gone");
        }
    },
    /** (c) An interrupt between the firing and the end of the body merges with that of the limit. */
    SET_AFTER_THE_EXPIRY {
        @Override
        void check(DeadlineTry attempt, long limit) {
            Call call = attempt.call(limit, () -> {
                attempt.world.busy(2 * limit);
                Thread.currentThread().interrupt();
                return "late";
            });
            attempt.expectExceeded(call);
            attempt.expect(!call.interrupted(), "the flag to be clear: the two merged", "it is set");
        }
    },
    /** (d) The end of an inner limit, with the outer one expired: the interrupt is the outer's now. */
    INNER_ENDS_AFTER_THE_OUTER {
        @Override
        void check(DeadlineTry attempt, long limit) {
            boolean[] pending = new boolean[1];
            Call call = attempt.call(limit, () -> {
                Throwable inner = inner(attempt, limit / 2, 2 * limit);
                pending[0] = Thread.currentThread().isInterrupted();
                attempt.expect(inner != null, "the inner limit to be exceeded", "it was not");
                return "late";
            });
            attempt.expectExceeded(call);
            attempt.expect(pending[0], "the interrupt of the outer limit to be pending in its body", "it is not");
            attempt.expect(!call.interrupted(), "the flag to be clear after the outer call", "it is set");
        }
    },
    /** (d) The end of an inner limit alone. */
    INNER_ENDS_ALONE {
        @Override
        void check(DeadlineTry attempt, long limit) {
            boolean[] pending = new boolean[1];
            Call call = attempt.call(limit, () -> {
                Throwable inner = inner(attempt, limit / 4, limit / 2);
                pending[0] = Thread.currentThread().isInterrupted();
                attempt.expect(inner != null, "the inner limit to be exceeded", "it was not");
                return "in time";
            });
            attempt.expect("in time".equals(call.value()), "the value of the body", call);
            attempt.expect(!pending[0], "no interrupt to be left by the inner limit", "there is one");
        }
    },
    /** (e) The InterruptedException of the limit is translated, and nothing comes later. */
    ANSWERED {
        @Override
        void check(DeadlineTry attempt, long limit) {
            Call call = attempt.call(limit, () -> {
                attempt.world.sleep(20 * limit);
                return "late";
            });
            attempt.expectExceeded(call);
            attempt.expectTook(call, attempt.virtual ? limit : 0);
            attempt.world.busy(3 * limit);
            boolean later = Thread.interrupted();
            attempt.expect(!call.interrupted() && !later, "no interrupt to be pending after the call", "there is one");
        }
    };

    abstract void check(DeadlineTry attempt, long limit);

    static void oneBit(DeadlineContract contract, World world, DeadlineInterrupts which, long limit) {
        which.check(new DeadlineTry(contract, world, DeadlineSpec.PLAIN), limit);
    }

    private static Throwable inner(DeadlineTry attempt, long limit, long lasts) {
        try {
            attempt.adapter.call(limit, () -> {
                attempt.world.busy(lasts);
                return "inner";
            });
            throw attempt.world.history().broken("the inner limit to be exceeded", "it gave a value");
        } catch (AssertionError broken) {
            throw broken;
        } catch (Throwable failure) {
            return failure;
        }
    }
}
