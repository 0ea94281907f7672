package dev.reliability.mutex;

import dev.reliability.EventListener;
import dev.reliability.base.Events;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.time.Duration;

/** Watches one hold, and reports it if it lasts longer than the limit (rule MUTEX-10). The release takes it back. */
final class LongHold extends Alarm {
    private final String mutex;
    private final Seam seam;
    private final EventListener listener;
    private final Ownership ownership;
    private final long token;
    private final String holder;
    private final long sinceNanos;

    private LongHold(String mutex, Seam seam, EventListener listener, Ownership ownership, long token, Thread holder) {
        this.mutex = mutex;
        this.seam = seam;
        this.listener = listener;
        this.ownership = ownership;
        this.token = token;
        this.holder = Ownership.nameOf(holder);
        this.sinceNanos = seam.nanoTime();
    }

    static LongHold watch(
            String mutex,
            Seam seam,
            EventListener listener,
            Ownership ownership,
            long token,
            Thread holder,
            long limitNanos) {
        LongHold watch = new LongHold(mutex, seam, listener, ownership, token, holder);
        seam.schedule(watch, watch.sinceNanos + limitNanos);
        return watch;
    }

    @Override
    protected void ring() {
        if (ownership.isHeldBy(token)) {
            seam.execute(null, this::report);
        }
    }

    private void report() {
        Duration heldFor = Duration.ofNanos(seam.nanoTime() - sinceNanos);
        Events.tell(listener, new MutexEvent.HeldLong(mutex, holder, heldFor));
    }
}
