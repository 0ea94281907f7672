package dev.reliability.mutex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.time.VirtualTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The queue with more waiters than there can be platform threads: they join, but do not park. */
class OwnershipTest {
    private static final int MANY = 100_000;

    private final Ownership ownership = new Ownership(VirtualTime.manual(), true, 0, false);

    @Test
    void mutex_12_handOffAlongManyWaitersDoesNotRecurse() {
        long token = ownership.tryTake();
        List<Waiter> waiters = join(MANY);
        assertThat(ownership.snapshot(0).waiting()).isEqualTo(MANY);

        for (Waiter waiter : waiters) {
            assertThat(waiter.turn).isEqualTo(Waiter.WAITING);
            ownership.release(token);
            token = waiter.turn;
            assertThat(ownership.isHeldBy(token)).isTrue();
        }

        ownership.release(token);
        assertThat(ownership.isHeld()).isFalse();
        assertThat(ownership.snapshot(0).waiting()).isZero();
    }

    @Test
    void mutex_12_manyWaitersThatGiveUpInAnyOrderLeaveTheOthersInTheirs() {
        long token = ownership.tryTake();
        List<Waiter> waiters = join(MANY);
        List<Waiter> shuffled = new ArrayList<>(waiters);
        Collections.shuffle(shuffled, new Random(1));
        List<Waiter> gone = shuffled.subList(0, MANY - 100);

        gone.forEach(waiter -> assertThat(ownership.leave(waiter)).isTrue());

        assertThat(ownership.snapshot(0).waiting()).isEqualTo(100);
        waiters.removeAll(new HashSet<>(gone));
        for (Waiter waiter : waiters) {
            ownership.release(token);
            token = waiter.turn;
            assertThat(token).isGreaterThan(0);
            assertThat(ownership.leave(waiter)).isFalse();
        }
        ownership.release(token);
        assertThat(ownership.isHeld()).isFalse();
    }

    @Test
    void leave_lastWaiter_releaseFreesTheMutex() {
        long token = ownership.tryTake();
        Waiter only = join(1).get(0);

        assertThat(ownership.leave(only)).isTrue();
        assertThat(ownership.leave(only)).isFalse();
        ownership.release(token);

        assertThat(ownership.isHeld()).isFalse();
        assertThat(ownership.tryTake()).isNotEqualTo(Ownership.NONE).isNotEqualTo(token);
    }

    @Test
    void mutex_8_nobodyInTheQueueHasWaitedLongerThanTheFirst() {
        long token = ownership.tryTake();
        Waiter first = new Waiter(10, null);
        Waiter second = new Waiter(5, null); // read the clock before the first, joined after it
        ownership.join(first);
        ownership.join(second);

        assertThat(first.sinceNanos).isEqualTo(10);
        assertThat(second.sinceNanos).isEqualTo(10);
        assertThat(ownership.isHeldBy(token)).isTrue();
    }

    @Test
    void mutex_11_aCallThatHasEndedIsForgotten() {
        long token = ownership.tryTake();
        ownership.heldBy(Thread.currentThread());
        assertThat(ownership.isInCallOfThisThread()).isTrue();
        ownership.releaseCall(token);

        ownership.tryTake(); // by somebody who has not yet said who it is

        assertThat(ownership.isInCallOfThisThread()).isFalse();
        assertThat(ownership.snapshot(0).holder()).isNull();
    }

    /** Another thread takes what the owner of a failed call has marked as abandoned, just before that one goes on. */
    @Test
    void mutex_16_theOwnerOfAFailedCallTakesAwayNeitherTheNameNorTheMarkOfTheNextOne() {
        ScriptedTime scripted = new ScriptedTime();
        Ownership raced = new Ownership(scripted, false, 0, false);
        Thread next = new Thread(() -> {}, "next");
        long first = raced.tryTake();
        raced.heldBy(Thread.currentThread());
        raced.abandoned = first;
        scripted.atCheckpoint(Thread.currentThread().getName(), 1, () -> {
            long second = raced.tryTake();
            assertThat(second).isNotEqualTo(Ownership.NONE);
            raced.heldBy(next);
            raced.abandoned = second;
        });

        raced.releaseFailedCall(first);

        assertThat(raced.snapshot(0).holder()).isEqualTo("next");
        assertThat(raced.tryTake()).as("the next one was abandoned too").isNotEqualTo(Ownership.NONE);
    }

    @Test
    void mutex_11_aCallThatFailedIsForgotten_alsoBeforeItSaidWhoItIs() {
        long token = ownership.tryTake();
        ownership.heldBy(Thread.currentThread());
        ownership.releaseFailedCall(token);
        token = ownership.tryTake();
        assertThat(ownership.isInCallOfThisThread()).isFalse();
        Waiter waiter = join(1).get(0);
        ownership.release(token);
        assertThat(ownership.snapshot(0).holder())
                .isEqualTo(Thread.currentThread().getName());
        ownership.releaseFailedCall(waiter.turn);

        ownership.tryTake(); // by somebody who has not yet said who it is

        assertThat(ownership.snapshot(0).holder()).isNull();
    }

    private List<Waiter> join(int number) {
        List<Waiter> waiters = new ArrayList<>(number);
        for (int i = 0; i < number; i++) {
            Waiter waiter = new Waiter(0, null);
            assertThat(ownership.join(waiter)).isEqualTo(Ownership.NONE);
            waiters.add(waiter);
        }
        return waiters;
    }
}
