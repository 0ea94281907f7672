package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.InterruptibleTask;
import dev.reliability.testkit.time.VirtualTime;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** Which failures are retried: RETRY-13, 23. */
class RetryRulesTest {
    private static Retry.Builder retry() {
        return Retry.builder("test").time(VirtualTime.autoAdvancing()).maxAttempts(2);
    }

    private static boolean retries(Retry.Builder builder, Throwable failure) {
        int[] runs = {0};
        InterruptibleTask<Object, Exception> task = () -> {
            runs[0]++;
            throw RetryRulesTest.<RuntimeException>sneaky(failure);
        };
        assertThat(catchThrowable(() -> builder.build().callInterruptibly(task)))
                .isSameAs(failure);
        return runs[0] == 2;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // throws what no signature admits
    private static <X extends Throwable> X sneaky(Throwable failure) throws X {
        throw (X) failure;
    }

    @Test
    void default_everyExceptionIsRetried() {
        assertThat(retries(retry(), new IOException())).isTrue();
        assertThat(retries(retry(), new IllegalStateException())).isTrue();
    }

    @Test
    void retry_13_anErrorIsNotRetriedByDefault() {
        assertThat(retries(retry(), new OutOfMemoryError())).isFalse();
        assertThat(retries(retry(), new AssertionError())).isFalse();
    }

    @Test
    void retry_13_namingThrowableOrExceptionNamesNoError() {
        assertThat(retries(retry().retryOn(Throwable.class), new OutOfMemoryError()))
                .isFalse();
        assertThat(retries(retry().retryOn(Exception.class), new OutOfMemoryError()))
                .isFalse();
        assertThat(retries(retry().retryOn(Throwable.class), new IOException())).isTrue();
    }

    @Test
    void retry_13_predicatesAreNotAskedAboutErrors() {
        assertThat(retries(retry().retryIf(failure -> true), new StackOverflowError()))
                .isFalse();
    }

    @Test
    void retry_13_anErrorIsRetriedIfItsTypeOrAnErrorSupertypeIsNamed() {
        assertThat(retries(retry().retryOn(StackOverflowError.class), new StackOverflowError()))
                .isTrue();
        assertThat(retries(retry().retryOn(VirtualMachineError.class), new StackOverflowError()))
                .isTrue();
        assertThat(retries(retry().retryOn(Error.class), new AssertionError())).isTrue();
        assertThat(retries(retry().retryOn(AssertionError.class), new StackOverflowError()))
                .isFalse();
        assertThat(retries(retry().retryOn(Error.class).abortOn(AssertionError.class), new AssertionError()))
                .isFalse();
    }

    @Test
    void retryOn_namesWithSubtypesAndNothingElse() {
        assertThat(retries(retry().retryOn(IOException.class), new FileNotFoundException()))
                .isTrue();
        assertThat(retries(retry().retryOn(IOException.class), new IllegalStateException()))
                .isFalse();
        assertThat(retries(retry().retryOn(FileNotFoundException.class), new IOException()))
                .isFalse();
    }

    @Test
    void retryIf_chooses() {
        assertThat(retries(retry().retryIf(e -> "yes".equals(e.getMessage())), new IOException("yes")))
                .isTrue();
        assertThat(retries(retry().retryIf(e -> "yes".equals(e.getMessage())), new IOException("no")))
                .isFalse();
    }

    @Test
    void retryOnAndRetryIf_eitherIsEnough() {
        Retry.Builder both = retry().retryOn(IOException.class)
                .retryIf(IllegalStateException.class::isInstance)
                .retryIf(IllegalArgumentException.class::isInstance);

        assertThat(retries(both, new IOException())).isTrue();
        assertThat(retries(both, new IllegalStateException())).isTrue();
        assertThat(retries(both, new IllegalArgumentException())).isTrue();
        assertThat(retries(both, new UncheckedIOException(new IOException()))).isFalse();
    }

    @Test
    void retry_23_theAbortListBeatsTheRetryListAndThePredicate() {
        Retry.Builder both =
                retry().retryOn(IOException.class).retryIf(failure -> true).abortOn(FileNotFoundException.class);

        assertThat(retries(both, new IOException())).isTrue();
        assertThat(retries(both, new FileNotFoundException())).isFalse();
    }

    @Test
    void retry_23_nonRetryableIsNeverRetried() {
        Retry.Builder all =
                retry().retryOn(NonRetryableException.class, Exception.class).retryIf(failure -> true);

        assertThat(retries(all, new NonRetryableException("never"))).isFalse();
        assertThat(retries(all, new NonRetryableException() {
                    private static final long serialVersionUID = 1L;
                }))
                .isFalse();
    }

    @Test
    void retry_23_retryableIsAlwaysRetried() {
        Retry.Builder none = retry().retryOn(IOException.class)
                .retryIf(failure -> false)
                .abortOn(RetryableException.class, RuntimeException.class);

        assertThat(retries(none, new RetryableException("always"))).isTrue();
    }

    @Test
    void retry_23_retryableIsRetriedWithinTheAttempts() {
        RetryableException failure = new RetryableException("always");

        assertThat(retries(retry().maxAttempts(1), failure)).isFalse();
        assertThat(RetryReport.of(failure).reason()).isEqualTo(RetryReport.Reason.EXHAUSTED);
    }
}
