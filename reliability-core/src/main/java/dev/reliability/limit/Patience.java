package dev.reliability.limit;

import dev.reliability.time.Deadline;

/**
 * How long a caller waits: its own limit, or what the ambient deadline leaves if that is less. A permit that comes at the
 * very instant of the deadline would be of no use, so that instant is not waited for.
 *
 * @param nanos how long; zero or negative is one try
 * @param byDeadline whether the deadline decided
 */
record Patience(long nanos, boolean byDeadline) {
    static final Patience NONE = new Patience(0, false);

    static Patience of(long ownNanos) {
        Deadline ambient = Deadline.current();
        if (ambient == null) {
            return new Patience(ownNanos, false);
        }
        long left = ambient.remainingNanos() - 1;
        return left < ownNanos ? new Patience(left, true) : new Patience(ownNanos, false);
    }
}
