package dev.reliability.example.push.http;

import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/** Judges answers by their status (rule RETRY-19). */
public final class Answers {
    private static final Set<Integer> BUSY = Set.of(408, 425, 429, 500, 502, 503, 504);

    /** Not able to do that at all, not now, not by this version of HTTP, not on this network. */
    private static final Set<Integer> REFUSING = Set.of(501, 503, 505, 511);

    private Answers() {}

    /** Whether trying again may bring another answer. */
    public static boolean isBusy(int status) {
        return BUSY.contains(status);
    }

    /**
     * Whether the status leaves open if the request was accepted. A gateway answers 502 and 504 when it has lost the answer
     * of the server behind it, and others use 408 and numbers of their own for that; a server may have accepted the
     * request before it failed with 500. All other answers say that this request was not accepted.
     */
    public static boolean leavesOpen(int status) {
        return status == 408 || (status >= 500 && !REFUSING.contains(status));
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
