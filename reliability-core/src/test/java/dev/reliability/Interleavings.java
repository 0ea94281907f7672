package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/**
 * Has Lincheck look for an interleaving that breaks something. Subjects are small classes of {@code @Operation}s; what
 * they answer in parallel must be what a sequential specification answers in some order. More than
 * 100,000 {@code -Drace.rounds} choose the long search instead of the quick one.
 *
 * <p>Each subject has a twin with a planted bug, to show that the long search would find one: {@link #areBrokenIn}.
 */
public final class Interleavings {
    private static final int ROUNDS = Integer.getInteger("race.rounds", 20_000);
    private static final int ACTORS = 3;
    private static final int MOST_THREADS = 3;

    /** How far to search: how many random scenarios, how many interleavings of each, and of a program. */
    private record Depth(int scenarios, int interleavings, int ofProgram) {
        static final Depth QUICK = new Depth(6, 25, 100);
        static final Depth LONG = new Depth(60, 100, 2_000);
        static final Depth CHOSEN = ROUNDS > 100_000 ? LONG : QUICK;
    }

    private Interleavings() {}

    /** Fails if an interleaving gives answers that no order of the operations gives by the specification. */
    public static void areLinearizable(Class<?> subject, Class<?> specification) {
        long beganNanos = System.nanoTime();
        search(subject, specification, Depth.CHOSEN);
        int number = (MOST_THREADS - 1) * Depth.CHOSEN.scenarios * Depth.CHOSEN.interleavings;
        say(subject.getSimpleName(), number, beganNanos);
    }

    /** Fails if the long search does not find the bug in a subject that has one. */
    public static void areBrokenIn(Class<?> twin, Class<?> specification) {
        assertThatThrownBy(() -> search(twin, specification, Depth.LONG))
                .isInstanceOf(LincheckAssertionError.class)
                .satisfies(Interleavings::isNoCrash);
    }

    /** No operation runs before the parallel part: with the default of five a planted bug was not found. */
    private static void search(Class<?> subject, Class<?> specification, Depth depth) {
        for (int threads = 2; threads <= MOST_THREADS; threads++) {
            new ModelCheckingOptions()
                    .iterations(depth.scenarios)
                    .invocationsPerIteration(depth.interleavings)
                    .threads(threads)
                    .actorsPerThread(ACTORS)
                    .actorsBefore(0)
                    .actorsAfter(1)
                    .sequentialSpecification(specification)
                    .check(subject);
        }
    }

    /** Fails if an interleaving of the threads that a program starts makes it throw, or wait for ever. */
    public static void areHarmless(String name, Runnable program) {
        long beganNanos = System.nanoTime();
        Lincheck.runConcurrentTest(Depth.CHOSEN.ofProgram, program);
        say(name, Depth.CHOSEN.ofProgram, beganNanos);
    }

    /** Fails if the long search does not find the bug in a program that has one. */
    public static void areHarmful(Runnable program) {
        assertThatThrownBy(() -> Lincheck.runConcurrentTest(Depth.LONG.ofProgram, program))
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

    private static void say(String name, int number, long beganNanos) {
        System.out.printf(
                "Lincheck: %s, up to %,d interleavings in %.1f s%n",
                name, number, (System.nanoTime() - beganNanos) / 1e9);
    }
}
