package dev.reliability.example.push;

import dev.reliability.example.push.bundle.Bundler;
import dev.reliability.example.push.bundle.ModuleBundler;
import dev.reliability.example.push.engine.EngineFactory;
import dev.reliability.example.push.engine.FlowScript;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Pushes events through flows. The command makes one and uses it once; a program may keep one and use it from many
 * threads. It holds an HTTP client, whose threads and connections end when it can no longer be reached, and nothing else.
 */
public final class Push {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);
    private static final int HTTP_WORKERS = 4;

    private final Surroundings surroundings;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(workers())
            .build();

    /** The client's own pool keeps threads for a minute, and more of them with each burst. */
    private static Executor workers() {
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                HTTP_WORKERS, HTTP_WORKERS, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "http-worker");
                    thread.setDaemon(true);
                    return thread;
                });
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }

    /** A push in the surroundings of this process. */
    public Push() {
        this(Surroundings.ofThisProcess());
    }

    /** A push in given surroundings. */
    public Push(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * Pushes. Ends within the limit and one second, whatever hangs or loops. An interrupt ends it early; the interrupt flag
     * is then set.
     *
     * @return what came of it, failures too
     */
    public PushReport run(PushRequest request) {
        return new PushRun(surroundings, http, request).report();
    }

    /**
     * What a push takes from outside.
     *
     * @param tempDirectory where its temporary directory is made
     * @param variables what placeholders in the configuration are filled from
     * @param bundler makes the bundle
     * @param engine starts the JavaScript engine
     * @param watcher is told what is waited for
     * @param afterCleanup runs as the last cleanup action; its failure is a warning
     * @param closeAtShutdown whether SIGINT, SIGTERM and exit end a push that runs
     */
    public record Surroundings(
            Path tempDirectory,
            Map<String, String> variables,
            Bundler bundler,
            EngineFactory engine,
            Watcher watcher,
            Runnable afterCleanup,
            boolean closeAtShutdown) {
        /** The temporary directory and environment variables of this process; nobody watches; signals are not looked after. */
        public static Surroundings ofThisProcess() {
            return new Surroundings(
                    Path.of(System.getProperty("java.io.tmpdir")),
                    System.getenv(),
                    new ModuleBundler(),
                    FlowScript::start,
                    what -> {},
                    () -> {},
                    false);
        }

        /** The same with another temporary directory. */
        public Surroundings withTempDirectory(Path other) {
            return new Surroundings(other, variables, bundler, engine, watcher, afterCleanup, closeAtShutdown);
        }

        /** The same with other variables. */
        public Surroundings withVariables(Map<String, String> other) {
            return new Surroundings(tempDirectory, other, bundler, engine, watcher, afterCleanup, closeAtShutdown);
        }

        /** The same with another bundler. */
        public Surroundings withBundler(Bundler other) {
            return new Surroundings(tempDirectory, variables, other, engine, watcher, afterCleanup, closeAtShutdown);
        }

        /** The same with another engine. */
        public Surroundings withEngine(EngineFactory other) {
            return new Surroundings(tempDirectory, variables, bundler, other, watcher, afterCleanup, closeAtShutdown);
        }

        /** The same with a watcher. */
        public Surroundings withWatcher(Watcher other) {
            return new Surroundings(tempDirectory, variables, bundler, engine, other, afterCleanup, closeAtShutdown);
        }

        /** The same with an action that runs when everything else is cleaned up; its failure is a warning. */
        public Surroundings withAfterCleanup(Runnable other) {
            return new Surroundings(tempDirectory, variables, bundler, engine, watcher, other, closeAtShutdown);
        }

        /** The same, ending on signals. */
        public Surroundings closedAtShutdown() {
            return new Surroundings(tempDirectory, variables, bundler, engine, watcher, afterCleanup, true);
        }
    }
}
