package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** CLEANUP-2: nothing is skipped, and which failure comes out with which others. */
final class CleanupFailures {
    /** How an entry ends. */
    enum Ending {
        WELL,
        UNCHECKED,
        CHECKED,
        ERROR,
        AS_BEFORE;

        @Nullable
        Throwable make(int number, @Nullable Throwable before) {
            return switch (this) {
                case WELL -> null;
                case UNCHECKED -> new IllegalStateException("entry " + number);
                case CHECKED -> new IOException("entry " + number);
                case ERROR -> new NoClassDefFoundError("entry " + number);
                case AS_BEFORE -> before;
            };
        }
    }

    /** What closes the scope. */
    enum Closing {
        ITSELF,
        REPORTING_ONLY,
        AFTER_A_RESULT,
        AFTER_A_FAILURE
    }

    private CleanupFailures() {}

    /** Endings in the order in which the entries are closed. */
    static void nothingIsSkipped(CleanupScopeContract contract, World world, List<Ending> endings, Closing closing)
            throws Throwable {
        List<CleanupHeard> heard = new CopyOnWriteArrayList<>();
        CleanupSpec telling = CleanupSpec.tellingTo(heard::add);
        CleanupTry attempt = new CleanupTry(
                contract, world, closing == Closing.REPORTING_ONLY ? telling.onlyReporting() : CleanupSpec.PLAIN);
        List<Throwable> failures = new ArrayList<>();
        List<@Nullable Throwable> planned = new ArrayList<>();
        Throwable before = null;
        for (int i = 0; i < endings.size(); i++) {
            Throwable failure = endings.get(i).make(i, before);
            planned.add(failure);
            before = failure == null ? before : failure;
            if (failure != null) {
                failures.add(failure);
            }
        }
        for (int i = endings.size() - 1; i >= 0; i--) {
            Throwable failure = planned.get(i);
            attempt.add(attempt.scope, "entry-" + i, () -> end(failure));
        }
        Exception ofTheWork = new IOException("the work");
        Throwable thrown = null;
        if (closing == Closing.ITSELF || closing == Closing.REPORTING_ONLY) {
            thrown = attempt.close(attempt.scope);
        } else {
            try {
                attempt.scope.call(() -> {
                    if (closing == Closing.AFTER_A_FAILURE) {
                        throw ofTheWork;
                    }
                    return "done";
                });
            } catch (Throwable failure) {
                thrown = failure;
            }
        }
        for (int i = 0; i < endings.size(); i++) {
            int times = Collections.frequency(attempt.began(), "entry-" + i);
            attempt.expect(times == 1, "every entry to run once", "entry-" + i + " ran " + times + " times");
        }
        if (closing == Closing.REPORTING_ONLY) {
            attempt.expect(thrown == null, "nothing to be thrown", thrown);
            attempt.expect(heard.size() == failures.size(), failures.size() + " failures to be heard", heard);
        } else {
            if (closing == Closing.AFTER_A_FAILURE) {
                failures.add(0, ofTheWork);
            }
            thrown(attempt, thrown, failures, closing);
        }
    }

    private static void end(@Nullable Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof Exception exception) {
            throw exception;
        }
    }

    private static void thrown(
            CleanupTry attempt, @Nullable Throwable thrown, List<Throwable> failures, Closing closing) {
        if (failures.isEmpty()) {
            attempt.expect(thrown == null, "nothing to be thrown", thrown);
            return;
        }
        Throwable primary = closing == Closing.AFTER_A_FAILURE
                ? failures.get(0)
                : failures.stream().filter(Error.class::isInstance).findFirst().orElse(failures.get(0));
        boolean wrapped = closing == Closing.ITSELF && primary instanceof IOException;
        if (thrown == null || (wrapped ? thrown.getCause() : thrown) != primary) {
            throw attempt.world
                    .history()
                    .broken(
                            (wrapped ? "the cause of what is thrown to be " : "this to be thrown: ") + primary,
                            "it was " + thrown + (thrown == null ? "" : ", caused by " + thrown.getCause()));
        }
        List<Throwable> others = new ArrayList<>();
        for (Throwable failure : failures) {
            if (failure != primary && others.stream().noneMatch(other -> other == failure)) {
                others.add(failure);
            }
        }
        List<Throwable> suppressed = new ArrayList<>(Arrays.asList(primary.getSuppressed()));
        if (wrapped) {
            suppressed.addAll(Arrays.asList(thrown.getSuppressed()));
        }
        attempt.expect(
                suppressed.equals(others), "these to be suppressed, in this order: " + others, "it was " + suppressed);
    }
}
