package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import dev.reliability.time.Timeout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * Exceptions keep their static types. Most of this is proved by compiling: each method declares exactly what its body can
 * throw, so that a wider type would not compile.
 */
class TypedExceptionsTest {
    private static final Policy NESTED = Retry.builder("typed")
            .backoff(Backoff.none())
            .maxAttempts(2)
            .build()
            .around(Timeout.of(Duration.ofSeconds(30)));

    private static String unchecked() {
        return NESTED.call(() -> "a lambda without checked exceptions needs no throws clause");
    }

    private static int io(boolean fail) throws IOException {
        return NESTED.call(() -> {
            if (fail) {
                throw new IOException("io");
            }
            return 1;
        });
    }

    private static int sql(boolean fail) throws SQLException {
        return NESTED.call(() -> {
            if (fail) {
                throw new SQLException("sql");
            }
            return 1;
        });
    }

    private static int nestedIo(boolean fail) throws IOException {
        return NESTED.call(() -> NESTED.call(() -> io(fail)));
    }

    private static void runIo() throws IOException {
        NESTED.run(() -> {
            throw new IOException("run");
        });
    }

    private static void runUnchecked(StringBuilder out) {
        NESTED.run(() -> {
            out.append("ran");
        });
    }

    private static HttpResponse<String> http(HttpClient client, HttpRequest request)
            throws IOException, InterruptedException {
        return NESTED.callInterruptibly(() -> client.send(request, BodyHandlers.ofString()));
    }

    private static void sleepy() throws InterruptedException {
        NESTED.callInterruptibly(() -> {
            new CountDownLatch(0).await();
            return null;
        });
    }

    /** Two different checked types on one catch each: neither has become Exception. */
    private static String kindOf(boolean io) {
        try {
            return io ? "io " + nestedIo(true) : "sql " + sql(true);
        } catch (IOException e) {
            return "IOException " + e.getMessage();
        } catch (SQLException e) {
            return "SQLException " + e.getMessage();
        }
    }

    @Test
    void call_withoutCheckedException_declaresNothing() {
        assertThat(unchecked()).startsWith("a lambda");
        StringBuilder out = new StringBuilder();
        runUnchecked(out);
        assertThat(out).hasToString("ran");
    }

    @Test
    void call_withACheckedException_throwsItAsItIs() throws Exception {
        assertThat(io(false) + sql(false) + nestedIo(false)).isEqualTo(3);
        assertThat(kindOf(true)).isEqualTo("IOException io");
        assertThat(kindOf(false)).isEqualTo("SQLException sql");
    }

    @Test
    void run_withACheckedException_throwsItAsItIs() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(TypedExceptionsTest::runIo)
                .withMessage("run");
    }

    @Test
    void callInterruptibly_throwsTheTasksTypeAndInterruptedException() throws Exception {
        sleepy();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        HttpRequest request = HttpRequest.newBuilder(uri).build();
        try {
            assertThat(http(HttpClient.newHttpClient(), request).statusCode()).isEqualTo(204);
        } finally {
            server.stop(0);
        }
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> http(HttpClient.newHttpClient(), request));
    }
}
