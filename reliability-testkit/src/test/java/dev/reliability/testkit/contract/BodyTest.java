package dev.reliability.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyTest {
    @Test
    void asCallable_givesWhatTheBodyGives() throws Exception {
        Object value = new Object();
        Body body = () -> value;
        Body nothing = () -> null;
        assertThat(body.asCallable().call()).isSameAs(value);
        assertThat(nothing.asCallable().call()).isNull();
    }

    @Test
    void asCallable_throwsWhatTheBodyThrows_theSameInstance() {
        for (Throwable failure :
                List.of(new IOException("checked"), new IllegalStateException("unchecked"), new StackOverflowError())) {
            Body body = () -> {
                throw failure;
            };
            assertThat(catchThrowable(body.asCallable()::call)).isSameAs(failure);
        }
    }

    @Test
    void asCallable_bodyThrowsNeitherExceptionNorError_saysSo() {
        Throwable odd = new Throwable("odd");
        Body body = () -> {
            throw odd;
        };
        assertThat(catchThrowable(body.asCallable()::call))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("neither an exception nor an error")
                .hasCause(odd);
    }
}
