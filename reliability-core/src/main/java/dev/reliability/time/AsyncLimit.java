package dev.reliability.time;

import dev.reliability.Action;
import dev.reliability.base.AsyncCall;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous call under a limit.
 *
 * <pre>
 *   RUNNING --- the stage ends, or somebody outside ends the call ---&gt; ENDED
 *      |
 *      '--- the alarm rings ---&gt; EXPIRED    (on the timer's thread; told and cancelled by the executor)
 * </pre>
 *
 * <p>The compare-and-set out of RUNNING is the one decision (rule DEADLINE-2). Whatever ends the call takes the alarm back,
 * and the alarm is all that knows the call apart from the stage inside: nothing is retained (DEADLINE-11).
 */
final class AsyncLimit<T extends @Nullable Object> extends AsyncCall<T> {
    private static final int RUNNING = 0;
    private static final int EXPIRED = 1;
    private static final int ENDED = 2;

    /** What the alarm needs apart from the future itself, which cannot extend two classes. */
    private final class Limit extends Alarm {
        @Override
        protected void ring() {
            if (state.compareAndSet(RUNNING, EXPIRED)) {
                seam.execute(timeout.executor(), AsyncLimit.this::expire);
            }
        }
    }

    private final Timeout timeout;
    private final Deadline own;
    private final Deadline bound;
    private final Seam seam;
    private final long startNanos;
    private final Alarm alarm = new Limit();
    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private volatile @Nullable DeadlineExceededException exceeded; // set before the call fails with it
    private volatile boolean insideEnded;

    AsyncLimit(Timeout timeout, Deadline own, Deadline bound, Seam seam, long startNanos) {
        this.timeout = timeout;
        this.own = own;
        this.bound = bound;
        this.seam = seam;
        this.startNanos = startNanos;
    }

    void arm() {
        seam.schedule(alarm, bound.atNanos());
    }

    /** Follows the stage inside, even if the limit passed while it was started. */
    void followInside(CompletionStage<T> stage) {
        follow(stage);
        if (exceeded != null && timeout.cancels()) {
            cancelInside(value -> timeout.dispose(value, exceeded));
        }
    }

    /** The stage has ended, or never was. The answer is whether that is in time. */
    boolean tryEnd() {
        seam.checkpoint();
        if (!state.compareAndSet(RUNNING, ENDED)) {
            return false;
        }
        seam.cancel(alarm);
        return true;
    }

    @Override
    protected void settled(T value, @Nullable Throwable failure) {
        insideEnded = true;
        boolean inTime = tryEnd();
        if (inTime && failure != null) {
            fail(failure);
        } else if (failure == null && !(inTime && trySucceed(value))) {
            timeout.dispose(value, exceeded); // here, and not also by a limit outside
        }
    }

    @Override
    protected void abandoned(@Nullable Throwable failure) {
        tryEnd();
    }

    /** Stops the work first: who depends on this call may block, and finds in the failure how stopping went. */
    private void expire() {
        DeadlineExceededException reason = timeout.exceeded(own, bound, seam.nanoTime() - startNanos, null);
        exceeded = reason;
        try {
            stop();
        } catch (Throwable failure) {
            reason.addSuppressed(failure);
        }
        fail(reason);
    }

    private void stop() throws Exception {
        Action<?> canceller = timeout.canceller();
        if (timeout.cancels()) {
            cancelInside(value -> timeout.dispose(value, exceeded));
        } else if (canceller != null && !insideEnded) {
            canceller.run();
        }
    }
}
