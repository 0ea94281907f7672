package dev.reliability.time;

import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Where the library gets its time and its random numbers: the machine, or in tests a source that the test controls.
 *
 * <p>Time is a monotonic counter of nanoseconds; the clock on the wall decides nothing. Thread-safe.
 */
public abstract sealed class TimeSource permits Seam {
    /** For {@link Seam}. */
    protected TimeSource() {}

    /**
     * The time and the random numbers of the machine.
     *
     * @return {@link System#nanoTime()}, real waiting, and a random generator per thread
     */
    public static TimeSource system() {
        return SystemTime.INSTANCE;
    }

    /**
     * The counter of this source.
     *
     * @return nanoseconds since an arbitrary instant; it may wrap, so that two values are compared by their difference
     */
    public abstract long nanoTime();

    /**
     * Waits on this source.
     *
     * @param span how long, in full, below one millisecond too; zero or negative only looks at the interrupt flag
     * @throws InterruptedException if the thread is or gets interrupted; its flag is cleared
     */
    public abstract void sleep(Duration span) throws InterruptedException;

    /**
     * The random numbers of this source.
     *
     * @return a generator for use on the calling thread, at once
     */
    public abstract RandomGenerator random();
}
