package dev.reliability.cleanup;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.testkit.time.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CleanupScopeTest {
    private final List<String> log = new ArrayList<>();
    private final CleanupScope scope = Cleanup.builder().name("bundle").scope();

    @AfterEach
    void noInterruptIsLeft() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private AutoCloseable logged(String name) {
        return () -> log.add(name);
    }

    private AutoCloseable failing(Throwable failure) {
        return () -> {
            log.add("fails");
            CleanupScopeTest.<RuntimeException>sneak(failure);
        };
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // tests throw any type from anywhere
    private static <X extends Throwable> void sneak(Throwable failure) throws X {
        throw (X) failure;
    }

    @Test
    void open_fileAsInTheGuide_isDeleted(@TempDir Path directory) throws IOException {
        Path file;
        try (var files = Cleanup.scope()) {
            file = files.open(() -> Files.createTempFile(directory, "bundle", ".js"), Files::deleteIfExists);
            assertThat(file).exists();
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void cleanup_1_reverseOrderExactlyOnce() {
        scope.add(logged("a"));
        scope.open(() -> "b", log::add);
        scope.defer(() -> log.add("c"));
        scope.defer(outcome -> log.add("d"));
        assertThat(scope.isClosed()).isFalse();
        scope.close();
        scope.close();
        assertThat(log).containsExactly("d", "c", "b", "a");
        assertThat(scope.isClosed()).isTrue();
    }

    @Test
    void cleanup_1_theSecondCloserWaitsForTheFirstAndThrowsNothing() throws Exception {
        VirtualTime time = VirtualTime.manual();
        CleanupScope shared = Cleanup.builder().time(time).scope();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        shared.defer(() -> {
            running.countDown();
            goOn.await();
            log.add("action");
            throw new IllegalArgumentException("for the first closer");
        });
        Thread first =
                time.spawn("first", () -> assertThatIllegalArgumentException().isThrownBy(shared::close));
        running.await();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread second = time.spawn("second", () -> {
            Thread.currentThread().interrupt();
            assertThatCode(shared::close).doesNotThrowAnyException();
            interrupted.set(Thread.interrupted());
            log.add("second");
        });
        time.awaitParked(1, SOON);
        assertThat(second.isAlive()).isTrue();
        assertThat(shared).hasToString("CleanupScope[cleanup, closing, 1 actions left]");
        goOn.countDown();
        first.join();
        second.join();
        assertThat(log).containsExactly("action", "second");
        assertThat(interrupted).isTrue();
    }

    @Test
    void cleanup_1_closeInsideAnActionReturnsAtOnce() {
        scope.add(logged("older"));
        scope.defer(() -> {
            scope.close();
            log.add("after inner close");
        });
        scope.close();
        assertThat(log).containsExactly("after inner close", "older");
    }

    @Test
    void cleanup_2_theFirstFailureIsPrimaryAndTheOthersAreSuppressedInOrder() {
        RuntimeException third = new IllegalStateException("third");
        Exception second = new IOException("second");
        RuntimeException first = new IllegalArgumentException("first");
        scope.add(logged("oldest"));
        scope.add(failing(third));
        scope.add(failing(second));
        scope.add(failing(first));
        assertThatThrownBy(scope::close).isSameAs(first);
        assertThat(first.getSuppressed()).containsExactly(second, third);
        assertThat(log).containsExactly("fails", "fails", "fails", "oldest");
    }

    @Test
    void cleanup_2_anErrorAmongTheFailuresBecomesPrimary() {
        Error laterError = new StackOverflowError("later");
        Error error = new AssertionError("error");
        Exception first = new IOException("first");
        scope.add(failing(laterError));
        scope.add(failing(error));
        scope.add(failing(first));
        assertThatThrownBy(scope::close).isSameAs(error);
        assertThat(error.getSuppressed()).containsExactly(first, laterError);
    }

    @Test
    void cleanup_2_oneInstanceThrownTwiceDoesNoHarm() {
        RuntimeException primary = new IllegalStateException("primary");
        RuntimeException other = new IllegalStateException("other");
        for (RuntimeException failure : List.of(other, primary, other, primary)) {
            scope.add(failing(failure));
        }
        assertThatThrownBy(scope::close).isSameAs(primary);
        assertThat(primary.getSuppressed()).containsExactly(other);

        CleanupScope next = Cleanup.scope();
        next.add(failing(other));
        next.add(failing(primary));
        assertThatThrownBy(next::close).isSameAs(primary);
        assertThat(primary.getSuppressed()).as("the same pair again").containsExactly(other);
    }

    @Test
    void cleanup_2_aCheckedFailureIsTheCauseOfACleanupException() {
        IOException checked = new IOException("disk full");
        RuntimeException later = new IllegalStateException("later");
        scope.add(failing(later));
        scope.add(failing(checked));
        CleanupException thrown = (CleanupException) catchThrowable(scope::close);
        assertThat(thrown)
                .hasCause(checked)
                .hasMessage("cleanup of scope \"bundle\" failed: java.io.IOException: disk full");
        assertThat(thrown.scope()).isEqualTo("bundle");
        assertThat(checked.getSuppressed()).containsExactly(later);
    }

    @Test
    void cleanup_2_theBodysFailureIsPrimaryUnderTryWithResources() {
        IOException body = new IOException("body");
        RuntimeException cleanup = new IllegalStateException("cleanup");
        assertThatThrownBy(() -> {
                    try (scope) {
                        scope.add(failing(cleanup));
                        throw body;
                    }
                })
                .isSameAs(body);
        assertThat(body.getSuppressed()).containsExactly(cleanup);
    }

    @Test
    void cleanup_2_reportOnly_tellsTheListenerTypesAndThrowsNothing() {
        List<Object> events = new ArrayList<>();
        CleanupScope reporting = Cleanup.builder()
                .name("tool")
                .reportOnlyTo(event -> {
                    events.add(event);
                    throw new IllegalStateException("swallowed to the uncaught handler");
                })
                .scope();
        reporting.add(logged("oldest"));
        reporting.add(failing(new AssertionError("secret")));
        reporting.add(failing(new IOException("secret")));
        withSilentHandler(reporting::close);
        assertThat(events)
                .containsExactly(
                        new CleanupEvent.ActionFailed("tool", Outcome.FAILURE, "java.io.IOException"),
                        new CleanupEvent.ActionFailed("tool", Outcome.FAILURE, "java.lang.AssertionError"));
        assertThat(log).containsExactly("fails", "fails", "oldest");
    }

    private static void withSilentHandler(Runnable work) {
        Thread thread = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((t, failure) -> {});
        try {
            work.run();
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
    }

    @Test
    void cleanup_2_aListenerBesideThrowingHearsEachFailure() {
        List<Object> events = new ArrayList<>();
        CleanupScope told = Cleanup.builder().listener(events::add).scope();
        told.add(failing(new IllegalStateException("x")));
        assertThatIllegalStateException().isThrownBy(told::close);
        assertThat(events).hasSize(1);
    }

    @Test
    void cleanup_3_registeringOnAClosedScopeClosesAtOnceAndThrows() {
        scope.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> scope.add(logged("added")))
                .withMessage("cannot register anything with scope \"bundle\": it is closed; open a new one");
        assertThatIllegalStateException().isThrownBy(() -> scope.defer(() -> log.add("deferred")));
        assertThatIllegalStateException().isThrownBy(() -> scope.defer(outcome -> log.add("told " + outcome)));
        assertThatIllegalStateException().isThrownBy(() -> scope.open(() -> log.add("opened"), value -> {}));
        assertThat(log).containsExactly("added", "deferred", "told FAILURE");

        IOException failure = new IOException("close");
        Throwable refusal = catchThrowable(() -> scope.add(failing(failure)));
        assertThat(refusal).isInstanceOf(IllegalStateException.class);
        assertThat(refusal.getSuppressed()).containsExactly(failure);
    }

    @Test
    void cleanup_3_registeringWhileClosingStillRunsInOrder() {
        scope.add(logged("oldest"));
        scope.defer(() -> {
            scope.add(logged("late 1"));
            scope.defer(() -> scope.add(logged("later still")));
            log.add("newest");
        });
        scope.close();
        assertThat(log).containsExactly("newest", "later still", "late 1", "oldest");
    }

    @Test
    void cleanup_3_theLastActionMayRegister() {
        scope.defer(() -> scope.add(logged("late")));
        scope.close();
        assertThat(log).containsExactly("late");
    }

    @Test
    void cleanup_3_closedWhileOpening_closesTheValueAtOnce() {
        assertThatIllegalStateException()
                .isThrownBy(() -> scope.open(
                        () -> {
                            scope.close();
                            return "value";
                        },
                        log::add));
        assertThat(log).containsExactly("value");
    }

    @Test
    void cleanup_4_aFailingOpenerRegistersNothingAndItsFailureKeepsItsType() {
        IOException failure = new IOException("no such host");
        try {
            scope.open(() -> failWith(failure), log::add);
        } catch (IOException e) {
            assertThat(e).isSameAs(failure);
        }
        scope.close();
        assertThat(log).isEmpty();
    }

    private static String failWith(IOException failure) throws IOException {
        throw failure;
    }

    @Test
    void cleanup_4_whatTheOpenerItselfRegistersIsOlder() {
        scope.open(
                () -> {
                    scope.add(logged("needed by it"));
                    return "it";
                },
                log::add);
        scope.close();
        assertThat(log).containsExactly("it", "needed by it");
    }

    @Test
    void open_nullValue_isGivenBackAndNotClosed() {
        assertThat(scope.<String, RuntimeException>open(() -> null, log::add)).isNull();
        scope.close();
        assertThat(log).isEmpty();
    }

    @Test
    void cleanup_5_movedEntriesRunWithTheirNewOwnerNewestFirst() {
        CleanupScope other = Cleanup.scope();
        scope.add(logged("a"));
        scope.add(logged("b"));
        other.add(logged("other"));
        scope.moveTo(other);
        scope.add(logged("after"));
        scope.close();
        assertThat(log).containsExactly("after");
        other.close();
        assertThat(log).containsExactly("after", "b", "a", "other");
    }

    @Test
    void cleanup_5_releaseCleansUpOnlyOnFailure() {
        scope.add(logged("a"));
        scope.release();
        scope.add(logged("b"));
        scope.close();
        assertThat(log).containsExactly("b");
    }

    @Test
    void cleanup_5_movingToAClosedScopeClosesAllAtOnceAndThrows() {
        CleanupScope other = Cleanup.builder().name("other").scope();
        other.close();
        IOException failure = new IOException("close");
        scope.add(failing(failure));
        scope.add(logged("b"));
        Throwable refusal = catchThrowable(() -> scope.moveTo(other));
        assertThat(refusal).isInstanceOf(IllegalStateException.class).hasMessageContaining("\"other\"");
        assertThat(refusal.getSuppressed()).containsExactly(failure);
        scope.close();
        assertThat(log).containsExactly("b", "fails");
    }

    @Test
    void cleanup_5_aScopeWhoseClosingHasBegunKeepsAll() {
        CleanupScope other = Cleanup.scope();
        scope.add(logged("kept"));
        scope.defer(() -> {
            scope.add(logged("kept too"));
            assertThatIllegalStateException().isThrownBy(() -> scope.moveTo(other));
            assertThatIllegalStateException().isThrownBy(scope::release);
        });
        scope.close();
        other.close();
        assertThat(log).containsExactly("kept too", "kept");
        assertThatIllegalStateException()
                .isThrownBy(scope::release)
                .withMessage("cannot release the entries of scope \"bundle\": its closing has begun");
        assertThatIllegalArgumentException().isThrownBy(() -> other.moveTo(other));
    }

    @Test
    void cleanup_6_successOnlyAfterSucceed() {
        scope.defer(outcome -> log.add("scope " + outcome));
        scope.succeed();
        scope.succeed();
        scope.close();
        CleanupScope unsuccessful = Cleanup.scope();
        unsuccessful.defer(outcome -> log.add("other " + outcome));
        unsuccessful.close();
        assertThat(log).containsExactly("scope SUCCESS", "other FAILURE");
        assertThatIllegalStateException()
                .isThrownBy(scope::succeed)
                .withMessage("cannot mark as succeeded scope \"bundle\": its closing has begun");
    }

    @Test
    void cleanup_8_anInterruptPendingAtEntryDisturbsNoActionAndIsSetAtTheEnd() {
        scope.defer(() -> log.add("1 " + Thread.currentThread().isInterrupted()));
        scope.defer(() -> log.add("2 " + Thread.currentThread().isInterrupted()));
        Thread.currentThread().interrupt();
        scope.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(log).containsExactly("2 false", "1 false");
    }

    @Test
    void cleanup_8_anInterruptDuringCloseDisturbsNoLaterActionAndIsSetAtTheEnd() throws Exception {
        Thread closer = Thread.currentThread();
        scope.defer(() -> log.add("1 " + closer.isInterrupted()));
        scope.defer(() -> {
            Thread outside = new Thread(closer::interrupt);
            outside.start();
            while (!closer.isInterrupted()) {
                Thread.onSpinWait();
            }
        });
        scope.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(log).containsExactly("1 false");
    }

    @Test
    void cleanup_8_anActionThatThrowsInterruptedExceptionLeavesTheFlagSet() {
        InterruptedException interrupt = new InterruptedException("in the action");
        scope.defer(() -> log.add("1 " + Thread.currentThread().isInterrupted()));
        scope.add(failing(interrupt));
        assertThatThrownBy(scope::close).isInstanceOf(CleanupException.class).hasCause(interrupt);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(log).containsExactly("fails", "1 false");
    }

    @Test
    void cleanup_8_anInterruptDoesNotDisturbWhatIsClosedSinceItCameTooLate() {
        scope.close();
        Thread.currentThread().interrupt();
        assertThatIllegalStateException()
                .isThrownBy(() -> scope.defer(
                        () -> log.add("late " + Thread.currentThread().isInterrupted())));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(log).containsExactly("late false");
    }

    @Test
    @Timeout(60)
    void cleanup_12_aMillionEntries() throws Exception {
        int entries = 1_000_000;
        AtomicInteger next = new AtomicInteger(entries);
        CleanupScope other = Cleanup.scope();
        RuntimeException shared = new IllegalStateException("thrown by each");
        for (int i = 1; i <= entries; i++) {
            int number = i;
            scope.defer(() -> {
                if (next.getAndDecrement() != number) {
                    throw new AssertionError("out of order: " + number);
                }
                throw shared;
            });
        }
        scope.moveTo(other);
        List<Throwable> thrown = new ArrayList<>();
        Thread smallStack = new Thread(null, () -> thrown.add(catchThrowable(other::close)), "small", 128 * 1024);
        smallStack.start();
        smallStack.join();
        assertThat(thrown).containsExactly(shared);
        assertThat(shared.getSuppressed()).isEmpty();
        assertThat(next).hasValue(0);
    }

    @Test
    @Timeout(60)
    void cleanup_12_aMillionEntriesThatEachActionRegistersInItsTurn() {
        AtomicInteger left = new AtomicInteger(1_000_000);
        scope.add(logged("oldest"));
        scope.defer(() -> registerNext(left));
        scope.close();
        assertThat(left).hasValue(0);
        assertThat(log).containsExactly("oldest");
    }

    private void registerNext(AtomicInteger left) {
        if (left.decrementAndGet() > 0) {
            scope.defer(() -> registerNext(left));
        }
    }

    @Test
    void nullArguments_areRefusedByName() {
        assertThatNullPointerException().isThrownBy(() -> scope.add(null)).withMessage("closeable");
        assertThatNullPointerException()
                .isThrownBy(() -> scope.<String, RuntimeException>open(null, log::add))
                .withMessage("opener");
        assertThatNullPointerException()
                .isThrownBy(() -> scope.open(() -> log.add("must not open"), null))
                .withMessage("closer");
        assertThatNullPointerException().isThrownBy(() -> scope.moveTo(null)).withMessage("other");
        assertThatNullPointerException()
                .isThrownBy(() -> scope.defer((CleanupScope.OutcomeAction) null))
                .withMessage("action");
        assertThat(log).isEmpty();
        assertThat(scope).hasToString("CleanupScope[bundle, open, 0 actions left]");
    }
}
