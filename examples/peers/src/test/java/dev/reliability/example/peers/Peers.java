package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Unsupported;
import dev.reliability.testkit.contract.breaker.BreakerRefused;
import dev.reliability.testkit.contract.breaker.BreakerSpec;
import dev.reliability.testkit.contract.breaker.BreakerTrip;
import dev.reliability.testkit.contract.deadline.DeadlineExceeded;
import dev.reliability.testkit.contract.deadline.DeadlineSpec;
import dev.reliability.testkit.contract.limit.LimiterSpec;
import dev.reliability.testkit.contract.mutex.MutexCapability;
import dev.reliability.testkit.contract.mutex.MutexSpec;
import dev.reliability.testkit.contract.retry.BackoffSpec;
import dev.reliability.testkit.contract.retry.RetrySpec;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** What the adapters to other libraries share. */
final class Peers {
    /** Ours is four, theirs is three: a choice, not a promise, so they are all told four. */
    private static final int DEFAULT_ATTEMPTS = 4;

    static final long MILLI = 1_000_000;

    /** How long our breaker is open by default, in nanoseconds: they are told so. */
    static final long MINUTE = 60_000 * MILLI;

    /** A time-out that tells nothing else. */
    static final DeadlineExceeded EXCEEDED = new DeadlineExceeded("", 0, 0);

    private Peers() {}

    /** Put on the list of failures that are not retried: none of them has a type for it. */
    static final class Never extends Exception {
        private static final long serialVersionUID = 1;

        Never(String message) {
            super(message);
        }
    }

    /** Put on the list of failures that are retried, where there is one. */
    static final class Always extends Exception {
        private static final long serialVersionUID = 1;

        Always(String message) {
            super(message);
        }
    }

    static List<Class<? extends Throwable>> with(
            List<Class<? extends Throwable>> types, Class<? extends Throwable> another) {
        return Stream.concat(types.stream(), Stream.of(another)).toList();
    }

    static int attempts(RetrySpec spec) {
        return spec.maxAttempts() == RetrySpec.DEFAULT ? DEFAULT_ATTEMPTS : spec.maxAttempts();
    }

    static Class<? extends Throwable> type(Throwable failure) {
        return failure == null ? null : failure.getClass();
    }

    /** What no other retry has. */
    static void refuseExtras(RetrySpec spec) {
        if (spec.budget() != null) {
            throw refused("a budget");
        }
    }

    /** Open times that grow: no other breaker has that in these terms. */
    static void refuseExtras(BreakerSpec spec) {
        if (spec.growth() > 0) {
            throw refused("open times that grow");
        }
    }

    /** What no other limit has. */
    static void refuseExtras(DeadlineSpec spec) {
        if (spec.stop() != DeadlineSpec.Stop.INTERRUPT || spec.abandonedOn() != null) {
            throw refused("a canceller or an abandoned body");
        }
    }

    static void refuseExtras(LimiterSpec spec) {
        if (spec.burst() > 0) {
            throw refused("a burst");
        }
    }

    static void refuseExtras(MutexSpec spec, Set<MutexCapability> unsupported) {
        if (spec.starvationNanos() > 0
                || spec.isTiming()
                || spec.reportAfterNanos() > 0
                || (spec.isFair() && unsupported.contains(MutexCapability.FAIR))) {
            throw refused("a mutex with that option");
        }
    }

    static Unsupported refused(String what) {
        return new Unsupported(what);
    }

    /** Ours opens after five failures in a row where nothing is said: they are told so. */
    static BreakerTrip trip(BreakerSpec spec) {
        return spec.trip() == null
                ? new BreakerTrip(BreakerTrip.Kind.CONSECUTIVE_FAILURES, 0, 5, 0, 0, 0)
                : spec.trip();
    }

    /** What the library threw to refuse, which is what a body sees of it. */
    static Throwable cause(BreakerRefused refused) {
        return refused.getCause() == null ? refused : refused.getCause();
    }

    /** Lets a body throw what it likes where only exceptions are declared. */
    static Object sneaking(Body body) {
        try {
            return body.run();
        } catch (Throwable failure) {
            throw Peers.<RuntimeException>asItIs(failure);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller declares nothing after all
    private static <X extends Throwable> RuntimeException asItIs(Throwable failure) throws X {
        throw (X) failure;
    }

    /** Something to be done later, which nobody cancels. */
    static final class Scheduled extends CompletableFuture<Object> implements ScheduledFuture<Object> {
        private final long delay;
        private final TimeUnit unit;

        Scheduled(long delay, TimeUnit unit) {
            this.delay = delay;
            this.unit = unit;
        }

        @Override
        public long getDelay(TimeUnit other) {
            return other.convert(delay, unit);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /** The library's documentation excludes this data: the try counts for nothing. */
    static TestAbortedException excluded() {
        return new TestAbortedException("outside of what the library accepts");
    }

    static long millisUp(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos + MILLI - 1);
    }

    /** Passes over backoffs that a library does not accept, whose least delay is one of its units. */
    static void assumeInDomain(BackoffSpec spec, long unitNanos) {
        if (spec.baseNanos() < unitNanos || spec.capNanos() < spec.baseNanos()) {
            throw excluded();
        }
    }

    /** Passes over jitter that is too narrow to be seen in whole milliseconds; and over any but plus/minus. */
    static void assumeVisibleJitter(BackoffSpec spec, int attempt) {
        boolean wide = spec.jitter() == BackoffSpec.Jitter.PLUS_MINUS && jitterNanos(spec, attempt) >= 50 * MILLI;
        if (spec.jitter() != BackoffSpec.Jitter.NONE && !wide) {
            throw excluded();
        }
    }

    /** How far plus/minus jitter may go from the delay after an attempt. */
    static long jitterNanos(BackoffSpec spec, int attempt) {
        return (long) (spec.share()
                * Math.min((double) spec.capNanos(), spec.baseNanos() * Math.pow(spec.factor(), attempt - 1.0)));
    }

    static long millisDown(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
