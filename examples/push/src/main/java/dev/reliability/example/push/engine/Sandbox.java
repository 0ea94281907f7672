package dev.reliability.example.push.engine;

import java.io.InputStream;
import java.io.OutputStream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.io.IOAccess;

/**
 * Contexts in which a script can reach nothing but the language itself: no Java class, file, socket, process, thread,
 * environment variable, module loader, eval.
 */
final class Sandbox {
    private Sandbox() {}

    /** One engine for the JVM: it keeps parsed code and costs the most to start. Made when it is first needed. */
    private static final class Shared {
        static final Engine ENGINE = Engine.newBuilder("js")
                // Without a compiler the engine interprets, which it would announce on standard error.
                .option("engine.WarnInterpreterOnly", "false")
                .in(InputStream.nullInputStream())
                .out(OutputStream.nullOutputStream())
                .err(OutputStream.nullOutputStream())
                .build();
    }

    static Context context() {
        return Context.newBuilder("js")
                .engine(Shared.ENGINE)
                .allowAllAccess(false)
                .allowHostAccess(HostAccess.NONE)
                .allowHostClassLoading(false)
                .allowNativeAccess(false)
                .allowCreateThread(false)
                .allowCreateProcess(false)
                .allowIO(IOAccess.NONE)
                .allowEnvironmentAccess(EnvironmentAccess.NONE)
                .allowPolyglotAccess(PolyglotAccess.NONE)
                .allowValueSharing(false)
                // For the last four options, which only take things away.
                .allowExperimentalOptions(true)
                .option("js.ecmascript-version", "2024")
                .option("js.strict", "true")
                .option("js.esm-eval-returns-exports", "true")
                .option("js.disable-eval", "true")
                .option("js.load", "false")
                .option("js.print", "false")
                .option("js.console", "false")
                .option("js.graal-builtin", "false")
                .option("js.polyglot-builtin", "false")
                .option("js.shared-array-buffer", "false")
                .option("js.webassembly", "false")
                .build();
    }
}
