package dev.reliability.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** After close nothing is left. */
@Timeout(30)
class HttpDestinationCloseTest {
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("http-destination"))
                .toList();
    }

    private static void assertThatNothingIsLeft(HttpDestination destination, int port) throws IOException {
        assertThat(threads()).isEmpty();
        assertThat(destination.openConnections()).isZero();
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
        try (ServerSocket again = new ServerSocket()) {
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    private static Socket sent(URI uri) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri.getPort());
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("GET " + uri.getPath() + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void close_whileRequestsHangAndWait_releasesThem() throws Exception {
        HttpDestination destination = new HttpDestination();
        URI uri = destination.plan(
                "/a",
                FaultPlan.of(Fault.hang(), Fault.slow(Duration.ofDays(40_000)), Fault.accept("x".repeat(1 << 24))));
        try (Socket hanging = sent(uri)) {
            destination.awaitRequests("/a", 1);
            try (Socket slow = sent(uri)) {
                destination.awaitRequests("/a", 2);
                try (Socket unread = sent(uri)) {
                    assertThat(unread.getInputStream().read()).isEqualTo('H');
                    destination.close();

                    assertThat(hanging.getInputStream().read()).isEqualTo(-1);
                    assertThat(slow.getInputStream().read()).isEqualTo(-1);
                }
            }
        }
        assertThat(destination.received("/a"))
                .hasSize(3)
                .noneMatch(ReceivedRequest::isAcknowledged)
                .extracting(ReceivedRequest::isProcessed)
                .containsExactly(false, false, true);
        assertThatNothingIsLeft(destination, uri.getPort());
    }

    @Test
    void close_whileAClientWaits_failsItsRequest() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpDestination destination = new HttpDestination();
        URI uri = destination.plan("/a", FaultPlan.of(Fault.hang()));
        CompletableFuture<?> answer =
                client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
        destination.awaitRequests("/a", 1);

        destination.close();

        assertThatThrownBy(answer::join).isInstanceOf(CompletionException.class).hasCauseInstanceOf(IOException.class);
        assertThatNothingIsLeft(destination, uri.getPort());
    }

    @Test
    void close_whileRefusing_givesThePortBackThatWasHeld() throws Exception {
        HttpDestination destination = new HttpDestination();
        URI uri = destination.plan("/a", FaultPlan.always(Fault.refuse()));
        assertThatThrownBy(() -> bindAlone(uri.getPort())).isInstanceOf(BindException.class);

        destination.close();

        bindAlone(uri.getPort());
        assertThatNothingIsLeft(destination, uri.getPort());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void refuse_afterListening_stillHoldsThePort() throws Exception {
        try (HttpDestination destination = new HttpDestination()) {
            int port = destination.uri("/a").getPort();
            destination.plan("/a", FaultPlan.always(Fault.refuse()));

            assertThatThrownBy(() -> bindAlone(port)).isInstanceOf(BindException.class);
        }
    }

    /** Fails if any socket is bound to the port, whether it listens or not. */
    private static void bindAlone(int port) throws IOException {
        try (ServerSocket alone = new ServerSocket()) {
            alone.setReuseAddress(false);
            alone.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    @Test
    void close_withIdleConnectionsAndHalfARequest_closesThem() throws Exception {
        HttpDestination destination = new HttpDestination();
        URI uri = destination.uri("/a");
        try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), uri.getPort());
                Socket half = sent(uri)) {
            destination.awaitRequests("/a", 1);
            half.getOutputStream().write('G');

            destination.close();

            assertThat(idle.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(destination.received("/a"))
                .as("our own close is nobody's bad request")
                .hasSize(1);
        assertThatNothingIsLeft(destination, uri.getPort());
    }

    @Test
    void close_whenInterrupted_closesAllTheSameAndKeepsTheInterrupt() throws Exception {
        HttpDestination destination = new HttpDestination();
        URI uri = destination.uri("/a");
        try (Socket socket = sent(uri)) {
            Thread.currentThread().interrupt();
            destination.close();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(socket.isClosed()).isFalse();
        }
        assertThatNothingIsLeft(destination, uri.getPort());
    }

    @Test
    void close_twice_doesNothingAndEverythingElseIsRefused() {
        HttpDestination destination = new HttpDestination();
        destination.uri("/a");
        destination.close();
        destination.close();

        assertThatThrownBy(() -> destination.uri("/a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the destination is closed; make a new one");
        assertThatThrownBy(() -> destination.plan("/b", FaultPlan.of())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> destination.endRefusal("/a")).isInstanceOf(IllegalStateException.class);
        assertThat(destination.received("/a")).isEmpty();
    }

    @Test
    void close_ofNothing_doesNothing() {
        new HttpDestination().close();

        assertThat(threads()).isEmpty();
    }

    @Test
    void openAndClose_manyTimesUnderLoad_leavesNothing() throws Exception {
        for (int round = 0; round < 30; round++) {
            HttpDestination destination = new HttpDestination();
            URI uri =
                    destination.plan("/a", FaultPlan.of(Fault.accept(), Fault.hang(), Fault.reset(), Fault.garbage()));
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                sockets.add(sent(uri));
            }
            destination.close();
            assertThatNothingIsLeft(destination, uri.getPort());
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
