package dev.reliability.testkit.contract;

/**
 * Thrown by an adapter that is asked for a capability that it declares unsupported.
 *
 * <p>The rule of such a capability tests just this, and is reported as {@code refused}. From a capability that is not
 * declared unsupported the exception is a broken rule.
 */
public final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Refuses.
     *
     * @param what is not supported, and what to use instead where there is something
     */
    public Unsupported(String what) {
        super(what);
    }
}
