package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.contract.push.PushDelivery.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A small and honest push command. A flow's code is acted, not interpreted: its loops are real, and watch the limit. All
 * runs on the calling thread.
 */
final class ReferenceCommand {
    private static final Set<Integer> TRANSIENT = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Set<Integer> LEAVES_OPEN = Set.of(408, 500, 502, 504); // somebody in between may have said so
    private static final List<byte[]> KEPT = new ArrayList<>(); // what the defect KEEPS_EVERY_BUNDLE keeps

    private final Job job;
    private final Path tempDir;
    private final Runnable bundling;
    private final long startedNanos = System.nanoTime();
    private final long endNanos;
    private final List<String> warnings = new ArrayList<>();
    private Path bundle;

    ReferenceCommand(Job job, Path tempDir, Runnable bundling) {
        this.job = job;
        this.tempDir = tempDir;
        this.bundling = bundling;
        this.endNanos = startedNanos + job.timeoutNanos();
    }

    /** Ends the push. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient PushError error;

        Stop(PushError.Kind kind, PushStage stage, String message, String place, Throwable cause) {
            super(message, cause);
            this.error = new PushError(kind, stage, message, place);
        }
    }

    /** Pushes all events of the job. */
    List<PushResult> push() {
        List<PushResult> results = new ArrayList<>();
        try {
            for (Map<String, Object> event : job.events()) {
                results.add(one(event));
            }
        } finally {
            removeBundle();
        }
        List<PushResult> warned = new ArrayList<>();
        results.forEach(result -> warned.add(warned(result)));
        return warned;
    }

    private PushResult warned(PushResult result) {
        if (job.has(Defect.CLEANUP_DECIDES) && !warnings.isEmpty()) {
            return failed(
                    new PushError(PushError.Kind.SYSTEM, PushStage.DELIVERY, warnings.get(0), ""), result.deliveries());
        }
        return new PushResult(
                result.success(),
                result.failure(),
                result.problems(),
                warnings,
                result.deliveries(),
                result.duration());
    }

    private PushResult one(Map<String, Object> event) {
        List<PushProblem> problems = ReferenceCheck.problems(job, event);
        if (!problems.isEmpty()) {
            PushError error = new PushError(PushError.Kind.USER, PushStage.VALIDATION, "invalid: " + problems, "");
            return new PushResult(false, error, problems, List.of(), List.of(), elapsed());
        }
        if (job.dryRun() && !job.has(Defect.DRY_RUN_DELIVERS)) {
            return new PushResult(true, null, List.of(), List.of(), List.of(), elapsed());
        }
        List<PushDelivery> deliveries = new ArrayList<>();
        try {
            bundle();
            flow();
            PushError worst = null;
            for (int i = 0; i < job.names().size(); i++) {
                worst = deliver(i, event, deliveries, worst);
            }
            if (job.code() == PushCode.PUSH_THROWS_LATE) {
                worst = worst == null ? broken(PushStage.PUSH, "the push function threw", "flow.js:2").error : worst;
                if (job.has(Defect.ABANDONS_WHEN_THE_FLOW_THROWS)) {
                    deliveries.replaceAll(
                            sent -> new PushDelivery(sent.destination(), Outcome.UNKNOWN, sent.attempts()));
                }
            }
            return worst == null
                    ? new PushResult(true, null, List.of(), List.of(), deliveries, elapsed())
                    : failed(worst, deliveries);
        } catch (Stop stop) {
            return failed(stop.error, deliveries);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(new PushError(PushError.Kind.SYSTEM, PushStage.DELIVERY, "interrupted", ""), deliveries);
        }
    }

