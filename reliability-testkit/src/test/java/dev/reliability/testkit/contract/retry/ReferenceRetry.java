package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.retry.ReferenceChoice.Always;
import dev.reliability.testkit.contract.retry.ReferenceChoice.Never;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A plain retry that keeps every rule of RETRY, unless it has a defect. */
final class ReferenceRetry implements RetryAdapter {
    /** What a failure carries. */
    private static final class Report extends Exception {
        private static final long serialVersionUID = 1;
        final transient RetryEnd end;

        Report(RetryEnd end) {
            super(end.reason().name(), null, false, false);
            this.end = end;
        }
    }

    private static final class Expired extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final ThreadLocal<RetryAttempt> ATTEMPT = new ThreadLocal<>();
    private static final int DEFAULT_ATTEMPTS = 4;

    private final RetrySpec spec;
    private final World world;
    private final RetryDefect defect;
    private final ReferenceChoice choice;
    private final ReferenceBackoff backoff;
    private final ReferenceBudget budget;
    private final CoreRetry tables; // what is looked up in tables is not written twice

    ReferenceRetry(RetrySpec spec, World world, RetryDefect defect) {
        this.spec = spec;
        this.world = world;
        this.defect = defect;
        this.choice = new ReferenceChoice(spec.choice(), defect);
        this.backoff = new ReferenceBackoff(spec.backoff(), defect);
        this.budget = new ReferenceBudget(spec.budget(), world, defect);
        this.tables = new CoreRetry(RetrySpec.of(1, BackoffSpec.constant(0)), world);
    }

    private boolean has(RetryDefect other) {
        return defect == other;
    }

    private int maxAttempts() {
        int most = spec.maxAttempts() == RetrySpec.DEFAULT ? DEFAULT_ATTEMPTS : spec.maxAttempts();
        if (most == RetrySpec.UNLIMITED) {
            return has(RetryDefect.UNLIMITED_ENDS) ? 100 : most;
        }
        return has(RetryDefect.ONE_ATTEMPT_TOO_MANY) ? most + 1 : most;
    }

    @Override
    public Object call(Body body) throws Throwable {
        return call(body, Long.MAX_VALUE);
    }

    @Override
    public Object callWithin(long nanos, Body body) throws Throwable {
        if (nanos <= 0 && !has(RetryDefect.RUNS_ONCE_AFTER_THE_DEADLINE)) {
            throw new Expired();
        }
        return call(body, world.nanos() + nanos);
    }

    private Object call(Body body, long deadlineNanos) throws Throwable {
        List<Throwable> failures = new ArrayList<>();
        Object firstRejected = null;
        long previous = 0;
        for (int attempt = 1; ; attempt++) {
            Object value = null;
            Throwable failure = null;
            try {
                value = attempt(body, attempt, failures);
            } catch (Throwable thrown) {
                failure = thrown;
                failures.add(thrown);
            }
            if (failure == null && !isRejected(value)) {
                return accepted(value, attempt, firstRejected, body);
            }
            firstRejected = firstRejected == null ? value : firstRejected;
            RetryEnd.Reason reason;
            Throwable decisionFailure = null;
            try {
                reason = end(failure, attempt, previous, deadlineNanos);
            } catch (ReferenceChoice.Broken broken) {
                decisionFailure = broken.getCause();
                if (has(RetryDefect.PREDICATE_REPLACES_THE_FAILURE)) {
                    throw decisionFailure;
                }
                reason = RetryEnd.Reason.NOT_RETRYABLE;
            } catch (ReferenceBackoff.Broken broken) {
                decisionFailure = broken.getCause();
                if (has(RetryDefect.BACKOFF_REPLACES_THE_FAILURE)) {
                    throw decisionFailure;
                }
                reason = RetryEnd.Reason.NOT_RETRYABLE;
            }
            if (reason == null) {
                previous = delay;
                reason = wait(failure, attempt);
            }
            if (reason != null) {
                return over(value, failure, new RetryEnd(reason, attempt, reported(failures), decisionFailure));
            }
        }
    }

    private long delay; // of the wait that is due; only calls of one thread wait in the tries that look at it

    private Object attempt(Body body, int number, List<Throwable> failures) throws Throwable {
        RetryAttempt outer = ATTEMPT.get();
        ATTEMPT.set(new RetryAttempt(has(RetryDefect.COUNTS_FROM_ZERO) ? number - 1 : number, reported(failures)));
        try {
            return body.run();
        } finally {
            ATTEMPT.set(has(RetryDefect.NESTED_CALL_ENDS_THE_ATTEMPT) ? null : outer);
        }
    }

