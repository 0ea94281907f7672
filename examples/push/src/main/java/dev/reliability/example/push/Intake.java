package dev.reliability.example.push;

import dev.reliability.example.push.config.Flow;
import dev.reliability.example.push.config.FlowReader;
import dev.reliability.example.push.event.EventCheck;
import dev.reliability.example.push.event.EventFetch;
import dev.reliability.example.push.event.EventSource;
import dev.reliability.example.push.event.FlowEvent;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.Problem;
import dev.reliability.example.push.failure.Problems;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.example.push.failure.Stage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at configuration and events before any work. Everything that is wrong is told at once; what has to be fetched is
 * fetched only if all that is at hand is in order.
 */
final class Intake {
    private final PushRequest request;
    private final List<EventRun> events;
    private final Awaited awaited;
    private final List<Failure> refusals = new ArrayList<>();
    private final Map<String, EventRun> byId = new HashMap<>();

    Intake(PushRequest request, List<EventRun> events, Awaited awaited) {
        this.request = request;
        this.events = events;
        this.awaited = awaited;
    }

    /** The flow, with every event checked. */
    Flow take(Map<String, String> variables, EventFetch fetch) throws InterruptedException {
        Flow flow = read(variables);
        for (EventRun event : events) {
            if (event.source() instanceof EventSource.Malformed malformed) {
                refuse(event, List.of(new Problem("", malformed.problem())));
            } else if (event.source() instanceof EventSource.Inline inline) {
                checkInline(event, inline.text());
            } else if (event.source() instanceof EventSource.Local local) {
                readFile(event, local);
            }
        }
        throwIfAny();
        for (EventRun event : events) {
            if (event.source() instanceof EventSource.Remote remote) {
                awaited.next(Stage.FETCH, "the event from " + remote.shown(), null);
                check(event, fetched(event, remote, fetch));
            }
        }
        throwIfAny();
        if (flow == null) {
            throw new IllegalStateException("a flow that was not read must have been refused");
        }
        return flow;
    }

    private @Nullable Flow read(Map<String, String> variables) {
        try {
            return FlowReader.read(request.config(), request.environment(), variables);
        } catch (PushException e) {
            refusals.add(e.failure());
            return null;
        }
    }

    private void readFile(EventRun event, EventSource.Local local) {
        try {
            check(event, local.read());
        } catch (PushException e) {
            event.fails(e.failure());
            refusals.add(e.failure());
        }
    }

    private static String fetched(EventRun event, EventSource.Remote remote, EventFetch fetch)
            throws InterruptedException {
        try {
            return fetch.fetch(remote);
        } catch (PushException e) {
            event.fails(e.failure());
            throw e;
        }
    }

    private void checkInline(EventRun event, String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > EventSource.MAX_BYTES) {
            refuse(event, List.of(new Problem("", "is larger than " + EventSource.MAX_BYTES + " bytes")));
        } else {
            check(event, text);
        }
    }

    private void check(EventRun event, String text) {
        Problems problems = new Problems();
        FlowEvent checked = EventCheck.check(text, problems);
        if (checked == null) {
            refuse(event, problems.list());
            return;
        }
        EventRun other = byId.putIfAbsent(checked.id(), event);
        if (other == null) {
            event.checked(checked);
        } else {
            String same = "is the same as events[" + events.indexOf(other)
                    + "].id: events with one id would share their idempotency keys";
            refuse(event, List.of(new Problem("id", same)));
        }
    }

    private void refuse(EventRun event, List<Problem> problems) {
        String name = "event " + (events.size() == 1 ? "" : events.indexOf(event) + 1 + " of " + events.size() + " ");
        event.fails(Failure.invalid("invalid-event", name + "is invalid", problems));
        String path = "events[" + events.indexOf(event) + "]";
        List<Problem> placed = events.size() == 1
                ? problems
                : problems.stream().map(problem -> problem.under(path)).toList();
        refusals.add(Failure.invalid("invalid-event", name + "is invalid", placed));
    }

    private void throwIfAny() {
        if (refusals.isEmpty()) {
            return;
        }
        if (refusals.size() == 1) {
            throw refusals.get(0).asException();
        }
        List<Problem> problems = refusals.stream()
                .flatMap(refusal -> refusal.problems().stream())
                .toList();
        String messages =
                String.join("; ", refusals.stream().map(Failure::message).toList());
        throw new Failure(Stage.VALIDATION, Kind.USER, refusals.get(0).code(), messages, problems, null, null)
                .asException();
    }
}
