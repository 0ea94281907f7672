package dev.reliability.breaker;

import dev.reliability.Task;
import dev.reliability.base.AsyncCall;
import dev.reliability.base.Chain;
import dev.reliability.base.Stages;
import dev.reliability.time.Deadline;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous call through a breaker. Its outcome counts once: that of the stage inside, or of whoever ends the call
 * from outside before. Once it has counted, {@code over} is run: who waits for the future may hear of its end sooner.
 */
final class AsyncProtectedCall<T extends @Nullable Object> extends AsyncCall<T> {
    private static final VarHandle RECORDED;

    static {
        try {
            RECORDED = MethodHandles.lookup().findVarHandle(AsyncProtectedCall.class, "recorded", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CircuitBreaker breaker;
    private final @Nullable Runnable over;
    private final @Nullable Deadline ambient = Deadline.current();
    private final Admission call;
    private final @Nullable InFlightCalls calls; // null: not watched there
    private final long ticket;
    private long startNanos; // 0 if not timed, and the stage had ended when it was returned

    @SuppressWarnings("unused") // by RECORDED: set once, by whoever comes first
    private volatile boolean recorded;

    /** Admitted, or a {@link CircuitOpenException} is thrown. */
    AsyncProtectedCall(CircuitBreaker breaker, @Nullable Runnable over) {
        this.breaker = breaker;
        this.over = over;
        Admission admitted = breaker.admit();
        InFlightCalls watched =
                breaker.settings().samples && admitted instanceof Closed closed ? closed.watch(breaker) : null;
        this.ticket = watched == null ? InFlightCalls.NO_TICKET : watched.begin();
        boolean needsRecord = ticket == InFlightCalls.NO_TICKET && breaker.settings().callLimitNanos > 0;
        this.call = needsRecord ? breaker.withRecord(admitted, watched) : admitted;
        this.calls = ticket == InFlightCalls.NO_TICKET ? null : watched;
        this.startNanos = breaker.isTimed(ambient) ? breaker.now() : 0;
    }

    void begin(Chain inner, Task<? extends CompletionStage<T>, ?> task) {
        CompletionStage<T> stage;
        try {
            stage = breaker.settings().limited(inner).proceedAsync(task);
        } catch (Throwable failure) {
            ended(null, failure);
            return;
        }
        if (Stages.hasEnded(stage) && Stages.failureOf(stage) == null) {
            ended(Stages.valueOf(stage), null);
        } else {
            startNanos = startNanos == 0 ? breaker.now() : startNanos; // who abandons the call has not seen it yet
            follow(stage);
        }
    }

    @Override
    protected void settled(T value, @Nullable Throwable failure) {
        ended(value, failure);
    }

    @SuppressWarnings("NullAway") // the value is null where T admits it, or where there is a failure
    private void ended(@Nullable T value, @Nullable Throwable failure) {
        record(value, failure, false);
        boolean unused = failure == null ? succeed(value) : fail(failure);
    }

    /**
     * Ended from outside: as if the stage had been cancelled, which is neutral unless the time was up. Who ends it with a
     * {@link TimeoutException}, as {@link #orTimeout} does, says that it was.
     */
    @Override
    protected void abandoned(@Nullable Throwable failure) {
        boolean ranOut = failure instanceof TimeoutException;
        record(null, ranOut ? failure : new CancellationException(), ranOut);
    }

    private void record(@Nullable Object value, @Nullable Throwable failure, boolean ranOut) {
        if (!RECORDED.compareAndSet(this, false, true)) {
            return;
        }
        try {
            if (calls != null && !calls.end(ticket)) {
                return;
            }
            if (failure == null) {
                breaker.returned(call, ambient, startNanos, value);
            } else if (ranOut) {
                breaker.ranOut(call, breaker.now() - startNanos, failure);
            } else {
                breaker.threw(call, ambient, startNanos, failure);
            }
        } finally {
            if (over != null) {
                over.run();
            }
        }
    }
}
