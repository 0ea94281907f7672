package dev.reliability.breaker;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reliability.Event;
import dev.reliability.Policy;
import dev.reliability.breaker.Calls.Broken;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Timeout;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A breaker per key. */
class KeyedCircuitBreakerTest {
    private static final int ROUNDS = Integer.getInteger("race.rounds", 20_000);

    private final VirtualTime time = VirtualTime.manual();
    private final KeyedCircuitBreaker<String> hosts = builder().buildKeyed();

    @AfterEach
    void nothingIsLeft() {
        assertThat(time.pendingAlarms()).isZero();
    }

    private CircuitBreakerBuilder builder() {
        return CircuitBreaker.builder("hosts").time(time);
    }

    private static void fail(KeyedCircuitBreaker<String> breakers, String key) {
        assertThatThrownBy(() -> breakers.run(key, () -> {
                    throw new Broken();
                }))
                .isInstanceOf(Broken.class);
    }

    private static void succeed(KeyedCircuitBreaker<String> breakers, String key) {
        assertThat(breakers.<String, RuntimeException>call(key, () -> "fine")).isEqualTo("fine");
    }

    @Test
    void breaker_20_eachKeyHasABreakerOfItsOwn() {
        for (int i = 0; i < 5; i++) {
            fail(hosts, "a");
            succeed(hosts, "b");
        }
        assertThat(hosts.state("a")).isEqualTo(State.OPEN);
        assertThat(hosts.state("b")).isEqualTo(State.CLOSED);
        assertThatThrownBy(() -> succeed(hosts, "a"))
                .isInstanceOf(CircuitOpenException.class)
                .hasMessage("circuit \"hosts[a]\" refused the call: it is OPEN for another 60 s");
        succeed(hosts, "b");
        assertThat(hosts.snapshot("a").rejections()).isEqualTo(1);
        assertThat(hosts.snapshot("a").failures()).isEqualTo(5);
    }

    @Test
    void breaker_20_aHealthyKeyKeepsNoMemory() {
        for (int i = 0; i < 10_000; i++) {
            succeed(hosts, "host" + i);
        }
        assertThat(hosts.keptKeys()).isZero();
        fail(hosts, "a");
        assertThat(hosts.keptKeys()).isEqualTo(1);
        assertThat(hosts.snapshot("a").consecutiveFailures()).isEqualTo(1);
        succeed(hosts, "a");
        assertThat(hosts.keptKeys()).isZero();
        assertThat(hosts.snapshot("a").failures()).as("with its counts").isZero();
        assertThat(hosts).hasToString("KeyedCircuitBreaker[\"hosts\" 0 kept]");
    }

    @Test
    void breaker_20_anOpenKeyIsKeptUntilItHasClosed() {
        for (int i = 0; i < 5; i++) {
            fail(hosts, "a");
        }
        time.advance(Duration.ofDays(100));
        assertThat(hosts.state("a")).isEqualTo(State.OPEN);
        succeed(hosts, "a");
        assertThat(hosts.state("a")).isEqualTo(State.HALF_OPEN);
        assertThat(hosts.keptKeys()).isEqualTo(1);
        succeed(hosts, "a");
        assertThat(hosts.state("a")).isEqualTo(State.CLOSED);
        assertThat(hosts.keptKeys()).isZero();
    }

    @Test
    void breaker_20_aKeyInUseIsKept_andNestedCallsShareItsBreaker() {
        hosts.run("a", () -> {
            assertThat(hosts.keptKeys()).isEqualTo(1);
            fail(hosts, "a");
            assertThat(hosts.snapshot("a").consecutiveFailures()).isEqualTo(1);
            hosts.run("b", () -> assertThat(hosts.keptKeys()).isEqualTo(2));
        });
        assertThat(hosts.keptKeys()).isZero();
    }

    @Test
    void breaker_20_withARateAKeyIsKeptWhileItsWindowHoldsAFailure() {
        KeyedCircuitBreaker<String> rated = builder()
                .tripCondition(TripCondition.failureRate(0.5).overCalls(4).minimumCalls(4))
                .buildKeyed();
        succeed(rated, "a");
        assertThat(rated.keptKeys()).isZero();
        fail(rated, "a");
        succeed(rated, "a");
        succeed(rated, "a");
        succeed(rated, "a");
        assertThat(rated.keptKeys()).isEqualTo(1);
        succeed(rated, "a");
        assertThat(rated.keptKeys()).isZero();
    }

    @Test
    void breaker_20_aHangingCallCountsAtTheLimitAndItsKeyIsKept() {
        hosts.run("a", () -> {
            time.advance(Duration.ofSeconds(30));
            assertThat(hosts.snapshot("a").failures()).isEqualTo(1);
        });
        assertThat(hosts.keptKeys()).isEqualTo(1);
        succeed(hosts, "a");
        assertThat(hosts.keptKeys()).isZero();
    }

