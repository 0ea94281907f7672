package dev.reliability.example.push.engine;

import dev.reliability.example.push.bundle.Bundle;
import dev.reliability.example.push.event.FlowEvent;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.example.push.failure.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;

/**
 * A flow in its JavaScript engine. One thread loads it and pushes; any thread may stop it.
 *
 * <p>A promise is waited for by letting the flow go on as long as it can: when a call into the engine returns, every job
 * that was ready has run, so that what is not settled then can only be settled by the answer of a delivery. If none is
 * under way either, it never will be.
 */
public final class FlowScript {
    /** Awaits natively: a flow that tampers with {@code Promise.prototype.then} hurts only itself. */
    private static final Source SETTLE = Source.newBuilder(
                    "js",
                    "(async (work, done, failed) => { let v; try { v = await work(); } catch (e) { failed(e); return;"
                            + " } done(v); })",
                    "host")
            .internal(true)
            .buildLiteral();

    private static final long CLOSE_MILLIS = 150;

    private final Bundle bundle;
    private final Context context;
    private final Thread closer;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Value settle;
    private final Value parse;
    private final Value stringify;
    private final HostFunctions functions;
    private final Mistakes mistakes;
    private @Nullable Value flow;

    private FlowScript(Bundle bundle, Context context, Host host) {
        this.bundle = bundle;
        this.context = context;
        this.closer = new Thread(() -> context.close(true), "push-engine-stop");
        this.closer.setDaemon(true);
        this.mistakes = new Mistakes(bundle);
        // All of these before any code of the flow can tamper with them.
        this.settle = context.eval(SETTLE);
        this.parse = context.eval("js", "JSON.parse");
        this.stringify = context.eval("js", "JSON.stringify");
        this.functions = new HostFunctions(context, host);
    }

    /** Starts the engine for a bundle. */
    public static FlowScript start(Bundle bundle, Host host) {
        Context context = null;
        try {
            context = Sandbox.context();
            return new FlowScript(bundle, context, host);
        } catch (RuntimeException | LinkageError e) {
            if (context != null) {
                context.close(true);
            }
            throw new PushException(
                    Stage.LOAD, Kind.SYSTEM, "engine", "the JavaScript engine does not start: " + e.getMessage(), e);
        }
    }

    /** Looks whether the bundle can be parsed, and runs none of it. What it imports is not looked for. */
    public void parse() {
        Source source = source();
        guarded(Stage.LOAD, () -> context.parse(source));
    }

    /** Loads the bundle and gives the factory that it exports. */
    public FlowFactory load() {
        Source source = source();
        Value factory = guarded(Stage.LOAD, () -> exported(context.eval(source)));
        return () -> flow = made(factory);
    }

    /** The factory of a loaded flow. */
    @FunctionalInterface
    public interface FlowFactory {
        /** Runs the factory, so that the flow is ready. */
        void run();
    }

    private Source source() {
        try {
            return Source.newBuilder(
                            "js",
                            Files.readString(bundle.file()),
                            String.valueOf(bundle.file().getFileName()))
                    .mimeType("application/javascript+module")
                    .cached(false)
                    .buildLiteral();
        } catch (IOException e) {
            throw new PushException(Stage.LOAD, Kind.SYSTEM, "bundle", "the bundle cannot be read: " + e, e);
        }
    }

    private Value exported(Value exports) {
        for (String name : List.of("default", "factory")) {
            if (exports.hasMember(name) && exports.getMember(name).canExecute()) {
                return exports.getMember(name);
            }
        }
        throw mistakes.found(
                Stage.LOAD, "the flow exports no function as default or as \"factory\"", bundle.placeOf(1, 1));
    }

    private Value made(Value factory) {
        Value made = await(Stage.FACTORY, "the factory", arguments -> factory.execute(functions.asArgument()));
        boolean pushes = guarded(Stage.FACTORY, () -> made.hasMembers() && made.canInvokeMember("elb"));
        if (!pushes) {
            var place = factory.getSourceLocation();
            throw mistakes.found(
                    Stage.FACTORY,
                    "the factory gives no object with a function elb(name, data)",
                    place == null ? null : bundle.placeOf(place.getStartLine(), place.getStartColumn()));
        }
        return made;
    }

