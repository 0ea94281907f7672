package dev.reliability.example.push.delivery;

import dev.reliability.example.push.config.Destination;
import dev.reliability.example.push.http.Answers;
import dev.reliability.example.push.http.AttemptFailure;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One payload on its way to one destination, through all its attempts.
 *
 * <p>Every attempt carries the same key in the header {@code Idempotency-Key}
 * (draft-ietf-httpapi-idempotency-key-header), so that a destination which remembers the keys that it has seen accepts
 * the payload once. That is what makes it right to send again after an answer was lost.
 *
 * <p>Sent by one thread, read by any.
 */
final class Parcel {
    private static final Logger LOG = LoggerFactory.getLogger(Parcel.class);

    private final Destination destination;
    private final HttpClient http;
    private final HttpRequest request;
    private final String key;

    private final AtomicInteger attempts = new AtomicInteger();
    private volatile int status; // of the last answer, 0 if there was none
    private volatile boolean open; // a request went out that may have been accepted; of no matter once acknowledged
    private volatile boolean acknowledged;

    Parcel(Destination destination, HttpClient http, String payload, String key) {
        this.destination = destination;
        this.http = http;
        this.key = key;
        HttpRequest.Builder builder = HttpRequest.newBuilder(destination.url())
                .method(destination.method(), HttpRequest.BodyPublishers.ofString(payload))
                .header("Content-Type", "application/json")
                .header("User-Agent", "reliability-push");
        destination.headers().forEach(builder::setHeader);
        this.request = builder.setHeader("Idempotency-Key", key).build();
    }

    /**
     * One attempt. Returns if the destination has acknowledged; if it had done so before, but too late for the attempt's
     * time, nothing is sent.
     *
     * @return the status of the acknowledgement
     */
    int send() throws AttemptFailure, InterruptedException {
        if (acknowledged) {
            return status;
        }
        attempts.incrementAndGet();
        boolean wasOpen = open;
        open = true; // until something better is known
        long start = System.nanoTime();
        String came = "no answer";
        try {
            HttpResponse<Void> answer = http.send(request, HttpResponse.BodyHandlers.discarding());
            status = answer.statusCode();
            came = "status " + status;
            acknowledged = Answers.isAccepted(status);
            // A refusal says nothing of an earlier request whose answer was lost: only an acknowledgement settles that.
            open = wasOpen || Answers.leavesOpen(status);
            Answers.check(answer);
            return status;
        } catch (AttemptFailure e) {
            throw e;
        } catch (IOException e) {
            AttemptFailure failure = AttemptFailure.of(e);
            open = wasOpen || !failure.sort().isUnsent();
            came = String.valueOf(failure.getMessage());
            throw failure;
        } finally {
            log(came, System.nanoTime() - start);
        }
    }

    private void log(String came, long nanos) {
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{} {}, attempt {}: {} after {} s",
                    destination.method(),
                    destination.shownUrl(),
                    attempts.get(),
                    came,
                    TimeUnit.NANOSECONDS.toMillis(nanos) / 1000.0);
        }
    }

    String destination() {
        return destination.name();
    }

    String key() {
        return key;
    }

    int attempts() {
        return attempts.get();
    }

    @Nullable
    Integer status() {
        int last = status;
        return last == 0 ? null : last;
    }

    /** What is known by now. */
    Outcome outcome() {
        if (acknowledged) {
            return Outcome.DELIVERED;
        }
        return open ? Outcome.UNKNOWN : attempts.get() == 0 ? Outcome.NOT_ATTEMPTED : Outcome.FAILED;
    }
}
