package dev.reliability.example.push;

import dev.reliability.example.push.delivery.Deliveries;
import dev.reliability.example.push.delivery.DeliveryResult;
import dev.reliability.example.push.delivery.Outcome;
import dev.reliability.example.push.event.EventSource;
import dev.reliability.example.push.event.FlowEvent;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One event on its way through a push. Written by the thread of the push, read by any: its report can be asked for at any time. */
final class EventRun {
    private final EventSource source;
    private volatile @Nullable FlowEvent event;
    private volatile @Nullable Deliveries deliveries;
    private volatile @Nullable String result;
    private volatile @Nullable Failure failure;
    private volatile boolean finished;
    private volatile long startNanos;
    private volatile long tookNanos;

    EventRun(EventSource source) {
        this.source = source;
    }

    EventSource source() {
        return source;
    }

    void checked(FlowEvent checked) {
        event = checked;
    }

    @Nullable
    FlowEvent event() {
        return event;
    }

    void begins(Deliveries opened) {
        deliveries = opened;
        startNanos = System.nanoTime();
    }

    @Nullable
    Deliveries deliveries() {
        return deliveries;
    }

    void fails(Failure why) {
        failure = why;
    }

    void returns(@Nullable String json) {
        result = json;
    }

    void ends() {
        tookNanos = System.nanoTime() - startNanos;
        finished = true;
    }

    /**
     * What came of it.
     *
     * @param destinations those of the flow
     * @param pushFailure why the push as a whole failed; null if it did not
     */
    EventReport report(List<String> destinations, @Nullable Failure pushFailure) {
        Deliveries opened = deliveries;
        List<DeliveryResult> results = new ArrayList<>(opened == null ? List.of() : opened.results());
        Failure verdict = verdict(results, pushFailure);
        for (String destination : destinations) {
            if (results.stream().noneMatch(given -> given.destination().equals(destination))) {
                results.add(DeliveryResult.notAttempted(destination));
            }
        }
        Duration took = opened == null ? null : Duration.ofNanos(finished ? tookNanos : System.nanoTime() - startNanos);
        return new EventReport(source.shown(), event, results, result, verdict, took);
    }

    /** A flow that failed may have delivered before that: what came of it belongs to the verdict. */
    private @Nullable Failure verdict(List<DeliveryResult> results, @Nullable Failure pushFailure) {
        Failure own = failure;
        List<DeliveryResult> failed =
                results.stream().filter(DeliveryResult::isFailure).toList();
        if (own != null) {
            return failed.isEmpty() ? own : own.and(failureOf(failed));
        }
        if (!finished) {
            return pushFailure;
        }
        if (results.isEmpty()) {
            return Failure.of(
                    Stage.PUSH, Kind.USER, "nothing-delivered", "the flow delivered the event to no destination", null);
        }
        return failed.isEmpty() ? null : failureOf(failed);
    }

    private static Failure failureOf(List<DeliveryResult> failed) {
        Kind kind = failed.stream().map(DeliveryResult::kind).reduce(Kind.USER, Kind::or);
        boolean unknown = failed.stream().anyMatch(one -> one.outcome() == Outcome.UNKNOWN);
        List<String> lines = failed.stream()
                .map(one -> "destination \"" + one.destination() + "\" "
                        + (one.outcome() == Outcome.UNKNOWN ? "may or may not have got it: " : "did not get it: ")
                        + one.problem())
                .toList();
        return Failure.of(
                Stage.DELIVERY, kind, unknown ? "outcome-unknown" : "not-delivered", String.join("; ", lines), null);
    }
}
