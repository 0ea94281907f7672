package dev.reliability.time.spi;

import org.jspecify.annotations.Nullable;

/**
 * Something that is to happen at an instant. It carries the links of the wheel it sits in, so that scheduling makes no
 * object and taking back costs the same however many others wait.
 *
 * <p>Any thread may schedule it and take it back: its links are guarded by the monitors of the timer and the relay.
 */
public abstract class Alarm {
    static final int UNSCHEDULED = -1;

    // All guarded by the monitor of the timer that the alarm is scheduled on; once it rings, by that of the relay.
    @Nullable
    Alarm previous;

    @Nullable
    Alarm next;

    long tick;
    int place = UNSCHEDULED;

    /** Not scheduled yet. */
    protected Alarm() {}

    /**
     * Called once, when the instant has come, on the timer's thread and outside its monitor. Must neither block nor run
     * any code of a user: the whole library waits for it.
     */
    protected abstract void ring();

    /**
     * What an alarm that rang does by {@link Seam#deliver}: something short that may run code of others all the same. Does
     * nothing unless overridden.
     */
    protected void deliver() {}

    /** For a seam that delivers in its own way. */
    public final void deliverNow() {
        deliver();
    }

    /** For a seam that keeps alarms in a structure of its own: rings. */
    public final void ringNow() {
        ring();
    }
}
