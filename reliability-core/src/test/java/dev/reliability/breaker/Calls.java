package dev.reliability.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.Policy;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;

/** Calls that tests make. */
final class Calls {
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private Calls() {}

    static void succeed(CircuitBreaker breaker) {
        assertThat(breaker.<String, RuntimeException>call(() -> "fine")).isEqualTo("fine");
    }

    static void fail(CircuitBreaker breaker) {
        fail(breaker, new Broken());
    }

    static void fail(CircuitBreaker breaker, Throwable failure) {
        assertThatThrownBy(() -> breaker.<Void, Exception>call(() -> {
                    throw sneaky(failure);
                }))
                .isSameAs(failure);
    }

    /** Makes a call that ends with a failure unless it is refused: for many calls in a race. */
    static void failOrBeRefused(Policy breaker, RuntimeException failure) {
        try {
            breaker.run(() -> {
                throw failure;
            });
        } catch (RuntimeException e) {
            if (e != failure && !(e instanceof CircuitOpenException)) {
                throw e;
            }
        }
    }

    static CircuitOpenException refused(CircuitBreaker breaker) {
        try {
            breaker.run(() -> {
                throw new AssertionError("the task ran");
            });
        } catch (CircuitOpenException e) {
            return e;
        }
        throw new AssertionError("not refused");
    }

    /** The last look at calls that are gone takes at most an eighth of the call limit; one that leaked would go on. */
    static void nothingIsLeft(VirtualTime time) {
        time.advance(Duration.ofSeconds(12));
        assertThat(time.pendingAlarms()).isZero();
    }

    /** With defaults: 5 failures. */
    static void open(CircuitBreaker breaker) {
        for (int i = 0; i < 5; i++) {
            fail(breaker);
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    /** With defaults: opens, and waits until the next call is a probe. */
    static void openAndWait(CircuitBreaker breaker, VirtualTime time) {
        open(breaker);
        time.advance(Duration.ofSeconds(60));
    }

    @SuppressWarnings("unchecked") // the cast is erased
    private static <X extends Throwable> RuntimeException sneaky(Throwable failure) throws X {
        throw (X) failure;
    }
}