    /**
     * Calls {@code elb(name, data, event)} and waits for its result, but not for {@linkplain #finish everything} that it began.
     *
     * @return what elb gave, as JSON; null if that is nothing that JSON can express
     * @throws PushException if elb fails, or the flow is stopped
     */
    public @Nullable String push(FlowEvent event) {
        Value ready = flow;
        if (ready == null) {
            throw new IllegalStateException("the factory was not run");
        }
        Value result = await(
                Stage.PUSH,
                "elb",
                arguments -> ready.invokeMember(
                        "elb",
                        event.name(),
                        parse.execute(event.data()),
                        parse.execute(event.json().toString())));
        return guarded(Stage.PUSH, () -> json(result));
    }

    /**
     * Waits for every delivery that is under way, and for what the flow does with its answers, deliveries that it then
     * begins included. To be called after each {@link #push}, whether elb failed or not: nothing that belongs to one event
     * is then left to mix with the next.
     */
    public void finish() {
        guarded(Stage.PUSH, () -> {
            while (functions.isWaiting()) {
                takeAnswer();
            }
            return functions;
        });
    }

    /** A result that JSON cannot express is no reason to fail after everything was delivered. */
    private @Nullable String json(Value result) {
        try {
            Value text = stringify.execute(result);
            return text.isString() ? text.asString() : null;
        } catch (PolyglotException e) {
            if (e.isGuestException() && !e.isCancelled() && !e.isExit()) {
                return null;
            }
            throw e;
        }
    }

    private Value await(Stage stage, String what, ProxyExecutable work) {
        Settled settled = new Settled();
        guarded(stage, () -> {
            settle.executeVoid(work, settled.done(), settled.failed());
            while (settled.isOpen() && functions.isWaiting()) {
                takeAnswer();
            }
            return settled;
        });
        if (settled.reason != null) {
            Value reason = settled.reason;
            return guarded(stage, () -> {
                throw reason.isException()
                        ? reason.throwException()
                        : mistakes.found(stage, what + " failed: " + Mistakes.shown(reason), null);
            });
        }
        if (settled.value == null) {
            throw mistakes.found(
                    stage, "waited for " + what + ", whose promise can never settle: nothing is under way", null);
        }
        return settled.value;
    }

    private void takeAnswer() {
        try {
            functions.takeAnswer();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw mistakes.stopped(e);
        }
        if (stopping.get()) {
            throw mistakes.stopped(null);
        }
    }

    private <T extends @Nullable Object> T guarded(Stage stage, Supplier<T> work) {
        try {
            return work.get();
        } catch (PolyglotException e) {
            throw stopping.get() ? mistakes.stopped(e) : mistakes.thrown(stage, e);
        } catch (IllegalStateException e) {
            if (stopping.get()) {
                throw mistakes.stopped(e); // what a closed context answers
            }
            throw e;
        }
    }

    /** Stops the flow wherever it is; it cannot prevent that. Returns at once. The script is of no more use. */
    public void stop() {
        if (stopping.compareAndSet(false, true)) {
            functions.wake();
            closer.start(); // closing waits until the flow's thread has left the engine
        }
    }

    /**
     * Stops the flow and waits a moment until the engine has let go.
     *
     * @throws IllegalStateException if it does not: some single operations of the language, on huge numbers, cannot be
     *     stopped before they end
     */
    public void close() throws InterruptedException {
        stop();
        closer.join(CLOSE_MILLIS);
        if (closer.isAlive()) {
            throw new IllegalStateException("the JavaScript engine still runs " + CLOSE_MILLIS + " ms after its stop");
        }
    }

    /** How a promise was settled. Written and read by the flow's thread. */
    private static final class Settled {
        private @Nullable Value value;
        private @Nullable Value reason;

        boolean isOpen() {
            return value == null && reason == null;
        }

        ProxyExecutable done() {
            return arguments -> {
                value = arguments[0];
                return null;
            };
        }

        ProxyExecutable failed() {
            return arguments -> {
                reason = arguments[0];
                return null;
            };
        }
    }
}
