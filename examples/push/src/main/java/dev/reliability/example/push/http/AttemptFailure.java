package dev.reliability.example.push.http;

import dev.reliability.RetryAfter;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** One attempt did not end with an answer 2xx. */
public final class AttemptFailure extends IOException implements RetryAfter {
    private static final long serialVersionUID = 1L;

    /** What the failure says about the request. */
    public enum Sort {
        /** The other side answered that it does not want it. */
        REFUSED(""),
        /** The other side answered that it cannot take it at present. */
        BUSY(""),
        /** There was no connection, so nothing was sent. */
        UNREACHABLE("no connection"),
        /** There was no connection that could be trusted, so nothing was sent. */
        UNTRUSTED("no secure connection"),
        /** No complete answer came back. */
        LOST("the answer was lost");

        private final String text;

        Sort(String text) {
            this.text = text;
        }

        /** Whether the destination surely never saw the request. */
        public boolean isUnsent() {
            return this == UNREACHABLE || this == UNTRUSTED;
        }
    }

    private final Sort sort;
    private final int status;
    private final @Nullable Duration retryAfter;

    private AttemptFailure(
            Sort sort, int status, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.sort = sort;
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /** What an answer says that is not 2xx. */
    static AttemptFailure answered(int status, boolean busy, @Nullable Duration retryAfter) {
        String hint = retryAfter == null ? "" : ", retry after " + retryAfter.toSeconds() + " s";
        return new AttemptFailure(
                busy ? Sort.BUSY : Sort.REFUSED, status, "answered with status " + status + hint, retryAfter, null);
    }

    /** What a failure of the exchange says. */
    public static AttemptFailure of(IOException failure) {
        Sort sort = failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException
                ? Sort.UNREACHABLE
                : failure instanceof SSLHandshakeException ? Sort.UNTRUSTED : Sort.LOST;
        return new AttemptFailure(sort, 0, message(sort, failure), null, failure);
    }

    private static String message(Sort sort, IOException failure) {
        Throwable cause = failure;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (sort == Sort.UNREACHABLE && cause instanceof ClosedChannelException) {
            return "connection refused"; // the HTTP client tries its channel again, which the refusal has closed
        }
        if (cause instanceof UnresolvedAddressException) {
            return "host not found";
        }
        return sort.text + ": " + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }

    /** What the failure says about the request. */
    public Sort sort() {
        return sort;
    }

    /** The status of the answer; 0 if there was none. */
    public int status() {
        return status;
    }

    /** Whether trying again may help. */
    public boolean isTransient() {
        return sort == Sort.BUSY || sort == Sort.UNREACHABLE || sort == Sort.LOST;
    }

    @Override
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
