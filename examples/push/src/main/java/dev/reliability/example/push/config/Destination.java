package dev.reliability.example.push.config;

import dev.reliability.example.push.http.HttpUrl;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * An HTTP endpoint that a flow can deliver to.
 *
 * @param name what the flow calls it
 * @param url where it is
 * @param method POST or PUT
 * @param headers sent with every attempt; they may hold secrets, so they are never shown
 * @param answerWithin how long one attempt may take
 * @param retry how often and how far apart attempts are made
 * @param breaker when the destination is left alone for a while
 */
public record Destination(
        String name,
        URI url,
        String method,
        Map<String, String> headers,
        Duration answerWithin,
        RetrySettings retry,
        BreakerSettings breaker) {
    /** The URL without its query, which may hold a secret. */
    public String shownUrl() {
        return HttpUrl.shown(url);
    }

    /**
     * The attempts of one delivery.
     *
     * @param maxAttempts how many at most, the first included
     * @param firstDelay the wait before the second attempt; it doubles from one to the next
     * @param maxDelay the longest wait
     */
    public record RetrySettings(int maxAttempts, Duration firstDelay, Duration maxDelay) {}

    /**
     * The breaker of one destination, which all events of one push share.
     *
     * @param failures how many failures in a row open it
     * @param openFor how long it then refuses
     */
    public record BreakerSettings(int failures, Duration openFor) {}
}
