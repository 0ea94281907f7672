package dev.reliability.testkit.contract.push;

import static java.util.Objects.requireNonNull;

import dev.reliability.testkit.contract.Settings;
import dev.reliability.testkit.contract.Unsupported;
import dev.reliability.testkit.fault.HttpDestination;
import dev.reliability.testkit.fault.ReceivedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One try: destinations, directories, an adapter, and the history of what was asked and what came of it, from which every
 * failure is worded. Used by one thread; pushes run on threads of their own, so that one that hangs cannot hold the rule.
 */
final class PushTry {
    /** What the promise of PUSH-5 allows beyond the limit. */
    static final Duration GRACE = Duration.ofSeconds(1);

    private final HttpDestination http = new HttpDestination();
    private final List<String> history = new ArrayList<>();
    private final int destinations;
    private final Path root;
    private boolean adapterClosed;
    final PushWorld world;
    final PushAdapter adapter;
    final PushFlow flow;
    final PushOptions options;

    PushTry(PushContract contract, PushSetup setup, Set<PushInjection> injected) throws Exception {
        root = Files.createTempDirectory("push-try");
        Set<PushInjection> copy = EnumSet.noneOf(PushInjection.class);
        copy.addAll(injected);
        world = new PushWorld(
                Files.createDirectory(root.resolve("temp")), Files.createDirectory(root.resolve("work")), copy);
        destinations = setup.plans().size();
        flow = PushFlow.on(setup.platform(), setup.environments()).to(open(setup));
        options = PushOptions.defaults()
                .in(setup.environments().isEmpty() ? null : setup.environments().get(0))
                .attempting(setup.attempts());
        adapter = made(contract);
    }

    private PushAdapter made(PushContract contract) throws Exception {
        try {
            return requireNonNull(contract.adapter(world), "adapter");
        } catch (Exception | Error e) {
            http.close();
            throw e;
        }
    }

    private List<PushDestination> open(PushSetup setup) {
        List<PushDestination> all = new ArrayList<>();
        for (int i = 0; i < setup.plans().size(); i++) {
            all.add(new PushDestination(
                    "shop" + i, http.plan(path(i), setup.plans().get(i)).toString()));
            history.add("shop" + i + " is going to " + setup.plans().get(i));
        }
        return all;
    }

    private static String path(int destination) {
        return "/shop" + destination;
    }

    /** What a destination has received. */
    List<ReceivedRequest> received(int destination) {
        return http.received(path(destination));
    }

    void awaitRequests(int count) {
        http.awaitRequests(path(0), count, Settings.scaled(Duration.ofSeconds(20)));
    }

    int openConnections() {
        return http.openConnections();
    }

    /** Pushes, within the limit of the options and what is allowed beyond it. */
    PushResult push(PushEvent event, PushFlow through, PushOptions with) throws Exception {
        history.add("push " + event + " through " + through + " with " + with);
        PushResult result = within(with.timeout(), () -> adapter.push(event, through, with));
        history.add("result " + result);
        if (result == null) {
            throw broken("a result", "the push returned null");
        }
        if (result.success() == result.error().isPresent()) {
            throw broken("an error if and only if the push failed", "the result was " + result);
        }
        return result;
    }

    /** Pushes without a word in the history: many pushes would fill the heap that they are to be judged by. */
    PushResult pushUnrecorded(PushEvent event, PushFlow through) throws Exception {
        PushResult result = within(options.timeout(), () -> adapter.push(event, through, options));
        if (result == null) {
            throw broken("a result", "the push returned null");
        }
        return result;
    }

    List<PushResult> pushAll(List<PushEvent> events) throws Exception {
        history.add("push all of " + events + " through " + flow + " with " + options);
        List<PushResult> results = within(options.timeout(), () -> adapter.pushAll(events, flow, options));
        history.add("results " + results);
        if (results == null) {
            throw broken("results", "the push returned null");
        }
        return results;
    }

