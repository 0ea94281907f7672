package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.retry.RetryTry.Call;
import dev.reliability.testkit.contract.retry.RetryTry.Run;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;

/** Which failures are retried, and what becomes of those who decide. */
final class RetryChoices {
    private RetryChoices() {}

    /** Errors, of which a retry has no business to hide any. */
    enum Fatal {
        MEMORY,
        STACK,
        LINKAGE,
        ASSERTION;

        Error make() {
            return switch (this) {
                case MEMORY -> new OutOfMemoryError("planted");
                case STACK -> new StackOverflowError("planted");
                case LINKAGE -> new NoClassDefFoundError("planted");
                case ASSERTION -> new AssertionError("planted");
            };
        }
    }

    /** What a spec says that might be thought to include errors. */
    enum Named {
        NOTHING,
        EXCEPTIONS,
        EVERYTHING_BY_PREDICATE,
        THE_ERROR
    }

    /** RETRY-13. */
    static void errorOnlyIfNamed(RetryContract contract, World world, RetrySpec spec, Fatal fatal, Named named) {
        RetryChoice choice = switch (named) {
            case NOTHING -> RetryChoice.DEFAULT;
            case EXCEPTIONS -> RetryChoice.of(List.of(Exception.class), List.of());
            case EVERYTHING_BY_PREDICATE -> RetryChoice.DEFAULT.retryIf(failure -> true);
            case THE_ERROR -> RetryChoice.of(List.of(fatal.make().getClass()), List.of());
        };
        RetryTry attempt = new RetryTry(contract, spec.choosing(choice), world);
        Call call = attempt.call(number -> {
            throw fatal.make();
        });
        attempt.expectRuns(call, named == Named.THE_ERROR ? spec.maxAttempts() : 1);
        attempt.expectLastFailure(call);
    }

    /** What ends a task from outside. */
    enum Stopped {
        INTERRUPTED,
        CANCELLED;

        Exception make() {
            return this == INTERRUPTED ? new InterruptedException("stop") : new CancellationException("stop");
        }
    }

    /** RETRY-11: after so many failures, with the flag as the task leaves it. */
    static void stopIsFinal(
            RetryContract contract,
            World world,
            RetrySpec spec,
            Stopped stopped,
            int failures,
            boolean flag,
            boolean all) {
        RetryChoice choice = all ? RetryChoice.DEFAULT.retryIf(failure -> true) : RetryChoice.DEFAULT;
        RetryTry attempt = new RetryTry(contract, spec.choosing(choice), world);
        Call call = attempt.call(number -> {
            if (number <= failures) {
                return Step.CHECKED.take(number);
            }
            if (flag) {
                Thread.currentThread().interrupt();
            }
            throw stopped.make();
        });
        attempt.expectRuns(call, failures + 1);
        attempt.expectLastFailure(call);
        attempt.expect(call.interrupted() == flag, "the interrupt flag as the task left it, " + flag, "it is " + !flag);
    }

    /** RETRY-23: a failure, what the spec says about it, and whether it is retried all the same. */
    enum Ranked {
        NEVER(false),
        NEVER_THOUGH_LISTED(false),
        NEVER_THOUGH_CHOSEN(false),
        ALWAYS(true),
        ALWAYS_THOUGH_ABORTED(true),
        ALWAYS_THOUGH_NOT_CHOSEN(true),
        LISTED(true),
        NOT_LISTED(false),
        LISTED_AND_ABORTED(false),
        ABORTED_THOUGH_CHOSEN(false),
        CHOSEN(true),
        NOT_CHOSEN(false);

        private final boolean retried;

        Ranked(boolean retried) {
            this.retried = retried;
        }

        private Throwable make(RetryAdapter adapter) {
            return switch (this) {
                case NEVER, NEVER_THOUGH_LISTED, NEVER_THOUGH_CHOSEN -> adapter.neverRetried("never");
                case ALWAYS, ALWAYS_THOUGH_ABORTED, ALWAYS_THOUGH_NOT_CHOSEN -> adapter.alwaysRetried("always");
                default -> new FileNotFoundException("a file");
            };
        }

        private RetryChoice choice(RetryAdapter adapter) {
            return switch (this) {
                case NEVER, ALWAYS -> RetryChoice.DEFAULT;
                case NEVER_THOUGH_LISTED ->
                    RetryChoice.of(List.of(adapter.neverRetried("").getClass()), List.of());
                case NEVER_THOUGH_CHOSEN, CHOSEN -> RetryChoice.DEFAULT.retryIf(failure -> true);
                case ALWAYS_THOUGH_ABORTED ->
                    RetryChoice.of(List.of(), List.of(adapter.alwaysRetried("").getClass()));
                case ALWAYS_THOUGH_NOT_CHOSEN, NOT_CHOSEN -> RetryChoice.DEFAULT.retryIf(failure -> false);
                case LISTED -> RetryChoice.of(List.of(IOException.class), List.of());
                case NOT_LISTED -> RetryChoice.of(List.of(IllegalStateException.class), List.of());
                case LISTED_AND_ABORTED ->
                    RetryChoice.of(List.of(FileNotFoundException.class), List.of(IOException.class));
                case ABORTED_THOUGH_CHOSEN ->
                    RetryChoice.of(List.of(), List.of(IOException.class)).retryIf(failure -> true);
            };
        }
    }

