package dev.reliability.example.push.http;

import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/** Judges answers by their status (rule RETRY-19). */
public final class Answers {
    private static final Set<Integer> BUSY = Set.of(408, 425, 429, 500, 502, 503, 504);

    private Answers() {}

    /** Whether trying again may bring another answer. */
    public static boolean isBusy(int status) {
        return BUSY.contains(status);
    }

    /** Whether the status says that the request was accepted. */
    public static boolean isAccepted(int status) {
        return status >= 200 && status < 300;
    }

    /** Returns if the request was accepted. A redirect is a refusal: it is for a person to follow. */
    public static void check(HttpResponse<?> answer) throws AttemptFailure {
        int status = answer.statusCode();
        if (!isAccepted(status)) {
            Duration hint = answer.headers()
                    .firstValue("Retry-After")
                    .map(header -> RetryAfterHeader.parse(header, Clock.systemUTC()))
                    .orElse(null);
            throw AttemptFailure.answered(status, isBusy(status), hint);
        }
    }
}
