package dev.reliability.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes over the wire, seen from a bare socket. */
@Timeout(30)
class HttpDestinationBytesTest {
    private static final String HOST = " HTTP/1.1\r\nHost: h\r\n";

    private final HttpDestination destination = new HttpDestination();

    @AfterEach
    void closeDestination() {
        destination.close();
    }

    private Socket connect(FaultPlan plan) throws IOException {
        return connect(destination.plan("/a", plan).getPort());
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private List<String> problems() {
        return destination.received("/a").stream()
                .map(request -> request.problem().orElse("none"))
                .toList();
    }

    @Test
    void malformedRequests_areAnswered400AndRecordedAndTakeNoFault() throws Exception {
        int port = destination.plan("/a", FaultPlan.of(Fault.status(503))).getPort();
        Map<String, String> bad = Map.ofEntries(
                Map.entry("hello\r\n\r\n", "its first line is not a request: \"hello\""),
                Map.entry("G@T /a HTTP/1.1\r\n\r\n", "its method is not a token: \"G@T\""),
                Map.entry("GET /a HTTP/2\r\n\r\n", "its version is neither HTTP/1.0 nor HTTP/1.1: \"HTTP/2\""),
                Map.entry("GET /a HTTP/1.1\r\n\r\n", "it must have one Host header, but has []"),
                Map.entry("GET /a HTTP/1.1\n\n", "it has a line that does not end in CR LF: \"GET /a HTTP/1.1\""),
                Map.entry("GET /a" + HOST + "X : 1\r\n\r\n", "it has a line that is not a header: \"X : 1\""),
                Map.entry("GET /a" + HOST + " fold\r\n\r\n", "it has a line that is not a header: \" fold\""),
                Map.entry(
                        "GET /a" + HOST + "Content-Length: -1\r\n\r\n",
                        "its Content-Length must be one number, but is [-1]"),
                Map.entry(
                        "GET /a" + HOST + "Content-Length: 999999999999\r\n\r\n",
                        "its body is longer than 67108864 bytes"),
                Map.entry(
                        "GET /a" + HOST + "Transfer-Encoding: gzip\r\n\r\n",
                        "its Transfer-Encoding must be chunked, but is [gzip]"),
                Map.entry(
                        "GET /a" + HOST + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
                        "it has both Transfer-Encoding and Content-Length"),
                Map.entry(
                        "GET /a" + HOST + "Transfer-Encoding: chunked\r\n\r\nx\r\n",
                        "it has a chunk whose size is not a number: \"x\""),
                Map.entry(
                        "GET /a" + HOST + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
                        "it has a chunk that is longer than its size"),
                Map.entry("GET /a" + HOST + "Expect: x\r\n\r\n", "its Expect must be 100-continue, but is [x]"),
                Map.entry(
                        "GET /a" + HOST + "X: " + "x".repeat(70_000) + "\r\n\r\n",
                        "its header is longer than 65536 bytes"));
        for (Map.Entry<String, String> entry : bad.entrySet()) {
            try (Socket socket = connect(port)) {
                send(socket, entry.getKey());
                assertThat(readAll(socket)).startsWith("HTTP/1.1 400 ").endsWith(entry.getValue());
            }
        }

        assertThat(problems()).containsExactlyInAnyOrderElementsOf(bad.values());
        assertThat(destination.received("/a")).noneMatch(ReceivedRequest::isProcessed);
        try (Socket socket = connect(port)) {
            send(socket, "GET /a" + HOST + "\r\n");
            assertThat(read(socket, 12)).isEqualTo("HTTP/1.1 503");
        }
    }

    @Test
    void malformedRequest_whoseClientGoesOn_isNotReset() throws Exception {
        try (Socket socket = connect(FaultPlan.of())) {
            send(socket, "hello\r\n\r\n");
            assertThat(readAll(socket)).startsWith("HTTP/1.1 400 ");
            AtomicInteger sent = new AtomicInteger();
            await().pollInterval(Duration.ofMillis(5)).until(() -> {
                send(socket, "more"); // fails soon if one is answered by a reset
                return sent.incrementAndGet() == 20;
            });
        }
        await().until(() -> destination.openConnections() == 0);
    }

    @Test
    void incompleteRequest_isRecordedAsFarAsItCame() throws Exception {
        try (Socket socket = connect(FaultPlan.of())) {
            send(socket, "PUT /a" + HOST + "Content-Length: 10\r\n\r\nhalf");
            socket.shutdownOutput();
            assertThat(readAll(socket)).startsWith("HTTP/1.1 400 ");
        }
        try (Socket socket = connect(destination.uri("/a").getPort())) {
            send(socket, "PUT /a" + HOST + "Content-Length: 10\r\n\r\n");
            socket.setSoLinger(true, 0);
        }
        destination.awaitRequests("/a", 2);

        assertThat(problems().get(0)).isEqualTo("it ends in the middle of its body, after 4 bytes");
        assertThat(problems().get(1)).startsWith("its connection broke: ");
        assertThat(destination.received("/a").get(0).bodyText()).isEqualTo("half");
        assertThat(destination.received("/a").get(0).method()).isEqualTo("PUT");
    }

    @Test
    void connectionWithoutARequest_isNoRequest() throws Exception {
        connect(FaultPlan.of()).close();

        await().until(() -> destination.openConnections() == 0);
        assertThat(destination.received("/a")).isEmpty();
    }

    @Test
    void pipelinedRequests_areServedInOrderOnOneConnection() throws Exception {
        try (Socket socket = connect(FaultPlan.of(Fault.accept("1"), Fault.accept("2")))) {
            send(socket, "\r\nGET /a?1" + HOST + "\r\nGET http://h/a?2" + HOST + "Connection: x, Close\r\n\r\n");

            assertThat(readAll(socket))
                    .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Type: application/json\r\n\r\n1"
                            + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Type: application/json\r\n"
                            + "Connection: close\r\n\r\n2");
        }
        assertThat(destination.received("/a"))
                .extracting(ReceivedRequest::query)
                .containsExactly("1", "2");
    }

