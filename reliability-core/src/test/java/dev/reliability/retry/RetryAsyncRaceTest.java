package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.base.AsyncCall;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Rule DEADLINE-2: the value of an attempt races a limit outside that cancels the retry. How many rounds: system property
 * {@code race.rounds}, 20,000 by default, a million in the profile {@code long}.
 */
class RetryAsyncRaceTest {
    private static final int ROUNDS = Integer.getInteger("race.rounds", 20_000) / 4;

    /** What a limit does with the call inside, and no more. */
    private static final class Limit extends AsyncCall<Object> {
        private final AtomicInteger returned;

        Limit(AtomicInteger returned, CompletionStage<Object> stage) {
            this.returned = returned;
            follow(stage);
        }

        void cancelInside(AtomicInteger late) {
            Consumer<Object> count = value -> late.incrementAndGet();
            cancelInside(count);
        }

        @Override
        protected void settled(Object value, Throwable failure) {
            if (failure == null) {
                returned.incrementAndGet();
            }
        }
    }

    private final AtomicReference<CompletableFuture<Object>> asked = new AtomicReference<>();
    private final AtomicInteger given = new AtomicInteger();
    private volatile int aim; // how long the partner spins, so that either is the first in half of the rounds

    private void partner() {
        Random random = new Random(11);
        while (given.get() < ROUNDS) {
            CompletableFuture<Object> work = asked.getAndSet(null);
            if (work != null) {
                for (int spin = aim + random.nextInt(40); spin > 0; spin--) {
                    Thread.onSpinWait();
                }
                work.complete("value");
                given.incrementAndGet();
            }
        }
    }

    @Test
    void deadline_2_theValueRacesTheCancellation_isReturnedOrLate_once() throws Exception {
        Thread partner = new Thread(this::partner);
        partner.setDaemon(true);
        partner.start();
        Retry retry = Retry.builder("raced").build();
        AtomicInteger returned = new AtomicInteger();
        AtomicInteger late = new AtomicInteger();
        int next = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            CompletableFuture<Object> work = new CompletableFuture<>();
            Limit limit = new Limit(returned, retry.callAsync(work::minimalCompletionStage));
            asked.set(work);
            int before = returned.get();
            limit.cancelInside(late);
            while (given.get() < round) {
                Thread.onSpinWait();
            }
            assertThat(returned.get() + late.get()).as("round %,d", round).isEqualTo(round);
            next += returned.get() > before ? 1 : -1;
            aim = next;
        }
        partner.join();
        System.out.printf("DEADLINE-2, retry: %,d values returned, %,d late%n", returned.get(), late.get());
        assertThat(late.get()).as("both have been first").isStrictlyBetween(0, ROUNDS);
    }
}
