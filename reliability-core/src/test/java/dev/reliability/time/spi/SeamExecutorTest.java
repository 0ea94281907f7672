package dev.reliability.time.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rule DEADLINE-6: whoever refuses to go on with an asynchronous call, somebody does. */
class SeamExecutorTest {
    private final RejectedExecutionException refusal = new RejectedExecutionException("planted");
    private final OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
    private final List<String> log = new ArrayList<>();
    private final List<Throwable> uncaught = new ArrayList<>();
    private Thread.UncaughtExceptionHandler before;

    /** Goes on at once, by threads that are as many as the test says. */
    private final class Threads extends ForwardingSeam {
        private int left;

        Threads(int left) {
            super(TimeSource.system());
            this.left = left;
        }

        private void take() {
            if (left == 0) {
                throw noThread;
            }
            left--;
        }

        @Override
        public void execute(Runnable continuation) {
            take();
            log.add("a thread of the library");
            continuation.run();
        }

        @Override
        protected void callExecutor(Runnable call) {
            take();
            log.add("a thread that calls the executor");
            call.run();
        }
    }

    @BeforeEach
    void listen() {
        before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
    }

    @AfterEach
    void stopListening() {
        Thread.currentThread().setUncaughtExceptionHandler(before);
    }

    private void goOn() {
        log.add("goes on");
    }

    private void runByTheExecutor(Runnable task) {
        log.add("the executor");
        task.run();
    }

    private void refuse(Runnable task) {
        throw refusal;
    }

    @Test
    void deadline_6_anExecutor_isCalledOnAThreadThatMayBlock() {
        new Threads(1).execute(this::runByTheExecutor, this::goOn);
        assertThat(log).containsExactly("a thread that calls the executor", "the executor", "goes on");
        assertThat(uncaught).isEmpty();
    }

    @Test
    void deadline_6_noExecutor_aThreadOfTheLibraryGoesOn() {
        new Threads(1).execute(null, this::goOn);
        assertThat(log).containsExactly("a thread of the library", "goes on");
        assertThat(uncaught).isEmpty();
    }

    @Test
    void deadline_6_theExecutorRefuses_aThreadOfTheLibraryGoesOn_andItIsTold() {
        new Threads(2).execute(this::refuse, this::goOn);
        assertThat(log).containsExactly("a thread that calls the executor", "a thread of the library", "goes on");
        assertThat(uncaught).containsExactly(refusal);
    }

    @Test
    void deadline_6_noThreadCanBeHad_theExecutorIsCalledHere_andItIsTold() {
        new Threads(0).execute(this::runByTheExecutor, this::goOn);
        assertThat(log).containsExactly("the executor", "goes on");
        assertThat(uncaught).containsExactly(noThread);
    }

    @Test
    void deadline_6_noThreadAndNoExecutorCanBeHad_theCallGoesOnHere_andItIsTold() {
        new Threads(0).execute(null, this::goOn);
        assertThat(log).containsExactly("goes on");
        assertThat(uncaught).containsExactly(noThread);

        log.clear();
        uncaught.clear();
        new Threads(1).execute(this::refuse, this::goOn);
        assertThat(log).containsExactly("a thread that calls the executor", "goes on");
        assertThat(uncaught).containsExactly(refusal, noThread);
    }
}