    @Test
    void http10_isAnsweredAndClosed() throws Exception {
        try (Socket socket = connect(FaultPlan.of())) {
            send(socket, "GET /a HTTP/1.0\r\n\r\n");
            assertThat(readAll(socket)).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    }

    @Test
    void head_isAnsweredWithoutItsBody() throws Exception {
        try (Socket socket = connect(FaultPlan.of(Fault.accept("12345"), Fault.cutBody("12345")))) {
            String header = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: application/json\r\n\r\n";
            send(socket, "HEAD /a" + HOST + "\r\n");
            assertThat(read(socket, header.length())).isEqualTo(header);
            send(socket, "HEAD /a" + HOST + "\r\n");
            assertThat(readAll(socket)).startsWith("HTTP/1.1 200").doesNotContain("\r\n\r\n");
        }
        assertThat(destination.received("/a"))
                .extracting(ReceivedRequest::isAcknowledged)
                .containsExactly(true, false);
    }

    @Test
    void chunkedBody_withExtensionsAndTrailers_isJoined() throws Exception {
        try (Socket socket = connect(FaultPlan.of())) {
            send(socket, "POST /a" + HOST + "Transfer-Encoding: chunked\r\nExpect: 100-Continue\r\n\r\n");
            assertThat(read(socket, 25)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            send(socket, "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n");
            assertThat(read(socket, 15)).isEqualTo("HTTP/1.1 200 OK");
        }
        assertThat(destination.received("/a").get(0).bodyText()).isEqualTo("abc0123456789");
    }

    @Test
    void resets_areResetsAndNotEnds() throws Exception {
        for (Fault fault : List.of(Fault.reset(), Fault.ackThenDrop())) {
            try (Socket socket = connect(FaultPlan.of(fault))) {
                send(socket, "GET /a" + HOST + "\r\n");
                assertThatThrownBy(() -> socket.getInputStream().read())
                        .as("%s", fault)
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }
        }
    }

    @Test
    void hangUp_atTheFirstByte_resetsBeforeTheRequestIsComplete() throws Exception {
        try (Socket socket = connect(FaultPlan.of(Fault.hangUp()))) {
            send(socket, "G");
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        assertThat(destination.received("/a"))
                .extracting(ReceivedRequest::method)
                .containsExactly("");
    }

    @Test
    void cutBodyAndGarbage_endAfterTheirBytes() throws Exception {
        try (Socket socket = connect(FaultPlan.of(Fault.cutBody("12345")))) {
            send(socket, "GET /a" + HOST + "\r\n");
            assertThat(readAll(socket)).contains("Content-Length: 5\r\n").endsWith("\r\n\r\n12");
        }
        try (Socket socket = connect(FaultPlan.of(Fault.garbage()))) {
            send(socket, "GET /a" + HOST + "\r\n");
            assertThat(readAll(socket)).isNotEmpty().doesNotContain("HTTP/");
        }
    }

    @Test
    void refuse_withIdleAndBusyConnections_closesTheIdleAndResetsTheRequestOfTheBusy() throws Exception {
        int port = destination
                .plan("/a", FaultPlan.of(Fault.accept(), Fault.refuse()))
                .getPort();
        try (Socket idle = connect(port);
                Socket busy = connect(port);
                Socket first = connect(port)) {
            await().until(() -> destination.openConnections() == 3);
            send(busy, "GET /a?busy" + HOST + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n");
            assertThat(read(busy, 25)).startsWith("HTTP/1.1 100");

            send(first, "GET /a?first" + HOST + "\r\n");
            assertThat(readAll(first)).startsWith("HTTP/1.1 200").contains("Connection: close");
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> connect(port)).isInstanceOf(ConnectException.class);

            send(busy, "x");
            assertThatThrownBy(() -> busy.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        assertThat(destination.received("/a"))
                .extracting(request -> request.fault().orElseThrow())
                .containsExactly(Fault.accept(), Fault.refuse());
        destination.endRefusal("/a");
        try (Socket socket = connect(port)) {
            send(socket, "GET /a" + HOST + "\r\n");
            assertThat(read(socket, 12)).isEqualTo("HTTP/1.1 200");
        }
    }

    @Test
    void answer_thatIsNotRead_isNotAcknowledgedWhenTheConnectionIsClosed() throws Exception {
        CompletableFuture<List<ReceivedRequest>> received;
        try (Socket socket = connect(FaultPlan.of(Fault.accept("x".repeat(16 * 1024 * 1024))))) {
            send(socket, "GET /a" + HOST + "\r\n");
            assertThat(read(socket, 12)).isEqualTo("HTTP/1.1 200");
            received = CompletableFuture.supplyAsync(() -> destination.received("/a"));
            socket.setSoLinger(true, 0);
        }

        assertThat(received.get(9, TimeUnit.SECONDS)).hasSize(1);
        assertThat(received.join().get(0).isProcessed()).isTrue();
        assertThat(received.join().get(0).isAcknowledged()).isFalse();
    }

    @Test
    void answer_whoseLastByteIsRead_isAcknowledgedAtOnce() throws Exception {
        int port = destination.plan("/a", FaultPlan.of()).getPort();
        try (Socket socket = connect(port)) {
            InputStream in = socket.getInputStream();
            int length = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".length();
            for (int i = 0; i < 500; i++) {
                send(socket, "GET /a" + HOST + "\r\n");
                in.readNBytes(length);
                List<ReceivedRequest> received = destination.received("/a");
                assertThat(received.get(i).isAcknowledged()).as("request %d", i).isTrue();
            }
        }
    }

    /**
     * By bare sockets, because the JDK's client may close a pooled connection that it has just given to a request
     * ("connection closed locally").
     */
    @Test
    void received_aThousandRequestsByEight_isExact() throws Exception {
        List<Fault> faults = IntStream.range(0, 1000)
                .mapToObj(i -> i % 10 == 3 ? Fault.status(503) : Fault.accept())
                .toList();
        int port = destination.plan("/a", FaultPlan.of(faults)).getPort();
        List<FutureTask<Integer>> clients = IntStream.range(0, 8)
                .mapToObj(client -> new FutureTask<>(() -> refusedOf(125, "/a/" + client, port)))
                .toList();
        clients.forEach(client -> new Thread(client).start());
        int refused = 0;
        for (FutureTask<Integer> client : clients) {
            refused += client.get();
        }

        List<ReceivedRequest> received = destination.received("/a");
        assertThat(refused).isEqualTo(100);
        assertThat(received)
                .extracting(request -> request.fault().orElseThrow())
                .as("the faults in the order of arrival")
                .isEqualTo(faults);
        assertThat(received)
                .extracting(ReceivedRequest::order)
                .isEqualTo(LongStream.rangeClosed(1, 1000).boxed().toList());
        assertThat(received).extracting(ReceivedRequest::path).doesNotHaveDuplicates();
        assertThat(received.stream().map(ReceivedRequest::connection).distinct())
                .as("connections are kept alive")
                .hasSize(8);
    }

    /** Sends requests over one connection, looks each up in the history, and counts the refused. */
    private int refusedOf(int requests, String prefix, int port) throws IOException {
        int refused = 0;
        try (Socket socket = connect(port)) {
            for (int i = 0; i < requests; i++) {
                String path = prefix + "/" + i;
                send(socket, "POST " + path + HOST + "Content-Length: 0\r\n\r\n");
                String answer = readHeader(socket);
                ReceivedRequest mine = destination.received("/a").stream()
                        .filter(request -> request.path().equals(path))
                        .findFirst()
                        .orElseThrow();
                boolean ok = answer.startsWith("HTTP/1.1 200 ");
                assertThat(mine.isAcknowledged()).as("%s: %s", mine, answer).isEqualTo(ok);
                refused += ok ? 0 : 1;
            }
        }
        return refused;
    }

    private static String readHeader(Socket socket) throws IOException {
        StringBuilder header = new StringBuilder();
        while (header.indexOf("\r\n\r\n") < 0) {
            String next = read(socket, 1);
            assertThat(next).as("more after \"%s\"", header).isNotEmpty();
            header.append(next);
        }
        return header.toString();
    }
}
