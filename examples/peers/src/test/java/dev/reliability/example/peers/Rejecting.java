package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.retry.RetryChoice;

/** Lets a retry that judges exceptions only reject results, as its users would: the body throws, and is forgiven in the end. */
final class Rejecting extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Object result;

    private Rejecting(Object result) {
        super("rejected", null, false, false);
        this.result = result;
    }

    Object result() {
        return result;
    }

    static Object run(RetryChoice choice, Body body) throws Throwable {
        Object result = body.run();
        if (choice.rejected() != null && rejects(choice, result)) {
            throw new Rejecting(result);
        }
        return result;
    }

    /** A predicate that throws accepts: the retry itself has none that could. */
    private static boolean rejects(RetryChoice choice, Object result) {
        try {
            return choice.rejected().test(result);
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** What the caller gets of a failure of the retry. */
    static Object ended(Throwable failure) throws Throwable {
        if (failure instanceof Rejecting rejected) {
            return rejected.result();
        }
        throw failure;
    }
}