    /** RETRY-23. */
    static void ranks(RetryContract contract, World world, RetrySpec spec, Ranked ranked) {
        RetryAdapter any = contract.create(spec, world);
        RetryTry attempt = new RetryTry(contract, spec.choosing(ranked.choice(any)), world);
        Call call = attempt.call(number -> {
            throw ranked.make(attempt.adapter);
        });
        attempt.expectRuns(call, ranked.retried ? spec.maxAttempts() : 1);
        attempt.expectLastFailure(call);
    }

    /** Who throws. */
    enum Thrower {
        PREDICATE,
        RESULT_PREDICATE,
        BACKOFF,
        LISTENER
    }

    /** RETRY-17: after so many attempts the one who is asked throws. */
    static void askedThrows(RetryContract contract, World world, RetrySpec spec, Thrower thrower, int attempts) {
        RuntimeException decision = new IllegalArgumentException("no decision");
        List<Object> asked = new CopyOnWriteArrayList<>();
        RetrySpec throwing = switch (thrower) {
            case PREDICATE -> spec.choosing(RetryChoice.DEFAULT.retryIf(failure -> decide(asked, attempts, decision)));
            case RESULT_PREDICATE -> spec.choosing(RetryChoice.rejecting(result -> decide(asked, attempts, decision)));
            case BACKOFF ->
                new RetrySpec(
                        spec.maxAttempts(),
                        spec.backoff().by(attempt -> decide(asked, attempts, decision) ? 1_000_000 : 0),
                        RetryChoice.DEFAULT,
                        RetrySpec.DEFAULT,
                        0,
                        null,
                        null);
            case LISTENER ->
                spec.tellingTo(heard -> {
                    throw decision;
                });
        };
        RetryTry attempt = new RetryTry(contract, throwing, world);
        Step step = thrower == Thrower.RESULT_PREDICATE ? Step.VALUE : Step.CHECKED;
        Call call = attempt.call(
                number -> (thrower == Thrower.LISTENER && number > attempts ? Step.VALUE : step).take(number));
        if (thrower == Thrower.LISTENER) {
            attempt.expectRuns(call, attempts + 1);
            attempt.expectValue(call, call.last().value());
        } else if (thrower == Thrower.RESULT_PREDICATE) {
            attempt.expectRuns(call, attempts);
            attempt.expect( // there is no failure of the task, and nowhere to name the predicate's
                    call.failure() == null ? call.value() == call.last().value() : call.failure() == decision,
                    "the last result, or what the predicate threw",
                    call);
        } else {
            attempt.expectRuns(call, attempts);
            attempt.expectLastFailure(call);
            named(contract, attempt, call, decision);
        }
    }

    private static boolean decide(List<Object> asked, int attempts, RuntimeException decision) {
        asked.add("");
        if (asked.size() >= attempts) {
            throw decision;
        }
        return true;
    }

    private static void named(RetryContract contract, RetryTry attempt, Call call, RuntimeException decision) {
        if (!contract.has(RetryCapability.REPORT) || call.failure() == null) {
            return;
        }
        RetryEnd end = attempt.adapter.report(call.failure());
        attempt.expect(
                end != null && end.decisionFailure() == decision, "a report that names " + decision, "it was " + end);
    }

    /** RETRY-24: what the listener heard is what the attempts show. */
    static void heard(RetryContract contract, World world, RetrySpec spec, List<Step> steps, long taskNanos) {
        List<RetryHeard> heard = new CopyOnWriteArrayList<>();
        List<Long> when = new CopyOnWriteArrayList<>();
        RetrySpec told = spec.tellingTo(event -> {
                    world.record(event.toString());
                    heard.add(event);
                    when.add(world.nanos());
                })
                .choosing(RetryChoice.rejecting(result -> true));
        RetryTry attempt = new RetryTry(contract, told, world);
        Call call = attempt.call(number -> {
            world.sleep(taskNanos);
            return steps.get((number - 1) % steps.size()).take(number);
        });
        attempt.expect(
                heard.size() == call.runs().size() - 1,
                "the listener to hear " + (call.runs().size() - 1) + " retries",
                "it heard " + heard);
        for (int i = 0; i < heard.size(); i++) {
            RetryHeard event = heard.get(i);
            Run failed = call.runs().get(i);
            Run next = call.runs().get(i + 1);
            Class<?> type = failed.failure() == null ? null : failed.failure().getClass();
            attempt.expect(
                    event.kind() == RetryHeard.Kind.RETRY && event.attempt() == i + 1 && event.failure() == type,
                    "the listener to hear of attempt " + (i + 1) + " and " + type,
                    "it heard " + event);
            long waited = next.beganNanos() - failed.endedNanos();
            boolean exact = contract.isVirtual();
            attempt.expect(
                    exact ? waited == event.delayNanos() : waited >= event.delayNanos(),
                    "the listener to hear the delay of " + waited + " ns",
                    "it heard " + event);
            attempt.expect(
                    exact ? when.get(i) == failed.endedNanos() : when.get(i) <= next.beganNanos() - event.delayNanos(),
                    "the listener to hear of a retry before its wait",
                    "it heard " + event + " at " + when.get(i));
        }
    }
}
