package dev.reliability.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the JDK's HTTP client sees, and what the destination remembers of it. */
@Timeout(30)
class HttpDestinationTest {
    /** A failure that does not prove that nothing was sent. */
    private static final ThrowingConsumer<Throwable> AFTER_CONNECT = failure -> assertThat(failure)
            .isInstanceOf(IOException.class)
            .isNotInstanceOf(ConnectException.class)
            .isNotInstanceOf(HttpTimeoutException.class);

    private final HttpDestination destination = new HttpDestination();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void closeDestination() {
        destination.close();
    }

    private HttpResponse<String> post(URI uri, String body) throws Exception {
        return client.send(request(uri, body).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .header("Idempotency-Key", "key of " + body)
                .timeout(Duration.ofSeconds(10))
                .POST(BodyPublishers.ofString(body));
    }

    private ReceivedRequest only(String path) {
        assertThat(destination.received(path)).hasSize(1);
        return destination.received(path).get(0);
    }

    @Test
    void accept_aRequest_isRecordedAsItWasSent() throws Exception {
        URI uri = destination.plan("/orders", FaultPlan.of(Fault.accept("{\"id\":1}")));

        HttpResponse<String> answer = post(URI.create(uri + "/7?x=1&y"), "grüße");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"id\":1}");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        ReceivedRequest received = only("/orders");
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.path()).isEqualTo("/orders/7");
        assertThat(received.query()).isEqualTo("x=1&y");
        assertThat(received.headers()).containsKey("hOST");
        assertThat(received.bodyText()).isEqualTo("grüße");
        assertThat(received.body()).isEqualTo("grüße".getBytes(StandardCharsets.UTF_8));
        assertThat(received.order()).isEqualTo(1);
        assertThat(received.isProcessed()).isTrue();
        assertThat(received.isAcknowledged()).isTrue();
        assertThat(received.fault()).hasValue(Fault.accept("{\"id\":1}"));
        assertThat(received.problem()).isEmpty();
        assertThat(received)
                .hasToString(
                        "#1 POST /orders/7?x=1&y (7 bytes) on connection 1: " + "accept with {\"id\":1}, acknowledged");
    }

    @Test
    void idempotencyKey_asSent_isRecorded() throws Exception {
        post(destination.uri("/a"), "1");

        assertThat(only("/a").idempotencyKey()).hasValue("key of 1");
        assertThat(only("/a").header("no-such")).isEmpty();
    }

    @Test
    void status_withAWaitHint_isNotAcknowledgedUnlessItSaysSuccess() throws Exception {
        URI uri = destination.plan(
                "/a", FaultPlan.of(Fault.status(503, "2"), Fault.status(202), Fault.status(204), Fault.status(404)));

        HttpResponse<String> unavailable = post(uri, "1");

        assertThat(unavailable.statusCode()).isEqualTo(503);
        assertThat(unavailable.headers().firstValue("retry-after")).hasValue("2");
        assertThat(List.of(
                        post(uri, "2").statusCode(),
                        post(uri, "3").statusCode(),
                        post(uri, "4").statusCode()))
                .containsExactly(202, 204, 404);
        assertThat(destination.received("/a"))
                .extracting(ReceivedRequest::isAcknowledged)
                .containsExactly(false, true, true, false);
        assertThat(destination.received("/a"))
                .extracting(ReceivedRequest::isProcessed)
                .containsExactly(false, true, true, false);
        assertThat(destination.received("/a"))
                .as("one connection serves all")
                .extracting(ReceivedRequest::connection)
                .containsOnly(1L);
    }

    @Test
    void refuse_untilTold_refusesAndThenAccepts() throws Exception {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.refuse()));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> post(uri, "refused")).isInstanceOf(ConnectException.class);
        }

        destination.endRefusal("/a");

        assertThat(post(uri, "accepted").statusCode()).isEqualTo(200);
        assertThat(only("/a").bodyText()).isEqualTo("accepted");
    }

    @Test
    void refuse_forASpan_endsByItself() throws Exception {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.refuse(Duration.ofMillis(50)), Fault.status(202)));

        await().ignoreExceptionsInstanceOf(ConnectException.class)
                .until(() -> post(uri, "1").statusCode() == 202);

        assertThat(destination.received("/a")).hasSize(1);
    }

    @Test
    void refuse_afterAnAnswer_isDueBeforeTheAnswerIsSeen() throws Exception {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            faults.addAll(List.of(Fault.status(202), Fault.refuse()));
        }
        URI uri = destination.plan("/a", FaultPlan.of(faults));

        for (int i = 0; i < 50; i++) {
            assertThat(post(uri, "1").statusCode()).isEqualTo(202);
            assertThatThrownBy(() -> post(uri, "2")).isInstanceOf(ConnectException.class);
            destination.endRefusal("/a");
        }
        assertThat(destination.received("/a")).hasSize(50).allMatch(ReceivedRequest::isAcknowledged);
    }

    @Test
    void refuse_ofOneDestination_leavesTheOthersAlone() throws Exception {
        URI refusing = destination.plan("/a", FaultPlan.always(Fault.refuse()));
        URI other = destination.uri("/b");

        assertThatThrownBy(() -> post(refusing, "1")).isInstanceOf(ConnectException.class);
        assertThat(post(other, "2").statusCode()).isEqualTo(200);
    }

    @Test
    void endRefusal_whenNotRefusing_saysWhatIsDue() {
        destination.plan("/a", FaultPlan.of(Fault.hang()));

        assertThatThrownBy(() -> destination.endRefusal("/a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("destination /a cannot end a refusal, because due is hang");
    }

    @Test
    void plan_duringARefusal_endsIt() throws Exception {
        URI uri = destination.plan("/a", FaultPlan.always(Fault.refuse()));
        for (int i = 0; i < 50; i++) {
            destination.plan("/a", FaultPlan.always(Fault.status(202)));
            assertThat(post(uri, "1").statusCode()).isEqualTo(202);
            destination.plan("/a", FaultPlan.always(Fault.refuse()));
            assertThatThrownBy(() -> post(uri, "2")).isInstanceOf(IOException.class);
        }
        assertThat(destination.received("/a")).hasSize(50);
    }

    @Test
    void hangUp_twice_takesTwoAttempts() throws Exception {
        URI uri = destination.plan("/a", FaultPlan.times(2, Fault.hangUp()));

        assertThatThrownBy(() -> post(uri, "1")).satisfies(AFTER_CONNECT);
        assertThatThrownBy(() -> post(uri, "2")).satisfies(AFTER_CONNECT);
        assertThat(post(uri, "3").statusCode()).isEqualTo(200);
        assertThat(destination.received("/a"))
                .extracting(ReceivedRequest::bodyText)
                .containsExactly("", "", "3");
        assertThat(destination.received("/a").get(0))
                .hasToString("#1 unread request on connection 1: hang up, not processed");
    }

    @Test
    void hangUp_onAPooledConnection_takesTheRequest() throws Exception {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.accept(), Fault.hangUp()));

        assertThat(post(uri, "1").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> post(uri, "2")).satisfies(AFTER_CONNECT);
        assertThat(post(uri, "3").statusCode()).isEqualTo(200);
        assertThat(destination.received("/a"))
                .extracting(ReceivedRequest::bodyText)
                .containsExactly("1", "", "3");
    }

    @Test
    void slow_withinTheTimeOfTheClient_isAcknowledgedAfterTheDelay() throws Exception {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.slow(Duration.ofMillis(50))));
        long start = System.nanoTime();

        assertThat(post(uri, "1").statusCode()).isEqualTo(200);

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
        assertThat(only("/a").isAcknowledged()).isTrue();
    }

    @Test
    void slow_whenTheClientGivesUp_isProcessedAllTheSame() {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.slow(Duration.ofMillis(100))));
        CompletableFuture<?> answer = client.sendAsync(request(uri, "1").build(), BodyHandlers.discarding());
        destination.awaitRequests("/a", 1);

        answer.cancel(true);

        await().until(() -> only("/a").isProcessed());
    }

    @Test
    void hang_untilTheClientGivesUp_leavesNoConnection() throws Exception {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.hang()));
        HttpRequest request = request(uri, "1").timeout(Duration.ofMillis(500)).build();

        assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
                .isInstanceOf(HttpTimeoutException.class);

        assertThat(only("/a").isProcessed()).isFalse();
        assertThat(only("/a").isAcknowledged()).isFalse();
        await().until(() -> destination.openConnections() == 0);
    }

    @Test
    void reset_afterTheRequest_isNotProcessed() {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.reset()));

        assertThatThrownBy(() -> post(uri, "1")).satisfies(AFTER_CONNECT);

        assertThat(only("/a").isProcessed()).isFalse();
        assertThat(only("/a").isAcknowledged()).isFalse();
    }

    @Test
    void ackThenDrop_afterTheRequest_isProcessedButNotAcknowledged() throws Exception {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.ackThenDrop()));

        assertThatThrownBy(() -> post(uri, "1")).satisfies(AFTER_CONNECT);
        assertThat(only("/a").isProcessed()).isTrue();
        assertThat(only("/a").isAcknowledged()).isFalse();
        assertThat(post(uri, "1").statusCode()).isEqualTo(200);

        assertThat(destination.received("/a"))
                .extracting(request -> request.idempotencyKey().orElseThrow())
                .containsExactly("key of 1", "key of 1");
    }

    @Test
    void cutBody_ofAnAnswer_isProcessedButNotAcknowledged() throws Exception {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.cutBody("0123456789")));

        HttpResponse<InputStream> answer = client.send(request(uri, "1").build(), BodyHandlers.ofInputStream());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-length")).hasValue("10");
        assertThat(answer.body().readNBytes(5)).isEqualTo("01234".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> answer.body().read()).isInstanceOf(IOException.class);
        assertThat(only("/a").isProcessed()).isTrue();
        assertThat(only("/a").isAcknowledged()).isFalse();
    }

    @Test
    void garbage_asAnswer_isNoAnswer() {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.garbage()));

        assertThatThrownBy(() -> post(uri, "1")).satisfies(AFTER_CONNECT);
        assertThat(only("/a").isProcessed()).isFalse();
    }

    @Test
    void anyFault_thenAccept_servesTheNextRequest() throws Exception {
        for (Fault fault : List.of(
                Fault.accept(),
                Fault.status(500),
                Fault.hangUp(),
                Fault.slow(Duration.ofMillis(1)),
                Fault.reset(),
                Fault.cutBody(),
                Fault.ackThenDrop(),
                Fault.garbage())) {
            URI uri = destination.plan("/a", FaultPlan.of(fault, Fault.status(202)));
            try {
                post(uri, fault.toString());
            } catch (IOException expected) {
                assertThat(fault).isNotIn(Fault.accept(), Fault.status(500));
            }
            assertThat(post(uri, "after " + fault).statusCode())
                    .as("after %s", fault)
                    .isEqualTo(202);
        }
    }

    @Test
    void requestBody_expectedContinueAndChunked_isRead() throws Exception {
        URI uri = destination.uri("/a");
        byte[] large = new byte[300_000];
        large[299_999] = 7;
        HttpRequest chunked = HttpRequest.newBuilder(uri)
                .expectContinue(true)
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                .build();

        assertThat(client.send(chunked, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
        ReceivedRequest received = only("/a");
        assertThat(received.header("Transfer-Encoding")).hasValue("chunked");
        assertThat(received.header("Expect"))
                .hasValueSatisfying(value -> assertThat(value).isEqualToIgnoringCase("100-continue"));
        assertThat(received.body()).isEqualTo(large);
    }

    @Test
    void otherPath_isAnswered404AndTakesNoFault() throws Exception {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.status(503)));

        assertThat(post(uri.resolve("/ab"), "1").statusCode()).isEqualTo(404);
        assertThat(post(uri, "2").statusCode()).isEqualTo(503);
        assertThat(destination.received("/a").get(0).problem()).hasValue("its path is neither /a nor below it: /ab");
    }

    @Test
    void awaitRequests_thatDoNotCome_saysWhatDid() throws Exception {
        post(destination.uri("/a"), "1");

        assertThat(destination.awaitRequests("/a", 1)).hasSize(1);
        assertThatThrownBy(() -> destination.awaitRequests("/a", 2, Duration.ofMillis(50)))
                .isInstanceOf(ConditionTimeoutException.class)
                .hasMessageContaining(
                        "2 requests were to arrive at /a, but 1 did: [#1 POST /a (1 bytes) on connection 1");
    }

    @Test
    void unknownOrBadPath_isRefused() {
        destination.uri("/a");

        assertThatThrownBy(() -> destination.received("/b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path must be one of [/a], but was \"/b\"");
        for (String path : List.of("a", "", "/a?x", "/a#x", "/ a")) {
            assertThatThrownBy(() -> destination.uri(path)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> destination.uri(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("path");
        assertThatThrownBy(() -> destination.plan("/a", null)).hasMessage("plan");
    }

    @Test
    void toString_tellsTheState() {
        URI uri = destination.plan("/a", FaultPlan.of(Fault.hang()));

        assertThat(destination)
                .hasToString("HttpDestination[/a at port " + uri.getPort()
                        + " (listening, 0 requests, 0 connections open, at fault 0 of hang, then always accept)]");
    }
}
