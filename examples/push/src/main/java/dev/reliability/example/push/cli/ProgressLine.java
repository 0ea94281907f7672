package dev.reliability.example.push.cli;

import dev.reliability.example.push.Watcher;
import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Shows on a terminal what is waited for, once that takes longer than a second. Thread-safe. */
final class ProgressLine implements Watcher, AutoCloseable {
    private static final String ERASE = "\r\033[K";
    private static final long PERIOD_MILLIS = 250;

    private final PrintStream err;
    private final long startNanos = System.nanoTime();
    private final ScheduledExecutorService clock;
    private final ScheduledFuture<?> ticks;
    private volatile String what = "the configuration and the events";
    private boolean shown; // guarded by this
    private boolean closed; // guarded by this

    ProgressLine(PrintStream err) {
        this.err = err;
        this.clock = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "push-progress");
            thread.setDaemon(true);
            return thread;
        });
        this.ticks = clock.scheduleAtFixedRate(this::show, 1_000, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void waitingFor(String next) {
        what = next;
    }

    private synchronized void show() {
        if (!closed) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
            err.print(ERASE + "waiting for " + what + " ... " + seconds + " s");
            err.flush();
            shown = true;
        }
    }

    @Override
    public synchronized void close() {
        ticks.cancel(false);
        clock.shutdownNow();
        closed = true;
        if (shown) {
            err.print(ERASE);
            err.flush();
            shown = false;
        }
    }
}
