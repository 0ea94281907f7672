package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * Has Lincheck look for an interleaving that breaks something. Subjects are small classes of {@code @Operation}s; what
 * they answer in parallel must be what a sequential specification answers in some order. How many interleavings are tried
 * grows with {@code -Drace.rounds}.
 *
 * <p>Each subject has a twin with a planted bug, to show that the search would find one: {@link #areBrokenIn}.
 */
public final class Interleavings {
    private static final int ROUNDS = Integer.getInteger("race.rounds", 20_000);
    private static final int SCENARIOS = Math.max(12, ROUNDS / 10_000);
    private static final int INTERLEAVINGS = 100;
    private static final int ACTORS = 3;

    private Interleavings() {}

    /** Fails if an interleaving gives answers that no order of the operations gives by the specification. */
    public static void areLinearizable(Class<?> subject, Class<?> specification) {
        long beganNanos = System.nanoTime();
        for (int threads = 2; threads <= 3; threads++) {
            modelChecking(threads, specification).check(subject);
        }
        stress(specification).check(subject);
        say(subject.getSimpleName(), 3 * SCENARIOS * INTERLEAVINGS, beganNanos);
    }

    /** Fails if Lincheck does not find the bug in a subject that has one. */
    public static void areBrokenIn(Class<?> twin, Class<?> specification) {
        assertThatThrownBy(() -> modelChecking(2, specification).iterations(50).check(twin))
                .isInstanceOf(LincheckAssertionError.class)
                .satisfies(Interleavings::isNoCrash);
    }

    /** Fails if an interleaving of the threads that a program starts makes it throw, or wait for ever. */
    public static void areHarmless(String name, Runnable program) {
        long beganNanos = System.nanoTime();
        int number = Math.max(1_000, ROUNDS / 100);
        Lincheck.runConcurrentTest(number, program);
        say(name, number, beganNanos);
    }

    /** Fails if Lincheck does not find the bug in a program that has one. */
    public static void areHarmful(Runnable program) {
        assertThatThrownBy(() -> Lincheck.runConcurrentTest(1_000, program))
                .isInstanceOf(LincheckAssertionError.class)
                .satisfies(Interleavings::isNoCrash);
    }

    /** Starts a thread that Lincheck follows: on JDK 25 only one whose {@code run} is its own, which a twin showed. */
    public static Thread start(Runnable task) {
        Thread thread = new Followed(task);
        thread.start();
        return thread;
    }

    private static final class Followed extends Thread {
        private final Runnable task;

        Followed(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            task.run();
        }
    }

    public static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A bug of the tool is not a bug that was found. */
    private static void isNoCrash(Throwable found) {
        assertThat(found.getMessage()).doesNotContain("Wow! You've caught a bug in Lincheck");
    }

    /** No operation runs before the parallel part: with the default of five a planted bug was not found. */
    private static ModelCheckingOptions modelChecking(int threads, Class<?> specification) {
        return new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(INTERLEAVINGS)
                .threads(threads)
                .actorsPerThread(ACTORS)
                .actorsBefore(0)
                .actorsAfter(1)
                .sequentialSpecification(specification);
    }

    private static StressOptions stress(Class<?> specification) {
        return new StressOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(INTERLEAVINGS)
                .threads(3)
                .actorsPerThread(ACTORS)
                .actorsBefore(0)
                .actorsAfter(1)
                .sequentialSpecification(specification);
    }

    private static void say(String name, int number, long beganNanos) {
        System.out.printf(
                "Lincheck: %s, up to %,d interleavings in %.1f s%n",
                name, number, (System.nanoTime() - beganNanos) / 1e9);
    }
}
