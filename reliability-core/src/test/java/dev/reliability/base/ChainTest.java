package dev.reliability.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.Action;
import dev.reliability.InterruptibleTask;
import dev.reliability.Policy;
import dev.reliability.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChainTest {
    private final List<String> path = new ArrayList<>();

    private class Named extends Layer {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        protected <T, X extends Exception> T execute(Chain inner, InterruptibleTask<? extends T, X> task)
                throws X, InterruptedException {
            path.add(name + "(");
            try {
                return inner.<T, X>proceed(task);
            } finally {
                path.add(")");
            }
        }

        @Override
        protected <T> CompletionStage<T> executeAsync(Chain inner, Task<? extends CompletionStage<T>, ?> task) {
            path.add(name + "(");
            try {
                return inner.proceedAsync(task);
            } finally {
                path.add(")");
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final Policy a = new Named("a");
    private final Policy b = new Named("b");
    private final Policy c = new Named("c");

    private String pathOf(Policy policy) {
        path.clear();
        policy.run(() -> path.add("task"));
        return String.join("", path);
    }

    @AfterEach
    void noInterruptIsLeft() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void compose_1_aAroundBAroundC_isAOutsideBOutsideC() {
        assertThat(pathOf(a.around(b).around(c))).isEqualTo("a(b(c(task)))");
        assertThat(a.around(b).around(c)).hasToString("a around b around c");
    }

    @Test
    void compose_1_composingIsAssociative() {
        assertThat(pathOf(a.around(b.around(c)))).isEqualTo("a(b(c(task)))");
        assertThat(pathOf(a.around(b).around(c.around(a)))).isEqualTo("a(b(c(a(task))))");
        assertThat(a.around(b.around(c))).hasToString(a.around(b).around(c).toString());
    }

    @Test
    void compose_1_composingLeavesThePartsAsTheyAre() {
        Policy ab = a.around(b);
        Policy unused = ab.around(c);
        assertThat(unused).isNotSameAs(ab);
        assertThat(pathOf(ab)).isEqualTo("a(b(task))");
        assertThat(pathOf(a)).isEqualTo("a(task)");
    }

    /** The task travels through the layers as the same object: nothing wraps it. */
    @Test
    void compose_1_noObjectIsMadeForALayer_theTaskTravelsUnchanged() throws Exception {
        List<Object> seen = new ArrayList<>();
        Policy spy = new Layer() {
            @Override
            protected <T, X extends Exception> T execute(Chain inner, InterruptibleTask<? extends T, X> task)
                    throws X, InterruptedException {
                seen.add(task);
                return inner.<T, X>proceed(task);
            }

            @Override
            protected <T> CompletionStage<T> executeAsync(Chain inner, Task<? extends CompletionStage<T>, ?> task) {
                seen.add(task);
                return inner.proceedAsync(task);
            }
        };
        Policy chain = spy.around(a).around(spy).around(spy);
        Task<String, IOException> task = () -> "value";
        Action<IOException> action = () -> {};
        assertThat(chain.call(task)).isEqualTo("value");
        chain.run(action);
        assertThat(chain.callInterruptibly(task)).isEqualTo("value");
        assertThat(seen).hasSize(9);
        assertThat(seen.subList(0, 3)).allMatch(s -> s == task);
        assertThat(seen.subList(3, 6)).allMatch(s -> s == action);
        assertThat(seen.subList(6, 9)).allMatch(s -> s == task);
        Task<CompletionStage<String>, IOException> async = () -> CompletableFuture.completedFuture("value");
        assertThat(chain.callAsync(async)).isCompletedWithValue("value");
        assertThat(seen.subList(9, 12)).allMatch(s -> s == async);
    }

    @Test
    void compose_2_exceptionsPassEveryLayerAsTheyAre() {
        IOException failure = new IOException("planted");
        Task<String, IOException> task = () -> {
            throw failure;
        };
        assertThatThrownBy(() -> a.around(b).call(task)).isSameAs(failure).hasNoSuppressedExceptions();
        assertThatThrownBy(() -> a.around(b).callInterruptibly(task)).isSameAs(failure);
        InterruptedException interrupt = new InterruptedException("the task's own");
        Task<String, InterruptedException> interrupted = () -> {
            throw interrupt;
        };
        assertThatThrownBy(() -> a.around(b).call(interrupted)).isSameAs(interrupt);
        assertThatThrownBy(() -> a.call(interrupted)).isSameAs(interrupt);
        assertThatThrownBy(() -> a.callInterruptibly(interrupted)).isSameAs(interrupt);
    }

    @Test
    void interruptedWait_byTheWayIn_isCancellationOrInterrupt() {
        Policy waits = new Layer() {
            @Override
            protected <T, X extends Exception> T execute(Chain inner, InterruptibleTask<? extends T, X> task) {
                throw new InterruptedWait("the wait for a permit was interrupted");
            }

            @Override
            protected <T> CompletionStage<T> executeAsync(Chain inner, Task<? extends CompletionStage<T>, ?> task) {
                return inner.proceedAsync(task);
            }
        };
        for (Policy policy : List.of(waits, a.around(waits), waits.around(a))) {
            assertThatThrownBy(() -> policy.call(() -> "value"))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("the wait for a permit was interrupted");
            assertThat(Thread.interrupted()).isTrue();
            assertThatThrownBy(() -> policy.callInterruptibly(() -> "value"))
                    .isInstanceOf(InterruptedException.class)
                    .hasMessage("the wait for a permit was interrupted");
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void interruptedWait_asAnInterrupt_saysWhereTheWaitWas() {
        InterruptedWait wait = new InterruptedWait("the wait for a permit was interrupted");
        StackTraceElement[] where = {new StackTraceElement("Permits", "await", "Permits.java", 7)};
        wait.setStackTrace(where);
        assertThat(wait.asInterrupt().getStackTrace()).isEqualTo(where);
    }

    @Test
    void compose_2_anInterruptedWaitOfTheTasksOwn_passesAsItIs() {
        Policy waits = new Named("waits") {
            @Override
            protected <T, X extends Exception> T execute(Chain inner, InterruptibleTask<? extends T, X> task) {
                throw new InterruptedWait("the wait for a permit was interrupted");
            }
        };
        List<Throwable> thrown = new ArrayList<>();
        assertThatThrownBy(() -> a.callInterruptibly(() -> {
                    try {
                        return waits.call(() -> "value");
                    } catch (CancellationException e) {
                        thrown.add(e);
                        throw e;
                    }
                }))
                .satisfies(e -> assertThat(e).isSameAs(thrown.get(0)));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void around_aPolicyThatIsNotOurs_takesPart() throws Exception {
        AtomicBoolean ran = new AtomicBoolean();
        Policy foreign = new Policy() {
            @Override
            public <T, X extends Exception> T call(Task<? extends T, X> task) throws X {
                ran.set(true);
                return task.call();
            }

            @Override
            public <T, X extends Exception> T callInterruptibly(InterruptibleTask<? extends T, X> task)
                    throws X, InterruptedException {
                ran.set(true);
                return task.call();
            }

            @Override
            public <T> CompletableFuture<T> callAsync(Task<? extends CompletionStage<T>, ? extends Exception> task) {
                ran.set(true);
                CompletableFuture<T> result = new CompletableFuture<>();
                try {
                    CompletionStage<T> unused = task.call().whenComplete((value, failure) -> {
                        boolean ended =
                                failure == null ? result.complete(value) : result.completeExceptionally(failure);
                        assertThat(ended).isTrue();
                    });
                } catch (Exception e) {
                    throw new IllegalStateException("the chain gives a stage", e);
                }
                return result;
            }

            @Override
            public Policy around(Policy inner) {
                throw new UnsupportedOperationException("not needed here");
            }

            @Override
            public String toString() {
                return "foreign";
            }
        };
        Policy chain = a.around(foreign).around(b);
        assertThat(pathOf(chain)).isEqualTo("a(b(task))");
        assertThat(ran).isTrue();
        assertThat(chain).hasToString("a around foreign around b");
        assertThat(chain.<String, RuntimeException>call(() -> "value")).isEqualTo("value");
        IOException failure = new IOException("planted");
        assertThatThrownBy(() -> chain.run(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        path.clear();
        ran.set(false);
        CompletableFuture<String> value = chain.callAsync(() -> CompletableFuture.completedFuture("value"));
        assertThat(value).isCompletedWithValue("value");
        assertThat(path).containsExactly("a(", "b(", ")", ")");
        assertThat(ran).isTrue();
        CompletableFuture<String> failed = chain.callAsync(() -> {
            throw failure;
        });
        assertThat(Stages.failureOf(failed)).isSameAs(failure);
    }

    @Test
    void compose_2_aWaitOfAPolicyThatIsNotOurs_isInterrupted() {
        Policy waiting = new Foreign() {
            @Override
            public <T, X extends Exception> T callInterruptibly(InterruptibleTask<? extends T, X> task)
                    throws X, InterruptedException {
                new CountDownLatch(1).await();
                return task.call();
            }
        };
        for (Policy policy : List.of(a.around(waiting), a.around(waiting).around(b))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> policy.call(() -> "value"))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("interrupted while waiting in foreign")
                    .hasCauseInstanceOf(InterruptedException.class);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            assertThatThrownBy(() -> policy.callInterruptibly(() -> "value")).isInstanceOf(InterruptedException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void compose_2_anInterruptOfTheTasksOwn_passesAPolicyThatIsNotOurs() {
        InterruptedException planted = new InterruptedException("planted");
        assertThatThrownBy(() -> a.around(new Foreign()).callInterruptibly(() -> {
                    throw planted;
                }))
                .isSameAs(planted);
        assertThatThrownBy(() -> a.around(new Foreign()).call(() -> {
                    throw planted;
                }))
                .isSameAs(planted);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    /** Runs the task and nothing else. */
    private static class Foreign implements Policy {
        @Override
        public <T, X extends Exception> T call(Task<? extends T, X> task) throws X {
            return task.call();
        }

        @Override
        public <T, X extends Exception> T callInterruptibly(InterruptibleTask<? extends T, X> task)
                throws X, InterruptedException {
            return task.call();
        }

        @Override
        public <T> CompletableFuture<T> callAsync(Task<? extends CompletionStage<T>, ? extends Exception> task) {
            throw new UnsupportedOperationException("not needed here");
        }

        @Override
        public Policy around(Policy inner) {
            throw new UnsupportedOperationException("not needed here");
        }

        @Override
        public String toString() {
            return "foreign";
        }
    }

    @Test
    void call_null_saysWhichParameter() {
        Task<String, RuntimeException> none = null;
        assertThatThrownBy(() -> a.call(none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("task");
        assertThatThrownBy(() -> a.around(b).callInterruptibly(none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("task");
        assertThatThrownBy(() -> a.around(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("inner");
        assertThatThrownBy(() -> a.around(b).around(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("inner");
        assertThat(Chain.TASK).hasToString("task");
    }
}
