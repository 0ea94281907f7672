package dev.reliability.testkit.contract.breaker;

/**
 * One step of a sequential use of a breaker.
 *
 * @param kind what is done
 * @param nanos for a pause
 */
record BreakerStep(Kind kind, long nanos) {
    /** Kinds of steps. */
    enum Kind {
        SUCCEED,
        FAIL,
        /** Succeeds, but is slow. */
        SLOW,
        IGNORED,
        PAUSE,
        RESET,
        ISOLATE,
        DISABLE,
        END_OVERRIDE;

        boolean isCall() {
            return compareTo(PAUSE) < 0;
        }

        boolean isManual() {
            return compareTo(PAUSE) > 0;
        }

        BreakerEnding ending() {
            return switch (this) {
                case FAIL -> BreakerEnding.FAILURE;
                case IGNORED -> BreakerEnding.IGNORED;
                default -> BreakerEnding.SUCCESS;
            };
        }
    }

    @Override
    public String toString() {
        return kind == Kind.PAUSE ? "PAUSE " + nanos + " ns" : kind.toString();
    }
}
