package dev.reliability.testkit.sim;

/** Says that code does something outside the simulation. */
final class NotSimulatable extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String reason;

    NotSimulatable(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