    private boolean isRejected(Object value) {
        if (spec.choice().rejected() == null || (value == null && has(RetryDefect.NULL_IS_NOT_ASKED_ABOUT))) {
            return false;
        }
        try {
            return spec.choice().rejected().test(value);
        } catch (RuntimeException broken) {
            return false; // the result is returned, as the last one
        }
    }

    private Object accepted(Object value, int attempt, Object firstRejected, Body body) throws Throwable {
        if (attempt == 1) {
            budget.earn();
        }
        if (has(RetryDefect.RUNS_ON_AFTER_SUCCESS) && attempt > 2) {
            body.run();
        }
        if (has(RetryDefect.DROPS_THE_VALUE_WHEN_INTERRUPTED) && Thread.interrupted()) {
            throw new InterruptedException();
        }
        return has(RetryDefect.REJECTED_RESULT_WINS) && firstRejected != null ? firstRejected : value;
    }

    /** Why the call is over; null if another attempt is due. */
    private RetryEnd.Reason end(Throwable failure, int attempt, long previous, long deadlineNanos) {
        if (failure != null && !choice.isRetried(failure)) {
            return RetryEnd.Reason.NOT_RETRYABLE;
        }
        if (attempt >= maxAttempts()) {
            if (has(RetryDefect.EXHAUSTION_IS_HEARD)) {
                tell(RetryHeard.Kind.RETRY, attempt, failure, 0);
            }
            return RetryEnd.Reason.EXHAUSTED;
        }
        long left = deadlineNanos == Long.MAX_VALUE ? deadlineNanos : deadlineNanos - world.nanos() - 1;
        long hint = failure instanceof Hinted hinted ? hinted.nanos : 0;
        long longest =
                spec.longestHintNanos() == RetrySpec.DEFAULT ? spec.backoff().capNanos() : spec.longestHintNanos();
        if (has(RetryDefect.CUTS_LONG_HINTS)) {
            hint = Math.min(hint, longest);
        }
        if (has(RetryDefect.WAITS_FOR_MALFORMED_HINTS) && hint < 0) {
            return RetryEnd.Reason.HINT;
        }
        if (has(RetryDefect.IGNORES_HINTS)) {
            hint = 0;
        }
        if (hint > 0 && (hint > longest || hint > left)) {
            return RetryEnd.Reason.HINT;
        }
        delay = Math.max(backoff.delayNanos(attempt, previous, world.random()), hint);
        if (has(RetryDefect.LOOPS_AT_THE_DEADLINE) && left >= 0 && delay > left) {
            delay = left / 2;
        }
        if (left < spec.minAttemptNanos()
                || (delay > left - spec.minAttemptNanos() && !has(RetryDefect.SLEEPS_PAST_THE_DEADLINE))) {
            return RetryEnd.Reason.DEADLINE;
        }
        if (!budget.tryTake()) {
            if (!has(RetryDefect.REFUSAL_IS_NOT_HEARD)) {
                tell(RetryHeard.Kind.REFUSED, attempt, failure, 0);
            }
            return RetryEnd.Reason.BUDGET;
        }
        return null;
    }

    private RetryEnd.Reason wait(Throwable failure, int attempt) {
        long nanos = delay;
        if (has(RetryDefect.TRUNCATES_TO_MILLIS)) {
            nanos -= nanos % 1_000_000;
        }
        if (!has(RetryDefect.HEARD_AFTER_THE_WAIT)) {
            tell(RetryHeard.Kind.RETRY, attempt, failure, nanos);
        }
        try {
            world.sleep(nanos);
        } catch (InterruptedException e) {
            if (has(RetryDefect.INTERRUPT_ENDS_THE_WAIT_ONLY)) {
                return null;
            }
            if (!has(RetryDefect.INTERRUPT_CLEARS_THE_FLAG)) {
                Thread.currentThread().interrupt();
            }
            return RetryEnd.Reason.INTERRUPTED;
        }
        if (has(RetryDefect.HEARD_AFTER_THE_WAIT)) {
            tell(RetryHeard.Kind.RETRY, attempt, failure, nanos);
        }
        return null;
    }

    private void tell(RetryHeard.Kind kind, int attempt, Throwable failure, long nanos) {
        if (spec.listener() == null) {
            return;
        }
        try {
            spec.listener().accept(new RetryHeard(kind, attempt, failure == null ? null : failure.getClass(), nanos));
        } catch (RuntimeException thrown) {
            if (has(RetryDefect.LISTENER_ENDS_THE_CALL)) {
                throw thrown;
            }
            world.record("the listener threw " + thrown);
        }
    }

