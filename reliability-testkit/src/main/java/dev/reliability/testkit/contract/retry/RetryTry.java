package dev.reliability.testkit.contract.retry;

import static java.util.Objects.requireNonNull;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Unsupported;
import dev.reliability.testkit.contract.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** One try: a retry as the rule asks for it, and the calls that go through it. */
final class RetryTry {
    /** One run of the task. */
    record Run(
            int number,
            long beganNanos,
            long endedNanos,
            @Nullable Object value,
            @Nullable Throwable failure) {}

    /** What a task does, as often as it runs; 1 is the first time. */
    @FunctionalInterface
    interface Script {
        @Nullable
        Object run(int number) throws Throwable;
    }

    /** One call, with its runs, and how it ended. The flag is that of the caller's thread, which is cleared. */
    record Call(
            List<Run> runs,
            @Nullable Object value,
            @Nullable Throwable failure,
            long endedNanos,
            boolean interrupted) {
        Run last() {
            return runs.get(runs.size() - 1);
        }
    }

    final World world;
    final RetryAdapter adapter;

    RetryTry(RetryContract contract, RetrySpec spec, World world) {
        this.world = world;
        this.adapter = requireNonNull(contract.create(spec, world), "adapter");
    }

    Call call(Script script) {
        return ended(script, adapter::call);
    }

    Call callWithin(long nanos, Script script) {
        world.history().limit("deadline", nanos);
        return ended(script, body -> adapter.callWithin(nanos, body));
    }

    /** What runs a body with retries. */
    @FunctionalInterface
    interface Caller {
        @Nullable
        Object call(Body body) throws Throwable;
    }

    private Call ended(Script script, Caller caller) {
        List<Run> runs = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger count = new AtomicInteger();
        AtomicInteger wait = new AtomicInteger(); // that which goes on, as the history numbers it
        Body body = () -> {
            world.history().ended(wait.getAndSet(0));
            try {
                return run(script, count.incrementAndGet(), runs);
            } finally {
                wait.set(world.history().began("waits", "wait"));
            }
        };
        Object value = null;
        Throwable failure = null;
        int operation = world.history().invoked("call");
        try {
            value = caller.call(body);
            world.history().ended(wait.get());
            world.history().ok(operation, value);
        } catch (Unsupported | TestAbortedException refusal) { // the latter: the adapter passes over this try
            throw refusal;
        } catch (Throwable thrown) {
            failure = thrown;
            world.history().ended(wait.get());
            world.history().failed(operation, thrown);
        }
        boolean interrupted = Thread.interrupted();
        Call call = new Call(runs, value, failure, world.nanos(), interrupted);
        expect(!runs.isEmpty() || failure != null, "the task to run", "it did not, and the call gave " + value);
        return call;
    }

    private @Nullable Object run(Script script, int number, List<Run> runs) throws Throwable {
        long began = world.nanos();
        Object value = null;
        Throwable failure = null;
        try {
            value = world.history().record("attempt " + number, () -> script.run(number));
        } catch (Throwable thrown) {
            failure = thrown;
        }
        runs.add(new Run(number, began, world.nanos(), value, failure));
        if (failure != null) {
            throw failure;
        }
        return value;
    }

    void expect(boolean kept, String expected, @Nullable Object seen) {
        world.history().expect(kept, expected, seen);
    }

    void expectRuns(Call call, int runs) {
        expect(call.runs.size() == runs, runs + " attempts", "there were " + call.runs.size());
    }

    /** The failure of the last run reaches the caller, as it is. */
    void expectLastFailure(Call call) {
        expect(!call.runs.isEmpty(), "the task to run", "it did not");
        Throwable last = call.last().failure();
        expect(
                last != null && call.failure == last,
                "the last failure itself to be thrown, " + last,
                call.failure == null ? "the call returned " + call.value : "the call threw " + call.failure);
    }

    /** Whether somebody did not wait as long as that; in real time any machine may take so long. */
    boolean isAtOnce(long waitedNanos, long nanos) {
        return switch (world.timeMode()) {
            case VIRTUAL -> waitedNanos == 0;
            case OWN_CLOCK -> waitedNanos < nanos;
            case REAL -> true;
        };
    }

    void expectDeadlineExceeded(Call call) {
        expect(
                call.failure != null && adapter.isDeadlineExceeded(call.failure),
                "the deadline's own exception",
                call.failure);
    }

    void expectValue(Call call, @Nullable Object value) {
        expect(
                call.failure == null && call.value == value,
                "the result " + value,
                call.failure == null ? "it was " + call.value : "the call threw " + call.failure);
    }

    /** The report says why the retry ended; without reports nothing is asked. */
    void expectReason(RetryContract contract, Call call, RetryEnd.Reason reason) {
        if (!contract.has(RetryCapability.REPORT) || call.failure == null) {
            return;
        }
        RetryEnd end = adapter.report(call.failure);
        expect(end != null && end.reason() == reason, "a report with the reason " + reason, "it was " + end);
    }
}