    /** Ends by time-out five calls whose stages hang, with whatever gives the time-out. */
    private static void timeOut(Policy policy, Consumer<CompletableFuture<?>> timeOut) {
        for (int i = 0; i < 5; i++) {
            CompletableFuture<Object> call = policy.callAsync(CompletableFuture::new);
            timeOut.accept(call);
            assertThat(call).isCompletedExceptionally();
        }
    }

    @Test
    void breaker_9_asynchronousCallsEndedFromOutsideByTimeOutOpenAKeyAsTheyOpenAPlainBreaker() {
        CircuitBreaker plain = builder().build();
        for (Policy policy : List.of(plain, hosts.policy("a"))) {
            timeOut(policy, call -> {
                time.advance(Duration.ofSeconds(2));
                call.completeExceptionally(new TimeoutException("planted, as orTimeout does"));
            });
        }
        assertThat(plain.state()).isEqualTo(State.OPEN);
        assertThat(hosts.state("a")).isEqualTo(State.OPEN);
        assertThat(hosts.snapshot("a").failures()).isEqualTo(5);
        assertThat(hosts.keptKeys()).isEqualTo(1);
    }

    @Test
    void breaker_9_asynchronousCallsUnderATimeoutOpenAKeyAsTheyOpenAPlainBreaker() {
        Timeout limit = Timeout.builder(Duration.ofSeconds(2)).time(time).build();
        CircuitBreaker plain = builder().build();
        for (Policy policy : List.of(plain, hosts.policy("a"))) {
            timeOut(limit.around(policy), call -> {
                time.advance(Duration.ofSeconds(2));
                await().atMost(SOON).until(call::isDone);
            });
        }
        await().atMost(SOON).until(() -> plain.state() == State.OPEN && hosts.state("a") == State.OPEN);
        assertThat(hosts.snapshot("a").failures()).isEqualTo(5);
        assertThat(hosts.keptKeys()).isEqualTo(1);
    }

    @Test
    void breaker_20_anAsynchronousCallLeavesItsKeyOnce_howeverItEnds() throws Exception {
        Policy a = hosts.policy("a");
        CompletableFuture<String> other = new CompletableFuture<>();
        CompletableFuture<String> running = a.callAsync(() -> other); // keeps the key in use meanwhile
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> cancelled = a.callAsync(() -> work);
        assertThat(cancelled.cancel(true)).isTrue();
        work.complete("late");
        assertThat(a.callAsync(() -> CompletableFuture.completedFuture("fine")).get())
                .isEqualTo("fine");
        assertThat(hosts.keptKeys()).isEqualTo(1);
        CompletableFuture<Integer> keptAtTheEnd = running.thenApply(value -> hosts.keptKeys());
        other.complete("fine");
        assertThat(keptAtTheEnd).isCompletedWithValue(0);
    }

    @Test
    void breaker_20_anAsynchronousCallThatFailsAtOnceOrIsRefusedLeavesItsKey() {
        Policy a = hosts.policy("a");
        for (int i = 0; i < 6; i++) {
            assertThat(a.callAsync(() -> {
                        throw new Broken();
                    }))
                    .isCompletedExceptionally();
        }
        assertThat(hosts.state("a")).isEqualTo(State.OPEN);
        assertThat(hosts.snapshot("a").rejections()).isEqualTo(1);
        hosts.reset("a");
        assertThat(hosts.keptKeys()).isZero();
    }