    private List<Throwable> reported(List<Throwable> failures) {
        int size = failures.size();
        if (size <= 9 || has(RetryDefect.REPORTS_ALL_FAILURES)) {
            return failures;
        }
        List<Throwable> some = new ArrayList<>(failures.subList(size - 8, size));
        some.add(0, failures.get(0));
        return some;
    }

    private Object over(Object value, Throwable failure, RetryEnd end) throws Throwable {
        if (failure == null) {
            return value;
        }
        boolean bare =
                end.reason() == RetryEnd.Reason.NOT_RETRYABLE && end.attempts() == 1 && end.decisionFailure() == null;
        if (!bare && (report(failure) == null || has(RetryDefect.ATTACHES_EACH_TIME))) {
            failure.addSuppressed(new Report(end));
        }
        if (end.reason() == RetryEnd.Reason.EXHAUSTED && end.attempts() > 1) {
            if (has(RetryDefect.WRAPS_WHEN_EXHAUSTED)) {
                throw new IllegalStateException("retries are exhausted", failure);
            }
            if (has(RetryDefect.FIRST_FAILURE_WHEN_EXHAUSTED)) {
                throw end.failures().get(0);
            }
        }
        if (has(RetryDefect.SETS_THE_FLAG_AGAIN) && failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (has(RetryDefect.INTERRUPT_LOSES_THE_FAILURE) && end.reason() == RetryEnd.Reason.INTERRUPTED) {
            throw new IllegalStateException("interrupted");
        }
        throw failure;
    }

    @Override
    public Throwable neverRetried(String message) {
        return new Never(message);
    }

    @Override
    public Throwable alwaysRetried(String message) {
        return new Always(message);
    }

    @Override
    public @Nullable RetryEnd report(Throwable failure) {
        for (Throwable attached : failure.getSuppressed()) {
            if (attached instanceof Report report) {
                return report.end;
            }
        }
        return null;
    }

    @Override
    public long delayNanos(int attempt, long previousNanos, RandomGenerator random) {
        return backoff.delayNanos(attempt, previousNanos, random);
    }

    @Override
    public boolean isDeadlineExceeded(Throwable failure) {
        return failure instanceof Expired;
    }

    private static final class Hinted extends RuntimeException {
        private static final long serialVersionUID = 1;
        final long nanos;

        Hinted(long nanos) {
            this.nanos = nanos;
        }
    }

    @Override
    public Throwable hinted(Duration hint) {
        return new Hinted(hint.toNanos());
    }

    @Override
    public CompletableFuture<Object> callAsync(Callable<? extends CompletionStage<Object>> task) {
        return new ReferenceAsync(spec.backoff().baseNanos(), world, defect, task).begin();
    }

    @Override
    public RetryAttempt attempt() {
        return ATTEMPT.get();
    }

    @Override
    public boolean retriesStatus(String method, boolean idempotencyKey, int status) {
        boolean safe = idempotencyKey || (has(RetryDefect.REPEATS_POSTS) && method.equals("POST"));
        return !(has(RetryDefect.TOO_EARLY_IS_FINAL) && status == 425) && tables.retriesStatus(method, safe, status);
    }

    @Override
    public boolean retriesFailure(String method, boolean idempotencyKey, Throwable failure) {
        return tables.retriesFailure(method, idempotencyKey, failure);
    }

    @Override
    public @Nullable Duration retryAfter(Function<String, @Nullable String> headers) {
        return tables.retryAfter(
                name -> name.equals("Date") && has(RetryDefect.IGNORES_DATES) ? null : headers.apply(name));
    }

    @Override
    public boolean retriesSql(SQLException failure, SqlPhase phase, boolean idempotent) {
        boolean commit = phase == SqlPhase.COMMIT;
        if (commit && has(RetryDefect.REPEATS_LOST_COMMITS) && isOutcomeUnknown(failure, phase)) {
            return idempotent;
        }
        if (commit && has(RetryDefect.ROLLBACK_AT_COMMIT_IS_FINAL)) {
            return false;
        }
        return tables.retriesSql(failure, phase, idempotent);
    }

    @Override
    public boolean isOutcomeUnknown(SQLException failure, SqlPhase phase) {
        boolean completion = "40003".equals(failure.getSQLState());
        return !(completion && has(RetryDefect.UNKNOWN_COMPLETION_IS_A_ROLLBACK))
                && tables.isOutcomeUnknown(failure, phase);
    }
}
