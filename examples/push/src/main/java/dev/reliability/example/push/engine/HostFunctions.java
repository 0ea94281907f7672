package dev.reliability.example.push.engine;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;

/**
 * The functions that a flow is given, and the answers that it still waits for.
 *
 * <p>A delivery runs on a thread of its own; its answer is queued, and the flow's thread, which alone may touch the
 * context, takes it from the queue and settles the promise. Used by the flow's thread, except for {@link #wake}.
 */
final class HostFunctions {
    /**
     * Keeps what it needs of the language before the flow can change it. Only strings, numbers and booleans cross over to
     * Java; a refusal comes back as a text and is thrown here, so that no Java exception reaches the flow.
     */
    private static final Source BRIDGE =
            Source.newBuilder("js", """
                    ((start, log, names, environment) => {
                      const P = Promise, Refusal = TypeError, toText = JSON.stringify, toValue = JSON.parse, asString = String;
                      const destinations = Object.freeze(Array.from(names));
                      const deliver = (destination, payload) => new P((resolve, reject) => {
                        const refusal = start(asString(destination), toText(payload), (answer) => resolve(toValue(answer)));
                        if (refusal !== null) reject(new Refusal(refusal));
                      });
                      return Object.freeze({ destinations, deliver, environment, log: (line) => { log(asString(line)); } });
                    })\
                    """, "host").internal(true).buildLiteral();

    private final Host host;
    private final Value functions;
    private final BlockingQueue<Runnable> answers = new LinkedBlockingQueue<>();
    private int open; // deliveries begun whose answer was not taken yet

    HostFunctions(Context context, Host host) {
        this.host = host;
        ProxyExecutable start = arguments -> start(arguments);
        ProxyExecutable log = arguments -> {
            host.log(arguments[0].asString());
            return null;
        };
        this.functions = context.eval(BRIDGE)
                .execute(start, log, ProxyArray.fromList(List.copyOf(host.destinations())), host.environment());
    }

    /** What the factory is called with. */
    Value asArgument() {
        return functions;
    }

    private @Nullable Object start(Value... arguments) {
        String destination = arguments[0].asString();
        if (!host.destinations().contains(destination)) {
            return "destination \"" + destination + "\" is not known; known are: "
                    + String.join(", ", host.destinations());
        }
        if (!arguments[1].isString()) {
            return "the payload for destination \"" + destination + "\" is nothing that JSON can express";
        }
        Value settle = arguments[2];
        String refusal = host.deliver(
                destination, arguments[1].asString(), answer -> answers.add(() -> settle.executeVoid(answer)));
        if (refusal == null) {
            open++;
        }
        return refusal;
    }

    /** Whether an answer is still to come. */
    boolean isWaiting() {
        return open > 0;
    }

    /** Waits for one answer and lets the flow go on with it. */
    void takeAnswer() throws InterruptedException {
        Runnable answer = answers.take();
        open--;
        answer.run();
    }

    /** Ends a wait for an answer. */
    void wake() {
        answers.add(() -> open++); // taking it counts as an answer, which it is not
    }
}
