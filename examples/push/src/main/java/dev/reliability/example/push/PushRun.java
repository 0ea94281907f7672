package dev.reliability.example.push;

import dev.reliability.Event;
import dev.reliability.cleanup.Cleanup;
import dev.reliability.cleanup.CleanupEvent;
import dev.reliability.cleanup.CleanupScope;
import dev.reliability.example.push.bundle.Bundle;
import dev.reliability.example.push.config.Flow;
import dev.reliability.example.push.delivery.Couriers;
import dev.reliability.example.push.engine.FlowScript;
import dev.reliability.example.push.event.EventFetch;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.example.push.failure.Stage;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One push.
 *
 * <p>The work is done on a daemon thread of its own. At the limit its {@link Timeout} stops the flow by the engine's own
 * stop, or interrupts the thread where no flow runs; deliveries end by their own limit, on their own threads. The calling
 * thread waits a little longer than the limit and then gives the thread up: a single operation of the language on huge
 * numbers cannot be stopped before it ends. The calling thread owns the cleanup scope, so that a signal interrupts it, and
 * it then stops the work in the same way.
 */
final class PushRun {
    private static final Logger LOG = LoggerFactory.getLogger(PushRun.class);

    /** What the work has for coming to its end after it was stopped. With the closing it stays well below a second. */
    private static final Duration GRACE = Duration.ofMillis(100);

    /** What it has after an interrupt, when no limit is in sight; an engine that is just starting cannot be hurried. */
    private static final Duration INTERRUPT_GRACE = Duration.ofSeconds(2);

    /** What its thread has for ending after everything else was closed. */
    private static final long LAST_MILLIS = 50;

    private final Push.Surroundings surroundings;
    private final HttpClient http;
    private final PushRequest request;
    private final Deadline deadline;
    private final Awaited awaited;
    private final List<EventRun> events;
    private final List<String> warnings = new CopyOnWriteArrayList<>();

    private volatile List<String> destinations = List.of();
    private volatile long bundleBytes;
    private volatile boolean engineRuns; // after it was told to stop
    private @Nullable FlowScript script; // guarded by this
    private boolean stopped; // guarded by this

    PushRun(Push.Surroundings surroundings, HttpClient http, PushRequest request) {
        this.surroundings = surroundings;
        this.http = http;
        this.request = request;
        Duration spent = Duration.ofNanos(System.nanoTime() - request.startNanos());
        this.deadline = Deadline.after(request.limit().minus(spent));
        this.awaited = new Awaited(surroundings.watcher(), request.startNanos());
        this.events = request.events().stream().map(EventRun::new).toList();
    }

    PushReport report() {
        Failure failure;
        Cleanup.Builder cleanup = Cleanup.builder().name("push").reportOnlyTo(this::cleanupReported);
        try (CleanupScope scope = (surroundings.closeAtShutdown() ? cleanup.closeAtShutdown() : cleanup).scope()) {
            scope.defer(() -> warning("the last action", Runnable::run).close(surroundings.afterCleanup()));
            failure = supervised(scope);
        }
        List<EventReport> reports = events.stream()
                .map(event -> event.report(destinations, failure))
                .toList();
        return new PushReport(
                request.dryRun(),
                request.environment(),
                reports,
                failure,
                warnings,
                Duration.ofNanos(System.nanoTime() - request.startNanos()),
                awaited.durations(),
                bundleBytes);
    }

    /** An action that fails has told of it itself: the scope names types only. */
    private void cleanupReported(Event event) {
        if (!(event instanceof CleanupEvent.ActionFailed)) {
            warnings.add("cleanup was not finished: " + event);
        }
    }

    /** A cleanup action whose failure is a warning that says what failed, and why. */
    private <T> CleanupScope.Closer<T> warning(String what, CleanupScope.Closer<T> closer) {
        return value -> {
            try {
                closer.close(value);
            } catch (Exception | Error e) {
                LOG.debug("{} failed", what, e);
                String why = e instanceof IllegalStateException ? String.valueOf(e.getMessage()) : e.toString();
                warnings.add("cleanup failed: " + what + ": " + why);
                throw e;
            }
        };
    }

    /** The same, told of before. */
    private <T> CleanupScope.Closer<T> telling(String what, CleanupScope.Closer<T> closer) {
        return warning(what, value -> {
            LOG.debug("cleanup: {}", what);
            closer.close(value);
        });
    }

