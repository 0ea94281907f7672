package dev.reliability.breaker;

import dev.reliability.base.Events;
import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.time.DeadlineExceededException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How the end of a call counts, first line that fits (rules BREAKER-8, -9, -18):
 *
 * <pre>
 *   threw this breaker's own rejection, or an ignored type            neutral
 *   ran out of its time, after running for the fair time or longer    TIMEOUT
 *   ran out of its time earlier                                       neutral
 *   threw a cancellation or an interrupt                              neutral
 *   threw what the predicate takes for a failure                      FAILED
 *   threw anything else                                               neutral
 *   returned what the predicate takes for a failure                   RESULT
 *   returned                                                          success
 * </pre>
 *
 * <p>A call has run out of its time if it threw {@link DeadlineExceededException}, or if it ended in any way but by an
 * {@link Error} after the ambient deadline: its caller gets nothing from it then, and what it threw, if anything, is how
 * the limit showed.
 *
 * <p>A predicate that throws counts the call as a failure; what it threw goes to the uncaught-exception handler.
 */
final class Verdict {
    private final List<Class<? extends Throwable>> ignored;
    private final @Nullable Predicate<? super Throwable> failureIf; // null: everything is a failure
    private final @Nullable Predicate<@Nullable Object> failureResult; // null: no result is
    private final long fairNanos;

    Verdict(CircuitBreakerBuilder options, long fairNanos) {
        this.ignored = List.copyOf(options.ignored);
        this.failureIf = options.failureIf;
        this.failureResult = options.failureResult;
        this.fairNanos = fairNanos;
    }

    /**
     * Judges what a call threw.
     *
     * @param late whether the ambient deadline had expired when it did
     * @param ranNanos how long it had run
     * @return null if neutral
     */
    @Nullable
    Kind ofThrown(Throwable failure, Machine breaker, boolean late, long ranNanos) {
        if ((failure instanceof CircuitOpenException refusal && refusal.isBy(breaker)) || isIgnored(failure)) {
            return null;
        }
        if (failure instanceof DeadlineExceededException || (late && !(failure instanceof Error))) {
            return ofLate(ranNanos);
        }
        if (failure instanceof InterruptedException
                || failure instanceof CancellationException
                || failure instanceof ClosedByInterruptException
                || (failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException))) {
            return null;
        }
        return failureIf == null || test(failureIf, failure) ? Kind.FAILED : null;
    }

    /** Judges a call that ran out of its time; null if neutral. */
    @Nullable
    Kind ofLate(long ranNanos) {
        return ranNanos >= fairNanos ? Kind.TIMEOUT : null;
    }

    @SuppressWarnings("NullAway") // null by its type argument, which is seen on JDK 21+ only
    boolean isFailure(@Nullable Object result) {
        return failureResult != null && test(failureResult, result);
    }

    private boolean isIgnored(Throwable failure) {
        for (Class<? extends Throwable> type : ignored) {
            if (type.isInstance(failure)) {
                return true;
            }
        }
        return false;
    }

    private static <V extends @Nullable Object> boolean test(Predicate<V> predicate, V value) {
        try {
            return predicate.test(value);
        } catch (Throwable failure) {
            Events.report(failure);
            return true;
        }
    }
}
