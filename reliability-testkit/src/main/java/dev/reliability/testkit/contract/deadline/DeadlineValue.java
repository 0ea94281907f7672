package dev.reliability.testkit.contract.deadline;

/** A deadline as a value. Equal if and only if it is the same instant of the same time source. */
public interface DeadlineValue extends Comparable<DeadlineValue> {
    /**
     * What remains.
     *
     * @return nanoseconds; zero or negative once it has expired
     */
    long remainingNanos();

    /**
     * Whether the time is up.
     *
     * @return true once it is
     */
    boolean isExpired();

    /**
     * The earlier of two.
     *
     * @param other of the same adapter
     * @return one of the two, or its equal
     */
    DeadlineValue min(DeadlineValue other);

    /**
     * A share of what remains.
     *
     * @param share from 0 to 1
     * @return an earlier deadline
     */
    DeadlineValue fraction(double share);

    /**
     * Keeps time for what comes after.
     *
     * @param nanos how much
     * @return a deadline that is as much earlier
     */
    DeadlineValue reserving(long nanos);

    /**
     * What remains, for an API that counts milliseconds.
     *
     * @return milliseconds
     */
    int millis();

    /**
     * What remains, for an API that counts seconds.
     *
     * @return seconds
     */
    int seconds();

    /**
     * What travels to another process.
     *
     * @return a text for {@link DeadlineAdapter#ofHeader}
     */
    String toHeader();
}