    private PushResult failed(PushError error, List<PushDelivery> deliveries) {
        return new PushResult(false, error, List.of(), List.of(), deliveries, elapsed());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    private void bundle() {
        if (bundle != null && !job.has(Defect.BUNDLE_FOR_EACH_EVENT)) {
            return;
        }
        removeBundle();
        bundling.run();
        String code = job.code() == PushCode.EMPTY || job.injected().contains(PushInjection.EMPTY_OUTPUT)
                ? ""
                : "flow " + job.code();
        if (job.has(Defect.KEEPS_EVERY_BUNDLE)) {
            KEPT.add(new byte[10_000]);
        }
        try {
            bundle = Files.createTempFile(tempDir, "bundle", ".js");
            Files.writeString(bundle, code);
            if (job.injected().contains(PushInjection.NO_OUTPUT)) {
                Files.delete(bundle);
            }
            if (!job.has(Defect.OUTPUT_UNCHECKED) && (!Files.exists(bundle) || Files.size(bundle) == 0)) {
                throw new Stop(PushError.Kind.SYSTEM, PushStage.BUNDLE, "the bundler wrote nothing", "flow.js", null);
            }
        } catch (IOException e) {
            throw new Stop(PushError.Kind.SYSTEM, PushStage.BUNDLE, "no bundle: " + e, "", e);
        }
        if (job.has(Defect.PLATFORM_CHECKED_AFTER_BUNDLING) && !ReferenceCheck.PLATFORMS.contains(job.platform())) {
            throw wrong(PushStage.LOAD, "platform must be one of " + ReferenceCheck.PLATFORMS, "platform");
        }
    }

    /** Removes the bundle; also called at shutdown. */
    void removeBundle() {
        Path file = bundle;
        bundle = null;
        try {
            if (file != null) {
                Files.deleteIfExists(file);
                if (job.injected().contains(PushInjection.CLEANUP_FAILS)) {
                    throw new IOException("the directory is on fire");
                }
            }
        } catch (IOException e) {
            warnings.add("cleanup failed: " + e.getMessage());
        }
    }

    private static Stop wrong(PushStage stage, String message, String place) {
        return new Stop(PushError.Kind.USER, stage, message, place, null);
    }

    private Stop broken(PushStage stage, String message, String place) {
        return wrong(stage, message, job.has(Defect.NO_PLACE) ? "" : place);
    }

    private void flow() throws InterruptedException {
        if (job.injected().contains(PushInjection.ENGINE_FAILS)) {
            throw broken(PushStage.LOAD, "the engine does not start", "engine " + job.platform());
        }
        switch (job.code()) {
            case SYNTAX_ERROR -> throw broken(PushStage.LOAD, "unexpected token", "flow.js:3");
            case NO_FACTORY -> throw broken(PushStage.LOAD, "there is no factory", "flow.js");
            case NO_PUSH_FUNCTION -> throw broken(PushStage.FACTORY, "no push function", "the factory");
            case FACTORY_THROWS -> throw broken(PushStage.FACTORY, "the factory threw", "flow.js:1");
            case PUSH_THROWS -> throw broken(PushStage.PUSH, "the push function threw", "flow.js:2");
            case FACTORY_LOOPS -> loop(PushStage.FACTORY, "the factory");
            case PUSH_LOOPS -> loop(PushStage.PUSH, "the push function");
            case NEVER_SETTLES -> pause(endNanos, PushStage.PUSH, "the promise of the push function");
            default -> {}
        }
    }

    private void loop(PushStage stage, String what) throws InterruptedException {
        if (job.has(Defect.THREAD_STAYS_AFTER_TIME_OUT)) {
            Thread left = new Thread(() -> ReferenceCommand.sleep(60_000), "left behind");
            left.setDaemon(true);
            left.start();
        }
        while (System.nanoTime() - endNanos < 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Thread.onSpinWait();
        }
        throw wrong(stage, "the limit passed while " + what + " was awaited", what);
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until an instant; throws if that is not before the limit. */
    private void pause(long untilNanos, PushStage stage, String what) throws InterruptedException {
        long nowNanos = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(Math.min(untilNanos - nowNanos, endNanos - nowNanos));
        if (untilNanos - endNanos >= 0) {
            throw new Stop(
                    PushError.Kind.TRANSIENT, stage, "the limit passed while " + what + " was awaited", what, null);
        }
    }

    private PushError deliver(int index, Map<String, Object> event, List<PushDelivery> deliveries, PushError worst)
            throws InterruptedException {
        String name = job.names().get(index);
        String key = UUID.randomUUID().toString();
        byte[] body = String.valueOf(event).getBytes(StandardCharsets.UTF_8);
        boolean unknown = false;
        String why = "";
        for (int attempt = 1; ; attempt++) {
            String sent = job.has(Defect.NEW_KEY_FOR_EACH_ATTEMPT) ? key + attempt : key;
            long limitNanos =
                    job.has(Defect.LIMIT_FOR_EACH_REQUEST) ? System.nanoTime() + job.timeoutNanos() : endNanos;
            boolean retry = true;
            long waitNanos = job.backoffNanos() << Math.min(attempt - 1, 3);
            ReferencePost.Answer answer =
                    ReferencePost.post(URI.create(job.urls().get(index)), sent, body, limitNanos);
            if (answer instanceof ReferencePost.Answer.Status status) {
                if (status.code() < 300) {
                    deliveries.add(new PushDelivery(name, Outcome.DELIVERED, attempt));
                    return worst;
                }
                retry = TRANSIENT.contains(status.code()) || job.has(Defect.RETRIES_EVERYTHING);
                waitNanos = status.retryAfter().isEmpty()
                        ? waitNanos
                        : TimeUnit.SECONDS.toNanos(Long.parseLong(status.retryAfter()));
                unknown |= LEAVES_OPEN.contains(status.code());
                why = name + " answered " + status.code();
            } else if (answer instanceof ReferencePost.Answer.Lost lost) {
                unknown = true;
                why = "no answer of " + name + ", which was awaited";
                if (job.has(Defect.SENT_IS_DELIVERED) || (job.has(Defect.HEADER_IS_ENOUGH) && lost.code() == 200)) {
                    deliveries.add(new PushDelivery(name, Outcome.DELIVERED, attempt));
                    return worst;
                }
            } else {
                why = name + " does not take connections";
            }
            if (!retry || attempt == job.attempts() || isOver(waitNanos)) {
                deliveries.add(new PushDelivery(name, unknown ? Outcome.UNKNOWN : Outcome.FAILED, attempt));
                PushError.Kind kind = retry || unknown ? PushError.Kind.TRANSIENT : PushError.Kind.USER;
                return worst != null && worst.kind() == PushError.Kind.TRANSIENT
                        ? worst
                        : new PushError(kind, PushStage.DELIVERY, why, name);
            }
            TimeUnit.NANOSECONDS.sleep(waitNanos);
        }
    }

    private boolean isOver(long waitNanos) {
        boolean unlimited = job.has(Defect.LIMIT_FOR_EACH_REQUEST) && waitNanos < 1_000_000_000L;
        return !unlimited && System.nanoTime() + waitNanos - endNanos >= 0;
    }
}
