package dev.reliability.example.push.event;

import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.example.push.failure.Stage;
import dev.reliability.example.push.http.Answers;
import dev.reliability.example.push.http.AttemptFailure;
import dev.reliability.example.push.http.EventLine;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches events from URLs, with retries, until the ambient deadline. Redirects are not followed. Thread-safe. */
public final class EventFetch {
    private static final Logger LOG = LoggerFactory.getLogger(EventFetch.class);

    private static final Retry RETRY = Retry.builder("event")
            .maxAttempts(4)
            .backoff(Backoff.exponential(Duration.ofMillis(100), 2, Duration.ofSeconds(2))
                    .withFullJitter())
            .retryIf(failure -> failure instanceof AttemptFailure attempt && attempt.isTransient())
            .listener(event -> LOG.debug("{}", EventLine.of(event)))
            .build();

    private final HttpClient http;

    /** Fetches through a client. */
    public EventFetch(HttpClient http) {
        this.http = http;
    }

    /**
     * Fetches an event.
     *
     * @throws PushException if it cannot be had
     * @throws InterruptedException if the thread is interrupted
     */
    public String fetch(EventSource.Remote source) throws InterruptedException {
        try {
            return RETRY.<String, AttemptFailure>callInterruptibly(() -> attempt(source));
        } catch (AttemptFailure e) {
            throw new PushException(
                    Stage.FETCH,
                    e.isTransient() ? Kind.TRANSIENT : Kind.USER,
                    "event-source",
                    "event " + source.shown() + " cannot be fetched: " + e.getMessage(),
                    e);
        }
    }

    private String attempt(EventSource.Remote source) throws AttemptFailure, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(source.url())
                .header("Accept", "application/json")
                .header("User-Agent", "reliability-push")
                .build();
        byte[] bytes;
        try {
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            // Closing it early closes the connection: a body of any length costs no more than what is read of it.
            try (InputStream body = answer.body()) {
                LOG.debug("GET {}: status {}", source.shown(), answer.statusCode());
                Answers.check(answer);
                bytes = body.readNBytes(EventSource.MAX_BYTES + 1);
            }
        } catch (AttemptFailure e) {
            throw e;
        } catch (IOException e) {
            if (Thread.interrupted() || e.getCause() instanceof InterruptedException) {
                throw new InterruptedException("interrupted while fetching " + source.shown());
            }
            throw AttemptFailure.of(e);
        }
        if (bytes.length > EventSource.MAX_BYTES) {
            throw refused(source, "is larger than " + EventSource.MAX_BYTES + " bytes", null);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw refused(source, "is not UTF-8", e);
        }
    }

    private static PushException refused(EventSource.Remote source, String why, @Nullable Throwable cause) {
        String message = "event " + source.shown() + " " + why;
        return Failure.of(Stage.FETCH, Kind.USER, "event-source", message, cause)
                .asException();
    }
}