    /** Has the work done, and answers why it failed as a whole; null if it did not. */
    private @Nullable Failure supervised(CleanupScope scope) {
        FutureTask<Boolean> work = new FutureTask<>(() -> limited(scope));
        Thread worker = new Thread(work, "push-run");
        worker.setDaemon(true);
        scope.defer(() -> warning("ending the thread", this::ended).close(worker));
        worker.start();
        try {
            work.get(deadline.remainingNanos() + GRACE.toNanos(), TimeUnit.NANOSECONDS);
            return null;
        } catch (ExecutionException e) {
            return failureOf(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            return awaited.limitPassed(request.limit(), e);
        } catch (InterruptedException e) {
            stop(worker);
            boolean ended = ends(work);
            Thread.currentThread().interrupt();
            return Failure.of(
                    awaited.stage(),
                    Kind.INTERRUPTED,
                    "interrupted",
                    "interrupted" + (ended ? "" : "; the flow still runs"),
                    e);
        }
    }

    /** If the engine still runs, so does the thread: that has been told of. */
    private void ended(Thread worker) throws InterruptedException {
        worker.join(LAST_MILLIS);
        if (worker.isAlive() && !engineRuns) {
            throw new IllegalStateException("the thread of the push still runs");
        }
    }

    private void stopped(FlowScript engine) throws InterruptedException {
        engineRuns = true;
        engine.close();
        engineRuns = false;
    }

    private static boolean ends(FutureTask<?> work) {
        try {
            work.get(INTERRUPT_GRACE.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException | InterruptedException e) {
            return false;
        }
    }

    private boolean limited(CleanupScope scope) throws InterruptedException, IOException {
        Thread worker = Thread.currentThread();
        return Timeout.builder(deadline)
                .canceller(() -> stop(worker))
                .build()
                .<Boolean, IOException>callInterruptibly(() -> {
                    work(scope);
                    return true;
                });
    }

    private synchronized void stop(Thread worker) {
        stopped = true;
        if (script != null) {
            script.stop();
        } else {
            worker.interrupt();
        }
    }

    private synchronized void runs(FlowScript started) throws InterruptedException {
        if (stopped) {
            throw new InterruptedException("stopped before the flow was loaded");
        }
        script = started;
    }

    private Failure failureOf(Throwable thrown) {
        if (thrown instanceof DeadlineExceededException) {
            return awaited.limitPassed(request.limit(), thrown);
        }
        if (thrown instanceof PushException push) {
            return push.failure();
        }
        LOG.debug("unexpected failure", thrown);
        return Failure.of(awaited.stage(), Kind.SYSTEM, "unexpected", "unexpected: " + thrown, thrown);
    }

    private void work(CleanupScope scope) throws InterruptedException, IOException {
        awaited.next(Stage.VALIDATION, "the configuration and the events", null);
        Flow flow = new Intake(request, events, awaited).take(surroundings.variables(), new EventFetch(http));
        destinations = flow.destinationNames();
        warnOfNames();
        Bundle bundle = bundle(flow, scope);
        Couriers couriers = scope.open(
                () -> new Couriers(flow.destinations(), http, deadline),
                telling("ending the deliveries", Couriers::close));
        FlowHost host = new FlowHost(flow);
        awaited.next(Stage.LOAD, "the engine to load the flow", null);
        FlowScript started = scope.open(
                () -> surroundings.engine().start(bundle, host), telling("stopping the engine", this::stopped));
        runs(started);
        if (request.dryRun()) {
            started.parse();
            return;
        }
        FlowScript.FlowFactory factory = started.load();
        awaited.next(Stage.FACTORY, "the factory", null);
        factory.run();
        for (EventRun event : events) {
            push(event, started, host, couriers);
        }
    }

    private void warnOfNames() {
        for (EventRun event : events) {
            var checked = event.event();
            if (request.nameWarning() && checked != null && !checked.isWellNamed()) {
                warnings.add("event name \"" + checked.name()
                        + "\" is not of the form ENTITY ACTION, such as \"page view\"");
            }
        }
    }

    private Bundle bundle(Flow flow, CleanupScope scope) {
        awaited.next(Stage.BUNDLE, "the bundle", null);
        long start = System.nanoTime();
        try {
            Path directory = scope.open(
                    () -> Files.createTempDirectory(surroundings.tempDirectory(), "push-"),
                    telling("deleting the temporary directory", TempFiles::delete));
            Bundle bundle = surroundings.bundler().bundle(flow, directory);
            bundleBytes = BundleCheck.bytes(bundle, flow);
            LOG.debug("bundle {}: {} bytes in {} s", bundle.file(), bundleBytes, seconds(System.nanoTime() - start));
            return bundle;
        } catch (IOException e) {
            throw new PushException(Stage.BUNDLE, Kind.SYSTEM, "bundle", "the flow cannot be bundled: " + e, e);
        }
    }

    private void push(EventRun event, FlowScript flow, FlowHost host, Couriers couriers) {
        var checked = event.event();
        if (checked == null) {
            throw new IllegalStateException("an event that was not checked must have been refused");
        }
        String number = events.size() == 1 ? "" : " of event " + (events.indexOf(event) + 1);
        awaited.next(Stage.PUSH, "elb" + number, event);
        var deliveries = couriers.forEvent(checked.id());
        event.begins(deliveries);
        host.deliverTo(deliveries);
        try {
            event.returns(flow.push(checked));
        } catch (PushException e) {
            if (e.failure().code().equals("stopped")) {
                throw e;
            }
            event.fails(e.failure());
        }
        flow.finish();
        event.ends();
    }

    private static double seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos) / 1000.0;
    }
}
