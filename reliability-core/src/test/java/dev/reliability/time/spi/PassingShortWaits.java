package dev.reliability.time.spi;

import java.time.Duration;

/** A short wait is over by the passing of time, a long one only by being woken: one that nobody wakes waits for ever. */
public final class PassingShortWaits extends SteppedSeam {
    private final long longest;

    public PassingShortWaits(Duration longest) {
        this.longest = longest.toNanos();
    }

    public boolean isShort(long span) {
        return span <= longest;
    }

    @Override
    public void parkNanos(Object blocker, long span) {
        if (isShort(span)) {
            pass(span);
        } else {
            park(blocker);
        }
    }
}
