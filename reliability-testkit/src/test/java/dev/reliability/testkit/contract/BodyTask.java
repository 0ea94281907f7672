package dev.reliability.testkit.contract;

import dev.reliability.InterruptibleTask;

/** A body as a task of core: it throws what it throws, whatever it declares. */
public final class BodyTask {
    private BodyTask() {}

    /** The task that runs a body. */
    public static InterruptibleTask<Object, RuntimeException> of(Body body) {
        return () -> {
            try {
                return body.run();
            } catch (Throwable failure) {
                BodyTask.<RuntimeException>throwAsIs(failure);
                return null; // never comes here
            }
        };
    }

    @SuppressWarnings("unchecked") // erased: whatever it is, it is thrown as it is
    private static <X extends Throwable> void throwAsIs(Throwable failure) throws X {
        throw (X) failure;
    }
}