    /** Starts the push on a thread of its own. */
    <T extends @Nullable Object> Running<T> begin(Callable<T> push) {
        FutureTask<T> task = new FutureTask<>(push);
        Thread thread = new Thread(task, "reliability-kit-push");
        thread.setDaemon(true);
        thread.start();
        return new Running<>(task, thread);
    }

    record Running<T extends @Nullable Object>(FutureTask<T> task, Thread thread) {}

    private <T> @Nullable T within(Duration limit, Callable<@Nullable T> push) throws Exception {
        return this.<@Nullable T>end(begin(push), limit);
    }

    /** Waits for a push, for as long as the promise allows. */
    <T extends @Nullable Object> T end(Running<T> running, Duration limit) throws Exception {
        Duration allowed = limit.plus(Settings.scaled(GRACE));
        try {
            return running.task().get(allowed.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            String stack = Stream.of(running.thread().getStackTrace())
                    .limit(12)
                    .map(frame -> "\n      at " + frame)
                    .collect(Collectors.joining());
            running.thread().interrupt();
            throw broken(
                    "the push to end within " + limit + " and " + GRACE.toSeconds() + " s", "it still ran" + stack);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Unsupported refusal) {
                throw refusal;
            }
            AssertionError broken = broken("a result", "the push threw " + e.getCause());
            broken.initCause(e.getCause());
            throw broken;
        }
    }

    /** Starts the command and waits for its end. */
    Finished run(List<PushEvent> events, PushOptions with) throws Exception {
        return new Finished(this, start(events, with), with.timeout());
    }

    Process start(List<PushEvent> events, PushOptions with) throws Exception {
        history.add("start a process for " + events + " through " + flow + " with " + with);
        return requireNonNull(adapter.start(events, flow, with), "process");
    }

    void note(String line) {
        history.add(line);
    }

    void expect(boolean kept, String expected, Object seen) {
        if (!kept) {
            throw broken(expected, String.valueOf(seen));
        }
    }

    /** Nothing went out to any destination. */
    void nothingSent() {
        for (int i = 0; i < destinations; i++) {
            expect(received(i).isEmpty(), "nothing to be delivered", "shop" + i + " received " + received(i));
        }
    }

    /** No temporary file is left. */
    void nothingLeft() throws IOException {
        try (Stream<Path> files = Files.list(world.tempDir())) {
            List<Path> left = files.map(world.tempDir()::relativize).toList();
            expect(left.isEmpty(), "no temporary file to be left behind", "there were " + left);
        }
    }

    /** A refusal before any work. */
    void refusedBeforeWork(PushResult result) throws IOException {
        expect(!result.success(), "a refusal", "the push succeeded");
        expect(world.bundles() == 0, "no bundle", world.bundles() + " were begun");
        nothingSent();
        nothingLeft();
        expect(
                result.error()
                        .filter(error -> error.kind() == PushError.Kind.USER)
                        .isPresent(),
                "a user error",
                result.error());
    }

    AssertionError broken(String expected, String seen) {
        StringBuilder text = new StringBuilder("expected " + expected + ", but " + seen + "\n  history:");
        history.forEach(line -> text.append("\n    ").append(line));
        for (int i = 0; i < destinations; i++) {
            text.append("\n    shop").append(i).append(" received ").append(received(i));
        }
        return new AssertionError(text.toString());
    }

    /** Replaces the directory for temporary files by a file: no command can work there. */
    void blockTempDir() throws IOException {
        Files.delete(world.tempDir());
        Files.createFile(world.tempDir());
    }

    void closeDestinations() {
        http.close();
    }

    /** Closes the adapter; a second time does nothing. */
    void closeAdapter() {
        if (adapterClosed) {
            return;
        }
        adapterClosed = true;
        try {
            adapter.close();
        } catch (Exception e) {
            AssertionError broken = broken("the adapter to close", "it threw " + e);
            broken.initCause(e);
            throw broken;
        }
    }

    void close() throws IOException {
        try {
            closeAdapter();
        } finally {
            http.close();
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
