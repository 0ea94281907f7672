package dev.reliability.retry;

import static java.util.Objects.requireNonNull;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.MalformedURLException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.UnknownServiceException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Which HTTP requests are worth another attempt, for any HTTP client: it is asked about a status or a failure.
 *
 * <p>The statuses 408, 425, 429, 500, 502, 503 and 504 and connection failures are. A request that may be repeated is one
 * whose method is idempotent (GET, HEAD, OPTIONS, TRACE, PUT, DELETE: RFC 9110, 9.2.2; methods are case-sensitive) or
 * that carries an idempotency key. Any other is repeated only when the failure proves that nothing of it was sent; no
 * status proves that. A proof ends at the first redirection: a client that follows those by itself may have sent the
 * request to somebody before it fails to connect to somebody else.
 *
 * <p>Immutable and thread-safe.
 */
public final class HttpRetry {
    private static final int DEEPEST_CAUSE = 32; // chains of causes may be circles
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    /** RFC 9110, RFC 8470 (425) and RFC 6585 (429). */
    private static final Set<Integer> STATUSES = Set.of(408, 425, 429, 500, 502, 503, 504);

    /** By name: its module need not be there. */
    private static final String CONNECT_TIMEOUT = "java.net.http.HttpConnectTimeoutException";

    private final String method;
    private final boolean key;

    private HttpRetry(String method, boolean key) {
        this.method = method;
        this.key = key;
    }

    /**
     * For requests of one method, without an idempotency key.
     *
     * @param method as it is sent, for example {@code POST}
     * @return what decides for them
     */
    public static HttpRetry of(String method) {
        return new HttpRetry(requireNonNull(method, "method"), false);
    }

    /**
     * For requests that carry an idempotency key, the same in each attempt, or that are known to do no harm twice.
     *
     * @return what decides for them
     */
    public HttpRetry withIdempotencyKey() {
        return new HttpRetry(method, true);
    }

    /**
     * Whether a request that was answered may be sent again.
     *
     * @param status the status of the answer
     * @return whether the status is retryable and the request may be repeated
     */
    public boolean isRetryable(int status) {
        return mayBeRepeated() && STATUSES.contains(status);
    }

    /**
     * Whether a request that was not answered may be sent again.
     *
     * <p>Nothing was sent after {@link ConnectException}, {@link NoRouteToHostException}, {@link UnknownHostException},
     * {@link UnresolvedAddressException} and {@code java.net.http.HttpConnectTimeoutException}. Every other {@link
     * IOException} is a connection that failed, except for those that say that the request or the server's identity is
     * wrong, that a file is missing, or that the thread was interrupted. {@link UncheckedIOException}, {@link
     * CompletionException} and {@link ExecutionException} are judged by their cause.
     *
     * <p>A client that sends a request again by itself can fail to connect after it has sent it once: {@link
     * java.net.HttpURLConnection} does so, with POST too unless the system property {@code sun.net.http.retryPost} is
     * {@code false}. Its failures prove nothing.
     *
     * @param failure what the client threw
     * @return whether it is a connection failure, and either the request may be repeated or nothing of it was sent
     */
    public boolean isRetryable(Throwable failure) {
        Throwable cause = requireNonNull(failure, "failure");
        Throwable next = cause.getCause();
        for (int depth = 0; depth < DEEPEST_CAUSE && next != null && isEnvelope(cause); depth++) {
            cause = next;
            next = cause.getCause();
        }
        return nothingWasSent(cause) || (mayBeRepeated() && isConnectionFailure(cause));
    }

    private boolean mayBeRepeated() {
        return key || IDEMPOTENT.contains(method);
    }

    private static boolean isEnvelope(Throwable failure) {
        return failure instanceof UncheckedIOException
                || failure instanceof CompletionException
                || failure instanceof ExecutionException;
    }

    private static boolean nothingWasSent(Throwable failure) {
        return failure instanceof ConnectException
                || failure instanceof NoRouteToHostException
                || failure instanceof UnknownHostException
                || failure instanceof UnresolvedAddressException
                || failure.getClass().getName().equals(CONNECT_TIMEOUT);
    }

    private static boolean isConnectionFailure(Throwable failure) {
        boolean interrupted =
                (failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException))
                        || failure instanceof ClosedByInterruptException;
        boolean wrongRequest = failure instanceof MalformedURLException
                || failure instanceof ProtocolException
                || failure instanceof UnknownServiceException;
        boolean wrongServer = failure instanceof SSLPeerUnverifiedException
                // One that broke off, rather than failed, was caused by the connection.
                || (failure instanceof SSLHandshakeException && !(failure.getCause() instanceof IOException));
        boolean missingFile = failure instanceof FileNotFoundException || failure instanceof FileSystemException;
        return failure instanceof IOException && !interrupted && !wrongRequest && !wrongServer && !missingFile;
    }

    /**
     * The wait hint of an answer, from its header {@code Retry-After} (RFC 9110, 10.2.3): seconds, or a date in one of
     * the three forms of RFC 9110, 5.6.7.
     *
     * <p>A date is compared with the answer's own header {@code Date}, for the clocks of this machine and the server need
     * not agree: where that is missing or malformed, a date is no hint.
     *
     * @param headers from the name of a header to its only or first value, or null; asked for {@code Retry-After} and
     *     {@code Date}, and to be indifferent to the case of names
     * @return how long to wait at least, zero if the date is past; null if there is no hint, or a malformed one
     */
    public static @Nullable Duration retryAfter(Function<String, @Nullable String> headers) {
        String value = requireNonNull(headers, "headers").apply("Retry-After");
        if (value == null) {
            return null;
        }
        String trimmed = value.strip();
        if (!trimmed.isEmpty() && trimmed.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return seconds(trimmed);
        }
        return HttpDate.between(headers.apply("Date"), trimmed);
    }

    /** Any number of digits: more than fit into a long are longer than anybody waits. */
    private static Duration seconds(String digits) {
        try {
            return Duration.ofSeconds(Long.parseLong(digits));
        } catch (NumberFormatException tooLarge) {
            return Duration.ofSeconds(Long.MAX_VALUE);
        }
    }

    @Override
    public String toString() {
        return "HttpRetry[" + method + (key ? ", idempotency key]" : "]");
    }
}