    @Test
    void breaker_18_itsOwnRejectionInItsOwnBodyIsNeutralForAKeyToo() {
        for (int i = 0; i < 5; i++) {
            fail(hosts, "a");
        }
        time.advance(Duration.ofSeconds(60));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> hosts.run("a", () -> succeed(hosts, "a")))
                    .isInstanceOf(CircuitOpenException.class);
        }
        assertThat(hosts.state("a")).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void reset_letsGoOfAKey() {
        for (int i = 0; i < 5; i++) {
            fail(hosts, "a");
        }
        hosts.reset("a");
        assertThat(hosts.keptKeys()).isZero();
        hosts.reset("never used");
        assertThat(hosts.keptKeys()).isZero();
        succeed(hosts, "a");
    }

    @Test
    void policy_composesAndPassesExceptionsThrough() throws Exception {
        Policy a = hosts.policy("a");
        Policy limited =
                a.around(Timeout.builder(Duration.ofSeconds(5)).time(time).build());
        assertThat(limited.<String, RuntimeException>call(() -> "fine")).isEqualTo("fine");
        assertThatThrownBy(() -> limited.call(() -> {
                    throw new IOException("mine");
                }))
                .isInstanceOf(IOException.class);
        assertThat(hosts.snapshot("a").failures()).isEqualTo(1);
        assertThat(a).hasToString("CircuitBreaker[\"hosts[a]\" CLOSED, 1 of 5 consecutive failures]");
        assertThatThrownBy(() -> hosts.callInterruptibly("a", () -> {
                    throw new InterruptedException();
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(hosts.<String, RuntimeException>callInterruptibly("a", () -> "fine"))
                .isEqualTo("fine");
        assertThat(hosts.keptKeys()).isZero();
        assertThat(a).hasToString("CircuitBreaker[\"hosts[a]\" CLOSED, 0 of 5 consecutive failures]");
    }

    @Test
    void listener_hearsTheKeyInTheName() {
        List<String> heard = new ArrayList<>();
        KeyedCircuitBreaker<String> told = builder()
                .consecutiveFailures(1)
                .listener((Event event) -> heard.add(event.policy()))
                .buildKeyed();
        fail(told, "a");
        fail(told, "b");
        assertThat(heard).containsExactly("hosts[a]", "hosts[b]");
    }

    @Test
    void badArguments_areRefused() {
        assertThatThrownBy(() -> hosts.run(null, () -> {}))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("key");
        assertThatThrownBy(() -> KeyedCircuitBreaker.of(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name");
        assertThatThrownBy(() -> builder().initialState(State.OPEN).buildKeyed())
                .hasMessage("initialState must be CLOSED for breakers per key, but was OPEN");
        assertThat(KeyedCircuitBreaker.<Integer>of("defaults").state(7)).isEqualTo(State.CLOSED);
    }

    /**
     * Each thread succeeds and then fails. Six calls push nothing out of the window, so from the first failure on the key
     * is not healthy: all three failures must be in the one breaker that is kept, whatever went before.
     */
    @Test
    void breaker_20_underRacesNoFailureGetsLostWithABreaker() throws Exception {
        KeyedCircuitBreaker<String> many = builder()
                .tripCondition(TripCondition.failureRate(1).overCalls(10).minimumCalls(10))
                .withoutCallLimit()
                .buildKeyed();
        List<Object> wrong = new ArrayList<>();
        race(
                3,
                thread -> {
                    many.run("a", () -> {});
                    Calls.failOrBeRefused(many.policy("a"), new Broken());
                },
                () -> {
                    if (many.snapshot("a").windowHits() != 3 || many.keptKeys() != 1) {
                        wrong.add(many.snapshot("a"));
                    }
                    many.reset("a");
                    if (many.keptKeys() != 0) {
                        wrong.add("kept after reset");
                    }
                });
        assertThat(wrong).isEmpty();
    }

    @Test
    void breaker_20_underLoadOfManyKeysNothingIsKeptInTheEnd() throws Exception {
        KeyedCircuitBreaker<Integer> many = builder().withoutCallLimit().buildKeyed();
        race(
                4,
                thread -> {
                    for (int key = 0; key < 8; key++) {
                        many.run(key, () -> {});
                    }
                },
                () -> {
                    if (many.keptKeys() != 0) {
                        throw new AssertionError(many);
                    }
                });
        assertThat(many.keptKeys()).isZero();
    }

    /** The entry goes between finding it and entering it: the call takes a new one. */
    @Test
    void breaker_20_anEntryThatGoesWhileACallEntersIsReplaced() {
        BreakerTime scripted = new BreakerTime();
        KeyedCircuitBreaker<String> keyed = CircuitBreaker.builder("keyed")
                .withoutCallLimit()
                .time(scripted)
                .buildKeyed();
        fail(keyed, "a");
        scripted.atNextCheckpoint(() -> succeed(keyed, "a"));
        fail(keyed, "a");
        assertThat(keyed.snapshot("a").failures())
                .as("the breaker before is gone with its counts")
                .isEqualTo(1);
        assertThat(keyed.keptKeys()).isEqualTo(1);
    }

    /** A call that comes and fails between the look at the breaker's health and the mark keeps the entry. */
    @Test
    void breaker_20_anEntryThatIsUsedAfterTheLookIsKept() {
        BreakerTime scripted = new BreakerTime();
        KeyedCircuitBreaker<String> keyed = CircuitBreaker.builder("keyed")
                .withoutCallLimit()
                .time(scripted)
                .buildKeyed();
        keyed.run("a", () -> scripted.atNextCheckpoint(() -> fail(keyed, "a")));
        assertThat(keyed.snapshot("a").consecutiveFailures()).isEqualTo(1);
        assertThat(keyed.keptKeys()).isEqualTo(1);
    }

    private interface Round {
        void run(int thread);
    }

    private static void race(int count, Round round, Runnable after) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        CyclicBarrier start = new CyclicBarrier(count);
        CyclicBarrier end = new CyclicBarrier(count, after);
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < count; t++) {
            int thread = t;
            all.add(threads.submit((Callable<Void>) () -> {
                for (int i = 0; i < ROUNDS / 4; i++) {
                    start.await(30, TimeUnit.SECONDS);
                    round.run(thread);
                    end.await(30, TimeUnit.SECONDS);
                }
                return null;
            }));
        }
        try {
            for (Future<?> one : all) {
                one.get(100, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
