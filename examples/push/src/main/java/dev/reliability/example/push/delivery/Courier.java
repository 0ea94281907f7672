package dev.reliability.example.push.delivery;

import dev.reliability.Policy;
import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.breaker.CircuitOpenException;
import dev.reliability.example.push.config.Destination;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.http.AttemptFailure;
import dev.reliability.example.push.http.EventLine;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers to one destination: by the deadline of the push, with retries, each attempt through the destination's breaker
 * and within the time of an attempt. Thread-safe.
 */
final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    /** Any hint that the deadline leaves time for is followed. */
    private static final Duration LONGEST_HINT = Duration.ofDays(1);

    private final Deadline deadline;
    private final Policy policy;

    Courier(Destination destination, Deadline deadline) {
        this.deadline = deadline;
        Destination.RetrySettings attempts = destination.retry();
        Retry retry = Retry.builder(destination.name())
                .maxAttempts(attempts.maxAttempts())
                .backoff(Backoff.exponential(attempts.firstDelay(), 2, attempts.maxDelay())
                        .withFullJitter())
                .longestHint(LONGEST_HINT)
                .retryIf(Courier::isTransient)
                .listener(event -> LOG.debug("{}", EventLine.of(event)))
                .build();
        CircuitBreaker breaker = CircuitBreaker.builder(destination.name())
                .consecutiveFailures(destination.breaker().failures())
                .openFor(destination.breaker().openFor())
                .callTimeout(destination.answerWithin())
                .failureIf(Courier::isTransient)
                .listener(event -> LOG.debug("{}", EventLine.of(event)))
                .build();
        this.policy = Timeout.until(deadline).around(retry).around(breaker);
    }

    /** What a destination refuses says nothing about its health, and is the same next time. */
    private static boolean isTransient(Throwable failure) {
        return failure instanceof AttemptFailure attempt
                ? attempt.isTransient()
                : failure instanceof DeadlineExceededException || failure instanceof CircuitOpenException;
    }

    /** Delivers a parcel, on the calling thread. Failures are results. */
    DeliveryResult deliver(Parcel parcel) {
        long start = System.nanoTime();
        Kind kind = Kind.TRANSIENT;
        String problem;
        try {
            policy.<Integer, AttemptFailure>callInterruptibly(parcel::send);
            return result(parcel, start, null, null);
        } catch (AttemptFailure e) {
            kind = e.isTransient() ? Kind.TRANSIENT : Kind.USER;
            problem = e.getMessage();
        } catch (DeadlineExceededException e) {
            problem = "no answer in time: " + e.getMessage();
        } catch (CircuitOpenException e) {
            problem = e.getMessage();
        } catch (InterruptedException | CancellationException e) {
            problem = "interrupted";
        } catch (RuntimeException e) {
            LOG.debug("delivery to {} failed", parcel.destination(), e);
            kind = Kind.SYSTEM;
            problem = "unexpected: " + e;
        }
        return result(parcel, start, kind, problem);
    }

    private DeliveryResult result(Parcel parcel, long start, @Nullable Kind kind, @Nullable String problem) {
        Outcome outcome = parcel.outcome();
        boolean delivered = outcome == Outcome.DELIVERED; // perhaps too late for the call, but it is
        // Trying again settles what is not known, even if this attempt was refused.
        Kind whose = kind == null || outcome != Outcome.UNKNOWN ? kind : kind.or(Kind.TRANSIENT);
        return new DeliveryResult(
                parcel.destination(),
                outcome,
                parcel.attempts(),
                parcel.status(),
                parcel.key(),
                Duration.ofNanos(System.nanoTime() - start),
                delivered ? null : whose,
                delivered ? null : problem,
                !delivered && deadline.isExpired());
    }
}
