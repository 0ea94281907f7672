package dev.reliability.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanupTest {
    private final List<String> log = new ArrayList<>();

    @Test
    void call_returnsTheValueAfterTheActionsRan() {
        String value = Cleanup.call(scope -> {
            scope.defer(() -> log.add("closed"));
            return "value";
        });
        assertThat(value).isEqualTo("value");
        assertThat(log).containsExactly("closed");
    }

    @Test
    void call_withOptions_returnsTheValueToo() {
        String value = Cleanup.builder().name("options").call(scope -> {
            scope.defer(() -> log.add("closed"));
            return "value";
        });
        assertThat(value).isEqualTo("value");
        assertThat(log).containsExactly("closed");
    }

    @Test
    void closeAtShutdown_theDrainMayBeTheWholeLimit() {
        Cleanup.builder()
                .closeAtShutdown(Duration.ofSeconds(3), Duration.ofSeconds(3))
                .scope()
                .close();
        Cleanup.builder()
                .closeAtShutdown(Duration.ZERO, Duration.ofNanos(1))
                .scope()
                .close();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cleanup.builder()
                        .closeAtShutdown(Duration.ofNanos(2), Duration.ofNanos(1))
                        .scope())
                .withMessage("drain must be at most the limit, PT0.000000001S, but was PT0.000000002S");
    }

    @Test
    void call_checkedFailureOfTheBody_keepsItsStaticType() {
        IOException failure = new IOException("body");
        try {
            Cleanup.run(scope -> {
                throw failure;
            });
        } catch (IOException e) {
            assertThat(e).isSameAs(failure);
            return;
        }
        throw new AssertionError("nothing was thrown");
    }

    @Test
    void cleanup_2_throughCallACheckedFailureStaysItself() {
        IOException checked = new IOException("cleanup");
        assertThatThrownBy(() -> Cleanup.call(scope -> scope.<String, RuntimeException>open(() -> "value", value -> {
                    throw checked;
                })))
                .isSameAs(checked);
        assertThatThrownBy(() -> Cleanup.run(scope -> scope.defer(() -> {
                    throw checked;
                })))
                .isSameAs(checked);
    }

    @Test
    void cleanup_2_throughCallTheBodysFailureIsPrimaryAlsoToErrorsAndToItself() {
        IOException body = new IOException("body");
        Error error = new AssertionError("cleanup");
        assertThatThrownBy(() -> Cleanup.run(scope -> {
                    scope.defer(() -> {
                        throw body;
                    });
                    scope.defer(() -> {
                        throw error;
                    });
                    throw body;
                }))
                .isSameAs(body);
        assertThat(body.getSuppressed()).containsExactly(error);
    }

    @Test
    void cleanup_2_reportOnlySuppressesNothingInTheBodysFailure() {
        List<Object> events = new ArrayList<>();
        IOException body = new IOException("body");
        assertThatThrownBy(() -> Cleanup.builder().reportOnlyTo(events::add).run(scope -> {
                    scope.defer(() -> {
                        throw new IllegalStateException("cleanup");
                    });
                    throw body;
                }))
                .isSameAs(body)
                .hasNoSuppressedExceptions();
        assertThat(events).hasSize(1);
    }

    @Test
    void cleanup_6_callTellsSuccessIfTheBodyReturnsElseFailure() {
        Cleanup.run(scope -> scope.defer(outcome -> log.add("run " + outcome)));
        Cleanup.builder().call(scope -> {
            scope.defer(outcome -> log.add("call " + outcome));
            return 0;
        });
        assertThatThrownBy(() -> Cleanup.run(scope -> {
                    scope.defer(outcome -> log.add("failing " + outcome));
                    throw new IOException("body");
                }))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Cleanup.run(scope -> {
                    scope.defer(outcome -> log.add("said so " + outcome));
                    scope.succeed();
                    throw new IOException("after");
                }))
                .isInstanceOf(IOException.class);
        assertThat(log).containsExactly("run SUCCESS", "call SUCCESS", "failing FAILURE", "said so SUCCESS");
    }

    @Test
    void call_bodyClosesItsScope_isNoHarm() {
        assertThat(Cleanup.<Integer, RuntimeException>call(scope -> {
                    scope.defer(outcome -> log.add("closed " + outcome));
                    scope.close();
                    return 1;
                }))
                .isEqualTo(1);
        assertThat(log).containsExactly("closed FAILURE");
    }

    @Test
    void builder_valuesOutOfRange_areAllNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cleanup.builder()
                        .closeAtShutdown(Duration.ofSeconds(-1), Duration.ofSeconds(-2))
                        .scope())
                .withMessage(
                        "drain must be zero or more, but was PT-1S; drain must be at most the limit, PT-2S, but was"
                                + " PT-1S; limit must be positive, but was PT-2S");
        assertThatNullPointerException()
                .isThrownBy(() -> Cleanup.builder().name(null))
                .withMessage("name");
        assertThatNullPointerException().isThrownBy(() -> Cleanup.call(null)).withMessage("task");
        assertThatNullPointerException().isThrownBy(() -> Cleanup.run(null)).withMessage("action");
    }
}
