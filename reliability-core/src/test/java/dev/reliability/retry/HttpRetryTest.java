package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.testkit.time.VirtualTime;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.MalformedURLException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;

/** Which requests are sent again, and what Retry-After says: RETRY-19. */
class HttpRetryTest {
    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";

    private final HttpRetry get = HttpRetry.of("GET");
    private final HttpRetry post = HttpRetry.of("POST");

    private static Duration hint(String retryAfter, String date) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Retry-After", retryAfter);
        headers.put("Date", date);
        return HttpRetry.retryAfter(headers::get);
    }

    @Test
    void retry_19_theseStatusesAndNoOthersAreRetryable() {
        assertThat(IntStream.range(0, 1_000).filter(get::isRetryable))
                .containsExactly(408, 425, 429, 500, 502, 503, 504);
    }

    @Test
    void retry_19_noStatusProvesThatNothingWasSent() {
        assertThat(IntStream.range(0, 1_000).filter(post::isRetryable)).isEmpty();
        assertThat(IntStream.range(0, 1_000).filter(post.withIdempotencyKey()::isRetryable))
                .containsExactly(408, 425, 429, 500, 502, 503, 504);
    }

    @Test
    void retry_19_envelopesThatFormACircle_end() {
        ExecutionException circle = new ExecutionException("in itself", null) {
            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };

        assertThat(get.isRetryable(circle)).isFalse();
    }

    @Test
    void retry_19_idempotentMethodsAreThoseOfRfc9110() {
        List<String> methods =
                List.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "CONNECT", "get", "");

        assertThat(methods.stream().filter(method -> HttpRetry.of(method).isRetryable(503)))
                .containsExactly("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");
    }

    @Test
    void retry_19_whatProvesThatNothingWasSentIsRetryableForEveryMethod() {
        assertThat(Stream.of(
                        new ConnectException(),
                        new NoRouteToHostException(),
                        new UnknownHostException(),
                        new UnresolvedAddressException(),
                        new HttpConnectTimeoutException("connect")))
                .allMatch(get::isRetryable)
                .allMatch(post::isRetryable);
    }

    @Test
    void retry_19_aConnectionThatFailsLaterIsRetryableOnlyForWhatMayBeRepeated() {
        assertThat(Stream.of(
                        new SocketException("Connection reset"),
                        new SocketTimeoutException(),
                        new HttpTimeoutException("request"),
                        new EOFException(),
                        new ClosedChannelException(),
                        new SSLHandshakeException("broken off").initCause(new EOFException()),
                        new IOException("header parser received no bytes")))
                .allMatch(get::isRetryable)
                .allMatch(post.withIdempotencyKey()::isRetryable)
                .noneMatch(post::isRetryable);
    }

    @Test
    void retry_19_whatIsNoConnectionFailureIsNeverRetryable() {
        assertThat(Stream.of(
                        new InterruptedIOException(),
                        new ClosedByInterruptException(),
                        new MalformedURLException(),
                        new ProtocolException(),
                        new FileNotFoundException(),
                        new NoSuchFileException("body"),
                        new SSLPeerUnverifiedException("who?"),
                        new SSLHandshakeException("who?").initCause(new CertificateException()),
                        new IllegalStateException(),
                        new RuntimeException(new ConnectException()),
                        new OutOfMemoryError()))
                .noneMatch(get::isRetryable)
                .noneMatch(post.withIdempotencyKey()::isRetryable);
    }

    @Test
    void retry_19_anEnvelopeIsJudgedByItsContent() {
        IOException reset = new SocketException("Connection reset");

        assertThat(get.isRetryable(new UncheckedIOException(reset))).isTrue();
        assertThat(get.isRetryable(new CompletionException(new ExecutionException(reset))))
                .isTrue();
        assertThat(post.isRetryable(new UncheckedIOException(reset))).isFalse();
        assertThat(post.isRetryable(new CompletionException(new ConnectException())))
                .isTrue();
        assertThat(get.isRetryable(new CompletionException("empty", null))).isFalse();
    }

    @Test
    void retry_19_theJdksClientThatFindsNobodyHasSentNothing() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port))
                .POST(HttpRequest.BodyPublishers.ofString("order"))
                .build();

        Throwable failure =
                catchThrowable(() -> HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()));

        assertThat(post.isRetryable(failure)).isTrue();
    }

    @Test
    void retry_19_itChoosesForARetry() {
        Retry retry = Retry.builder("orders")
                .time(VirtualTime.autoAdvancing())
                .retryIf(post::isRetryable)
                .build();
        Script script = new Script().failing(9); // plain IOExceptions

        assertThat(catchThrowable(() -> retry.call(script))).isSameAs(script.thrown.get(0));
    }

    @Test
    void retry_19_retryAfterInSeconds() {
        assertThat(hint("120", null)).isEqualTo(Duration.ofMinutes(2));
        assertThat(hint("0", null)).isZero();
        assertThat(hint(" 7\t", null)).isEqualTo(Duration.ofSeconds(7));
        assertThat(hint("99999999999999999999", null)).isEqualTo(Duration.ofSeconds(Long.MAX_VALUE));
    }

    @Test
    void retry_19_retryAfterAsADateOfEachFormIsComparedWithTheAnswersDate() {
        List<String> twoMinutesLater =
                List.of("Sun, 06 Nov 1994 08:51:37 GMT", "Sunday, 06-Nov-94 08:51:37 GMT", "Sun Nov  6 08:51:37 1994");
        List<String> dates = List.of(DATE, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994");

        for (String date : dates) {
            assertThat(twoMinutesLater).allMatch(later -> Duration.ofMinutes(2).equals(hint(later, date)));
        }
        assertThat(hint("Wed Nov 16 08:49:37 1994", DATE)).isEqualTo(Duration.ofDays(10));
    }

    @Test
    void retry_19_twoDigitsOfAYearMeanTheOneThatIsNotMoreThanFiftyYearsAhead() {
        String date = "Sat, 01 Jan 2028 00:00:00 GMT";

        assertThat(hint("Saturday, 01-Jan-28 00:00:05 GMT", date)).isEqualTo(Duration.ofSeconds(5));
        assertThat(hint("Saturday, 01-Jan-78 00:00:00 GMT", date)).isEqualTo(Duration.ofDays(50 * 365 + 13));
        assertThat(hint("Saturday, 01-Jan-79 00:00:00 GMT", date)).isZero(); // 1979
    }

    @Test
    void retry_19_aDateThatIsPastIsNoWait() {
        assertThat(hint("Sun, 06 Nov 1994 08:49:36 GMT", DATE)).isZero();
    }

    @Test
    void retry_19_aLeapSecondIsADate() {
        assertThat(hint("Sat, 31 Dec 2016 23:59:60 GMT", "Sat, 31 Dec 2016 23:59:59 GMT"))
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void retry_19_aDateWithoutTheAnswersDateIsNoHint() {
        assertThat(hint(DATE, null)).isNull();
        assertThat(hint(DATE, "yesterday")).isNull();
    }

    @Test
    void retry_19_aMalformedHintIsIgnored() {
        assertThat(Stream.of(
                        "",
                        "-1",
                        "+5",
                        "1.5",
                        "5 s",
                        "5, 7",
                        "\u0665",
                        "soon",
                        "Sun, 31 Nov 1994 08:49:37 GMT",
                        "Sun, 06 Nov 1994 24:00:00 GMT",
                        "Sun, 06 Nov 1994 08:49:61 GMT",
                        "Sun, 6 Nov 1994 08:49:37 GMT",
                        "Sun, 06 nov 1994 08:49:37 GMT",
                        "Sun, 06 Nov 1994 08:49:37 CET",
                        "Sun, 06-Nov-94 08:49:37 GMT",
                        "1994-11-06T08:49:37Z"))
                .allMatch(malformed -> hint(malformed, DATE) == null);
        assertThat(hint(null, DATE)).isNull();
    }

    @Test
    void toString_tellsTheMethodAndTheKey() {
        assertThat(post).hasToString("HttpRetry[POST]");
        assertThat(post.withIdempotencyKey()).hasToString("HttpRetry[POST, idempotency key]");
    }

    @Test
    void null_isRefusedByName() {
        assertThatNullPointerException().isThrownBy(() -> HttpRetry.of(null)).withMessage("method");
        assertThatNullPointerException().isThrownBy(() -> get.isRetryable(null)).withMessage("failure");
    }
}
