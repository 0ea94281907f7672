package dev.reliability.example.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.bundle.Bundle;
import dev.reliability.example.push.delivery.DeliveryResult;
import dev.reliability.example.push.delivery.Outcome;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.Problem;
import dev.reliability.example.push.failure.Stage;
import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import dev.reliability.testkit.fault.ReceivedRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushTest {
    private static final Fault BUSY = Fault.status(503);

    @TempDir
    Path directory;

    private PushBench bench;
    private Set<Thread> threadsBefore;

    @BeforeEach
    void open() {
        threadsBefore = Thread.getAllStackTraces().keySet();
        bench = new PushBench(directory);
    }

    @AfterEach
    void nothingIsLeft() {
        bench.close();
        assertThat(bench.left()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !threadsBefore.contains(thread))
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("push-"));
    }

    @Test
    void run_destinationsThatAccept_isASuccess() {
        bench.destination("orders").destination("billing");
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.isSuccess()).isTrue();
        assertThat(report.exitCode()).isZero();
        EventReport event = report.events().get(0);
        assertThat(event.result()).isEqualTo("[\"delivered\",\"delivered\"]");
        assertThat(event.deliveries())
                .extracting(DeliveryResult::destination, DeliveryResult::outcome, DeliveryResult::attempts)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("orders", Outcome.DELIVERED, 1),
                        org.assertj.core.groups.Tuple.tuple("billing", Outcome.DELIVERED, 1));
        ReceivedRequest request = bench.received("orders").get(0);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.header("Content-Type")).contains("application/json");
        assertThat(request.bodyText()).contains("\"title\":\"Home\"").contains("\"id\":\"" + id(event) + "\"");
    }

    @Test
    void push_1_invalidEventAndFlow_allProblemsAtOnceAndNoWork() {
        bench.destination("orders");
        bench.settings("orders").put("timeoutMs", 0);
        bench.in(surroundings -> surroundings.withBundler((flow, at) -> {
            throw new AssertionError("bundled");
        }));
        PushReport report = bench.push("{\"name\":5,\"nested\":[{}]}");
        Failure failure = Objects.requireNonNull(report.failure());
        assertThat(failure.problems())
                .extracting(Problem::path)
                .containsExactly("destinations.orders.timeoutMs", "name", "nested[0].type");
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(bench.received("orders")).isEmpty();
    }

    @Test
    void push_5_hangingDestination_endsAtTheLimitAndTheOthersAreDelivered() {
        new PushBench(directory).script("export default () => 1").push(PushBench.EVENT); // starts the engine
        bench.destination("orders", Fault.hang()).destination("billing");
        PushReport report = bench.push(Duration.ofSeconds(1), PushBench.EVENT);
        assertThat(report.took()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        Failure failure = Objects.requireNonNull(report.failure());
        assertThat(failure.message()).isEqualTo("not finished within 1.0 s: waited for the answer of orders");
        assertThat(failure.stage()).isEqualTo(Stage.DELIVERY);
        assertThat(report.exitCode()).isEqualTo(3);
        assertThat(report.events().get(0).deliveries())
                .extracting(DeliveryResult::outcome)
                .containsExactly(Outcome.UNKNOWN, Outcome.DELIVERED);
    }

    @Test
    void push_5_hangingEventSource_endsAtTheLimit() {
        bench.destination("orders");
        String url = bench.http().plan("/event", FaultPlan.always(Fault.hang())).toString();
        PushReport report = bench.push(Duration.ofSeconds(1), url);
        assertThat(report.took()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(Objects.requireNonNull(report.failure()).message())
                .contains("waited for the event from http://127.0.0.1");
        assertThat(report.exitCode()).isEqualTo(3);
    }

    @Test
    void push_6_interrupt_endsThePushAndKeepsTheFlag() throws Exception {
        bench.destination("orders", Fault.hang());
        AtomicBoolean flag = new AtomicBoolean();
        CompletableFuture<PushReport> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            PushReport report = bench.push(Duration.ofSeconds(60), PushBench.EVENT);
            flag.set(Thread.currentThread().isInterrupted());
            result.complete(report);
        });
        thread.start();
        bench.http().awaitRequests("/orders", 1);
        thread.interrupt();
        PushReport report = result.get(10, java.util.concurrent.TimeUnit.SECONDS);
        assertThat(flag).isTrue();
        assertThat(report.worst()).contains(Kind.INTERRUPTED);
        assertThat(report.events().get(0).deliveries())
                .extracting(DeliveryResult::outcome)
                .containsExactly(Outcome.UNKNOWN);
    }

    @Test
    void push_7_lostAnswer_isUnknownUntilARetrySettlesIt() {
        bench.destination("settled", Fault.ackThenDrop());
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.isSuccess()).isTrue();
        assertThat(report.attempts()).isEqualTo(2);

        bench.destination("settled", FaultPlan.times(1, Fault.ackThenDrop()).thenAlways(BUSY));
        report = bench.push(PushBench.EVENT);
        assertThat(report.exitCode()).isEqualTo(3);
        assertThat(report.events().get(0).deliveries())
                .extracting(DeliveryResult::outcome)
                .containsExactly(Outcome.UNKNOWN);
        assertThat(Objects.requireNonNull(report.events().get(0).failure()).code())
                .isEqualTo("outcome-unknown");
    }

    @Test
    void push_7_answerCutShort_isNoAcknowledgement() {
        bench.destination("orders", FaultPlan.always(Fault.cutBody("{\"ok\":true}")));
        assertThat(outcomeOf(bench.push(PushBench.EVENT))).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void push_8_transientFailures_areRetriedWithTheSameKey() {
        bench.destination("orders", BUSY, Fault.status(429), Fault.reset()).destination("billing");
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.isSuccess()).isTrue();
        assertThat(bench.received("orders"))
                .hasSize(4)
                .allSatisfy(request -> assertThat(request.idempotencyKey())
                        .contains(id(report.events().get(0)) + ".orders"));
        assertThat(bench.received("billing").get(0).idempotencyKey())
                .contains(id(report.events().get(0)) + ".billing");
    }

    @Test
    void push_8_attemptLimit() {
        bench.destination("orders", FaultPlan.always(BUSY));
        bench.settings("orders").withObject("/retry").put("maxAttempts", 2);
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.exitCode()).isEqualTo(3);
        assertThat(outcomeOf(report)).isEqualTo(Outcome.FAILED);
        assertThat(bench.received("orders")).hasSize(2);
    }

    @Test
    void push_8_refusal_isNotRetried() {
        bench.destination("orders", FaultPlan.always(Fault.status(401)))
                .destination("moved", FaultPlan.always(Fault.status(302)));
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.attempts()).isEqualTo(2);
        assertThat(Objects.requireNonNull(report.events().get(0).failure()).message())
                .isEqualTo("destination \"orders\" did not get it: answered with status 401; "
                        + "destination \"moved\" did not get it: answered with status 302");
    }

    @Test
    void run_retryAfter_isHonoured() {
        bench.destination("orders", Fault.status(503, "1"));
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.isSuccess()).isTrue();
        assertThat(report.took()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));

        bench.destination("orders", FaultPlan.always(Fault.status(503, "3600")));
        report = bench.push(PushBench.EVENT);
        assertThat(report.attempts()).isEqualTo(1); // the wait would pass the limit
        assertThat(report.exitCode()).isEqualTo(3);
        assertThat(report.took()).isLessThan(Duration.ofSeconds(9));
    }

    @Test
    void run_unreachableDestination_isTransientAndSurelyNotDelivered() {
        bench.destination("orders", FaultPlan.always(Fault.refuse()));
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.exitCode()).isEqualTo(3);
        assertThat(outcomeOf(report)).isEqualTo(Outcome.FAILED);
        assertThat(report.attempts()).isEqualTo(4);
    }

    @Test
    void run_answerLaterThanAnAttemptMayTake_isTriedAgain() {
        bench.destination("orders", Fault.hang());
        bench.settings("orders").put("timeoutMs", 300);
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.isSuccess()).isTrue();
        assertThat(report.attempts()).isEqualTo(2);
    }

    @Test
    void run_breaker_sparesADestinationThatKeepsFailing() {
        bench.destination("orders", FaultPlan.always(BUSY));
        bench.settings("orders").withObject("/retry").put("maxAttempts", 2);
        bench.settings("orders").withObject("/breaker").put("failures", 4);
        PushReport report = bench.push(PushBench.EVENT, PushBench.EVENT, PushBench.EVENT);
        assertThat(bench.received("orders")).hasSize(4);
        DeliveryResult last = report.events().get(2).deliveries().get(0);
        assertThat(last.outcome()).isEqualTo(Outcome.NOT_ATTEMPTED);
        assertThat(last.kind()).isEqualTo(Kind.TRANSIENT);
        assertThat(last.problem()).contains("orders").contains("OPEN");
    }

    @Test
    void push_9_bundlerThatMakesNothing_isABundleError() {
        bench.destination("orders");
        bench.in(surroundings ->
                surroundings.withBundler((flow, at) -> new Bundle(at.resolve("none.mjs"), 5, List.of())));
        PushReport report = bench.push(PushBench.EVENT);
        Failure failure = Objects.requireNonNull(report.failure());
        assertThat(failure.stage()).isEqualTo(Stage.BUNDLE);
        assertThat(failure.message()).startsWith("the bundler made no bundle at ");
        assertThat(report.exitCode()).isEqualTo(4);

        bench.in(surroundings -> surroundings.withBundler(
                (flow, at) -> new Bundle(Files.createFile(at.resolve("empty.mjs")), 0, List.of())));
        failure = Objects.requireNonNull(bench.push(PushBench.EVENT).failure());
        assertThat(failure.message()).isEqualTo("the bundle is empty");
        assertThat(bench.received("orders")).isEmpty();
    }

    @Test
    void push_12_engineThatDoesNotStart_isASystemError() {
        bench.destination("orders");
        bench.in(surroundings -> surroundings.withEngine((bundle, host) -> {
            throw new NoClassDefFoundError("org/graalvm/polyglot/Engine");
        }));
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.exitCode()).isEqualTo(4);
        assertThat(Objects.requireNonNull(report.failure()).stage()).isEqualTo(Stage.LOAD);
        assertThat(bench.received("orders")).isEmpty();
    }

    @Test
    void push_13_failedCleanup_isAWarning() {
        bench.destination("orders");
        bench.in(surroundings -> surroundings.withAfterCleanup(() -> {
            throw new IllegalStateException("planted");
        }));
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.isSuccess()).isTrue();
        assertThat(report.warnings()).containsExactly("cleanup failed: the last action: planted");
    }

    @Test
    void push_14_severalEvents_oneBundleOneResultEachWorstExitCode() {
        bench.destination("orders", Fault.accept(), Fault.status(400), Fault.accept());
        AtomicBoolean bundled = new AtomicBoolean();
        bench.in(surroundings -> surroundings.withBundler((flow, at) -> {
            assertThat(bundled.getAndSet(true)).isFalse();
            return new dev.reliability.example.push.bundle.ModuleBundler().bundle(flow, at);
        }));
        PushReport report = bench.push(PushBench.EVENT, PushBench.EVENT, "{\"name\":\"order complete\"}");
        assertThat(report.events()).extracting(EventReport::isSuccess).containsExactly(true, false, true);
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(bench.received("orders")).hasSize(3);
    }

    @Test
    void push_14_oneInvalidEvent_refusesAllOfThem() {
        bench.destination("orders");
        PushReport report = bench.push(PushBench.EVENT, "{\"name\":\"a b\",\"data\":1}");
        assertThat(Objects.requireNonNull(report.failure()).problems())
                .extracting(Problem::path)
                .containsExactly("events[1].data");
        assertThat(Objects.requireNonNull(report.events().get(1).failure()).problems())
                .extracting(Problem::path)
                .containsExactly("data");
        assertThat(report.events()).noneMatch(EventReport::isSuccess);
        assertThat(bench.received("orders")).isEmpty();
    }

    @Test
    void run_flowThatDeliversNothing_isNoSuccess() {
        bench.destination("orders").script("export default () => ({ elb() { return 'ok'; } })");
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(Objects.requireNonNull(report.events().get(0).failure()).code())
                .isEqualTo("nothing-delivered");
        assertThat(outcomeOf(report)).isEqualTo(Outcome.NOT_ATTEMPTED);
    }

    @Test
    void run_flowThatDoesNotAwait_isWaitedFor() {
        bench.destination("orders", Fault.slow(Duration.ofMillis(200)))
                .script("export default ({ deliver }) => ({ elb(n, d, e) { deliver('orders', e); return 1; } })");
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.isSuccess()).isTrue();
        assertThat(outcomeOf(report)).isEqualTo(Outcome.DELIVERED);
    }

    @Test
    void run_twoDeliveriesToOneDestination_haveTwoKeys() {
        bench.destination("orders")
                .script("export default ({ deliver }) => ({ async elb(n, d) {"
                        + " await deliver('orders', { part: 1 }); await deliver('orders', { part: 2 }); } })");
        PushReport report = bench.push(PushBench.EVENT);
        String id = id(report.events().get(0));
        assertThat(bench.received("orders"))
                .extracting(request -> request.idempotencyKey().orElseThrow())
                .containsExactly(id + ".orders", id + ".orders.2");
    }

    @Test
    void run_chosenDestination_leavesTheOthersOut() {
        bench.destination("orders")
                .destination("ads")
                .script("export default ({ deliver }) => ({ elb(name, data, event) {"
                        + " return deliver(event.consent?.marketing ? 'ads' : 'orders', data); } })");
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.isSuccess()).isTrue();
        assertThat(bench.received("ads")).isEmpty();
        assertThat(bench.received("orders").get(0).bodyText()).isEqualTo("{\"title\":\"Home\"}");
    }

    @Test
    void run_eventFromUrl_isFetchedWithRetries() {
        bench.destination("orders");
        String url = bench.http()
                .plan("/event", FaultPlan.of(BUSY, Fault.accept(PushBench.EVENT)))
                .toString();
        assertThat(bench.push(url).isSuccess()).isTrue();

        bench.http().plan("/event", FaultPlan.always(Fault.status(404)));
        PushReport report = bench.push(url);
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(Objects.requireNonNull(report.failure()).stage()).isEqualTo(Stage.FETCH);

        bench.http().plan("/event", FaultPlan.always(Fault.accept("x".repeat((1 << 20) + 1))));
        assertThat(Objects.requireNonNull(bench.push(url).failure()).message())
                .endsWith("is larger than 1048576 bytes");

        bench.http().plan("/event", FaultPlan.always(BUSY));
        assertThat(bench.push(url).exitCode()).isEqualTo(3);
    }

    @Test
    void run_invalidLocalEvent_fetchesNothing() {
        bench.destination("orders");
        String url = bench.http().uri("/event").toString();
        assertThat(bench.push("{}", url).exitCode()).isEqualTo(2);
        assertThat(bench.http().received("/event")).isEmpty();
    }

    @Test
    void run_wornOutNames_areWarnedOf() {
        bench.destination("orders");
        assertThat(bench.push("{\"name\":\"pageview\"}").warnings())
                .containsExactly("event name \"pageview\" is not of the form ENTITY ACTION, such as \"page view\"");
    }

    @Test
    void run_connections_areNotLeftOpenAfterALimit() {
        bench.destination("orders", Fault.hang());
        bench.push(Duration.ofMillis(1500), PushBench.EVENT);
        Awaitility.await().until(() -> bench.http().openConnections() == 0);
    }

    private static Outcome outcomeOf(PushReport report) {
        return report.events().get(0).deliveries().get(0).outcome();
    }

    private static String id(EventReport report) {
        return Objects.requireNonNull(report.event()).id();
    }
}
