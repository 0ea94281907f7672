package dev.reliability.testkit.contract.retry;

import dev.reliability.EventListener;
import dev.reliability.InterruptibleTask;
import dev.reliability.retry.Attempt;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.HttpRetry;
import dev.reliability.retry.NonRetryableException;
import dev.reliability.retry.Retry;
import dev.reliability.retry.RetryBudget;
import dev.reliability.retry.RetryEvent;
import dev.reliability.retry.RetryReport;
import dev.reliability.retry.RetryableException;
import dev.reliability.retry.SqlRetry;
import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.World;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Our own retry. */
final class CoreRetry implements RetryAdapter {
    private final World world;
    private final Backoff backoff;
    private final Retry retry;

    CoreRetry(RetrySpec spec, World world) {
        this.world = world;
        this.backoff = backoff(spec.backoff());
        this.retry = retry(spec);
    }

    private static Backoff backoff(BackoffSpec spec) {
        Duration base = Duration.ofNanos(spec.baseNanos());
        Duration cap = Duration.ofNanos(spec.capNanos());
        if (spec.function() != null) {
            return Backoff.custom(attempt -> Duration.ofNanos(spec.function().applyAsLong(attempt)), cap);
        }
        Backoff growing = Backoff.exponential(base, spec.factor(), cap);
        return switch (spec.jitter()) {
            case NONE -> growing;
            case FULL -> growing.withFullJitter();
            case EQUAL -> growing.withEqualJitter();
            case DECORRELATED -> Backoff.decorrelated(base, cap);
            case PLUS_MINUS -> growing.withJitter(spec.share());
        };
    }

    @SuppressWarnings({"rawtypes", "unchecked"}) // an array of class objects cannot be made otherwise
    private Retry retry(RetrySpec spec) {
        Retry.Builder builder = Retry.builder("subject")
                .time(world.time())
                .backoff(backoff)
                .retryOn(spec.choice().retryOn().toArray(new Class[0]))
                .abortOn(spec.choice().abortOn().toArray(new Class[0]))
                .minAttempt(Duration.ofNanos(spec.minAttemptNanos()));
        if (spec.maxAttempts() == RetrySpec.UNLIMITED) {
            builder.unlimitedAttempts();
        } else if (spec.maxAttempts() != RetrySpec.DEFAULT) {
            builder.maxAttempts(spec.maxAttempts());
        }
        if (spec.choice().retryIf() != null) {
            builder.retryIf(spec.choice().retryIf());
        }
        if (spec.choice().rejected() != null) {
            builder.retryOnResult(spec.choice().rejected());
        }
        if (spec.longestHintNanos() != RetrySpec.DEFAULT) {
            builder.longestHint(Duration.ofNanos(spec.longestHintNanos()));
        }
        if (spec.budget() != null) {
            builder.budget(RetryBudget.builder()
                    .ratio(spec.budget().ratio())
                    .minPerSecond(spec.budget().floorPerSecond())
                    .max(spec.budget().max())
                    .build());
        }
        if (spec.listener() != null) {
            builder.listener(telling(spec.listener()));
        }
        return builder.build();
    }

    private static EventListener telling(Consumer<RetryHeard> listener) {
        return event -> {
            if (event instanceof RetryEvent.Scheduled retry) {
                listener.accept(new RetryHeard(
                        RetryHeard.Kind.RETRY,
                        retry.attempt(),
                        retry.failure(),
                        retry.delay().toNanos()));
            } else if (event instanceof RetryEvent.BudgetRefused refusal) {
                listener.accept(new RetryHeard(RetryHeard.Kind.REFUSED, refusal.attempt(), refusal.failure(), 0));
            }
        };
    }

    @Override
    public Object call(Body body) throws Throwable {
        return retry.callInterruptibly(task(body));
    }

    /** What a body throws need not be an exception: nothing is declared, and nothing wrapped. */
    private static InterruptibleTask<Object, RuntimeException> task(Body body) {
        return () -> {
            try {
                return body.run();
            } catch (Throwable failure) {
                throw CoreRetry.<RuntimeException>asItIs(failure);
            }
        };
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller declares it after all
    private static <X extends Throwable> RuntimeException asItIs(Throwable failure) throws X {
        throw (X) failure;
    }

    @Override
    public Throwable neverRetried(String message) {
        return new NonRetryableException(message);
    }

    @Override
    public Throwable alwaysRetried(String message) {
        return new RetryableException(message);
    }

    @Override
    public @Nullable RetryEnd report(Throwable failure) {
        RetryReport report = RetryReport.of(failure);
        return report == null
                ? null
                : new RetryEnd(
                        RetryEnd.Reason.valueOf(report.reason().name()),
                        report.attempts(),
                        report.failures(),
                        report.decisionFailure());
    }

    @Override
    public long delayNanos(int attempt, long previousNanos, RandomGenerator random) {
        return backoff.delay(attempt, Duration.ofNanos(previousNanos), random).toNanos();
    }

    @Override
    public Object callWithin(long nanos, Body body) throws Throwable {
        Callable<Object> bound =
                () -> Deadline.after(Duration.ofNanos(nanos), world.time()).bind(() -> {
                    try {
                        return call(body);
                    } catch (Throwable failure) {
                        throw CoreRetry.<RuntimeException>asItIs(failure);
                    }
                });
        return bound.call();
    }

    @Override
    public boolean isDeadlineExceeded(Throwable failure) {
        return failure instanceof DeadlineExceededException;
    }

    @Override
    public Throwable hinted(Duration hint) {
        return new RetryableException("hinted", null, hint);
    }

    @Override
    public CompletableFuture<Object> callAsync(Callable<? extends CompletionStage<Object>> task) {
        return retry.callAsync(task::call);
    }

    @Override
    public RetryAttempt attempt() {
        Attempt attempt = Attempt.current();
        return new RetryAttempt(attempt.number(), attempt.failures());
    }

    @Override
    public boolean retriesStatus(String method, boolean idempotencyKey, int status) {
        return http(method, idempotencyKey).isRetryable(status);
    }

    @Override
    public boolean retriesFailure(String method, boolean idempotencyKey, Throwable failure) {
        return http(method, idempotencyKey).isRetryable(failure);
    }

    private static HttpRetry http(String method, boolean idempotencyKey) {
        HttpRetry http = HttpRetry.of(method);
        return idempotencyKey ? http.withIdempotencyKey() : http;
    }

    @Override
    public @Nullable Duration retryAfter(Function<String, @Nullable String> headers) {
        return HttpRetry.retryAfter(headers);
    }

    @Override
    public boolean retriesSql(SQLException failure, SqlPhase phase, boolean idempotent) {
        return SqlRetry.isRetryable(failure, SqlRetry.Phase.valueOf(phase.name()), idempotent);
    }

    @Override
    public boolean isOutcomeUnknown(SQLException failure, SqlPhase phase) {
        return SqlRetry.verdict(failure, SqlRetry.Phase.valueOf(phase.name())) == SqlRetry.Verdict.OUTCOME_UNKNOWN;
    }
}
