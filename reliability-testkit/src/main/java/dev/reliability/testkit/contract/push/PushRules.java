package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.ReceivedRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What each rule asks of a push in this JVM. The id and the seed are added to a failure by the frame. */
final class PushRules {
    private static final Set<Integer> TRANSIENT = Set.of(408, 425, 429, 500, 502, 503, 504);

    private PushRules() {}

    /** PUSH-1. */
    static void refusesInvalidInput(PushTry attempt, PushEvent event, PushFlow flow) throws Exception {
        PushResult result = attempt.push(event, flow, attempt.options);
        attempt.refusedBeforeWork(result);
        Set<String> planted = Stream.concat(event.violations().stream(), flow.violations().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        attempt.expect(paths(result).equals(planted), "problems at just " + planted, "they were at " + paths(result));
    }

    private static Set<String> paths(PushResult result) {
        return result.problems().stream().map(PushProblem::path).collect(Collectors.toCollection(TreeSet::new));
    }

    /** PUSH-2. */
    static void refusesUnknownTarget(PushTry attempt, PushEvent event, PushTarget target, List<String> platforms)
            throws Exception {
        PushFlow flow = switch (target) {
            case PLATFORM -> attempt.flow.onPlatform("fax");
            case FLOW -> attempt.flow.absent();
            case ENVIRONMENT -> attempt.flow;
        };
        PushOptions options = target == PushTarget.ENVIRONMENT ? attempt.options.in("nowhere") : attempt.options;
        PushResult result = attempt.push(event, flow, options);
        attempt.refusedBeforeWork(result);
        List<String> known = switch (target) {
            case PLATFORM -> platforms;
            case FLOW -> List.of();
            case ENVIRONMENT -> flow.environments();
        };
        String said = result.error().map(PushError::message).orElse("") + " " + result.problems();
        for (String name : known) {
            attempt.expect(said.contains(name), "the known name " + name + " to be listed", "all it said was: " + said);
        }
    }

    /** PUSH-3. */
    static void dryRunDecidesAlike(PushTry attempt, PushEvent event) throws Exception {
        PushResult dry = attempt.push(event, attempt.flow, attempt.options.dry());
        attempt.nothingSent();
        attempt.nothingLeft();
        for (PushDelivery delivery : dry.deliveries()) {
            attempt.expect(
                    delivery.outcome() == PushDelivery.Outcome.NOT_ATTEMPTED && delivery.attempts() == 0,
                    "a dry run to attempt nothing",
                    delivery);
        }
        PushResult real = attempt.push(event, attempt.flow, attempt.options);
        attempt.expect(
                dry.success() == real.success(),
                "the same verdict, dry and real",
                "it was " + dry.success() + " dry and " + real.success() + " for real");
        attempt.expect(
                paths(dry).equals(paths(real)),
                "the same problems, dry and real",
                "they were " + paths(dry) + " dry and " + paths(real) + " for real");
    }

    /** PUSH-5. */
    static void endsWithinTheLimit(PushTry attempt, PushEvent event, PushHang hang, Duration limit) throws Exception {
        PushResult result = attempt.push(event, attempt.flow.running(hang.code()), attempt.options.within(limit));
        attempt.expect(!result.success(), "a failure at the limit", "the push succeeded");
        PushError error = result.error().orElseThrow();
        attempt.expect(
                !error.message().isBlank()
                        && error.stage() != PushStage.VALIDATION
                        && error.stage().compareTo(hang.stage()) <= 0,
                "an error that says what was awaited, at stage " + hang.stage() + " or before it",
                error);
    }

    /** PUSH-7. What a flow began before it threw is delivered all the same: the answers are on their way. */
    static void successMeansAcknowledged(PushTry attempt, PushEvent event, PushCode code) throws Exception {
        PushResult result = attempt.push(event, attempt.flow.running(code), attempt.options);
        List<String> names =
                attempt.flow.destinations().stream().map(PushDestination::name).toList();
        List<String> listed =
                result.deliveries().stream().map(PushDelivery::destination).toList();
        attempt.expect(listed.equals(names), "one result for each of " + names, "there were " + listed);
        boolean all = code == PushCode.WORKS;
        for (int i = 0; i < names.size(); i++) {
            PushDelivery delivery = result.deliveries().get(i);
            List<ReceivedRequest> received = attempt.received(i);
            boolean acknowledged = received.stream().anyMatch(ReceivedRequest::isAcknowledged);
            boolean delivered = delivery.outcome() == PushDelivery.Outcome.DELIVERED;
            all &= acknowledged;
            attempt.expect(
                    delivered == acknowledged,
                    names.get(i)
                            + (acknowledged ? " to be delivered" : " not to be delivered: nothing was acknowledged"),
                    "it was " + delivery.outcome());
            attempt.expect(
                    acknowledged || received.isEmpty() || !isAccepting(received.get(received.size() - 1)),
                    names.get(i) + " to be delivered: it was about to acknowledge",
                    "it was " + delivery.outcome() + ", and nobody waited for the answer");
            attempt.expect(
                    acknowledged
                            || received.isEmpty()
                            || !isAnswerLost(received.get(received.size() - 1))
                            || delivery.outcome() == PushDelivery.Outcome.UNKNOWN,
                    names.get(i) + " to be unknown: the last answer was lost",
                    "it was " + delivery.outcome());
        }
        attempt.expect(
                result.success() == all,
                all ? "success: all was acknowledged" : "a failure: the flow threw or not all was acknowledged",
                "success was " + result.success());
    }

    private static boolean isAccepting(ReceivedRequest request) {
        Fault fault = request.fault().orElse(null);
        return fault instanceof Fault.Accept || fault instanceof Fault.Slow;
    }

    private static boolean isAnswerLost(ReceivedRequest request) {
        Fault fault = request.fault().orElse(null);
        return fault instanceof Fault.AckThenDrop || fault instanceof Fault.Reset || fault instanceof Fault.CutBody;
    }

    /** PUSH-8. */
    static void retriesOnlyTransientFailures(PushTry attempt, PushEvent event, PushEvent other) throws Exception {
        attempt.push(event, attempt.flow, attempt.options);
        Set<String> keys = new HashSet<>();
        int destinations = attempt.flow.destinations().size();
        int[] before = new int[destinations];
        for (int i = 0; i < destinations; i++) {
            List<ReceivedRequest> received = attempt.received(i);
            before[i] = received.size();
            oneDelivery(attempt, i, received);
            received.stream().filter(PushRules::isRead).map(PushRules::key).forEach(keys::add);
        }
        attempt.push(other, attempt.flow, attempt.options);
        for (int i = 0; i < destinations; i++) {
            List<ReceivedRequest> received = attempt.received(i);
            for (ReceivedRequest request : received.subList(before[i], received.size())) {
                attempt.expect(
                        !keys.contains(key(request)),
                        "another idempotency key for another event",
                        "shop" + i + " received " + key(request) + " again");
            }
        }
    }

    private static void oneDelivery(PushTry attempt, int destination, List<ReceivedRequest> received) {
        int limit = attempt.options.attempts();
        attempt.expect(
                received.size() <= limit,
                "at most " + limit + " attempts",
                "shop" + destination + " received " + received.size());
        Set<String> keys = new TreeSet<>();
        received.stream().filter(PushRules::isRead).map(PushRules::key).forEach(keys::add);
        attempt.expect(!keys.contains(""), "an idempotency key on every attempt", "one of " + received + " has none");
        attempt.expect(keys.size() <= 1, "the same idempotency key on every attempt", "they were " + keys);
        for (int i = 0; i < received.size(); i++) {
            ReceivedRequest request = received.get(i);
            boolean last = i == received.size() - 1;
            attempt.expect(
                    last || !request.isAcknowledged(),
                    "nothing to be sent after an acknowledgement",
                    "another request followed " + request);
            if (request.fault().orElse(null) instanceof Fault.Status status && !request.isAcknowledged()) {
                boolean worthIt = TRANSIENT.contains(status.code());
                attempt.expect(last || worthIt, "no retry after status " + status.code(), "another request followed");
                attempt.expect(
                        !last || !worthIt || received.size() == limit,
                        "a retry after status " + status.code() + ", attempt " + (i + 1) + " of " + limit,
                        "none came");
            }
        }
    }

    /** Whether the destination got to see the request: one that is hung up on counts as an attempt all the same. */
    private static boolean isRead(ReceivedRequest request) {
        return !request.method().isEmpty();
    }

    private static String key(ReceivedRequest request) {
        return request.idempotencyKey().orElse("");
    }

    /** PUSH-9. */
    static void bundleErrorWithoutOutput(PushTry attempt, PushEvent event, PushCode code) throws Exception {
        PushResult result = attempt.push(event, attempt.flow.running(code), attempt.options);
        failedAt(attempt, result, PushStage.BUNDLE, code == PushCode.EMPTY ? PushStage.FACTORY : PushStage.BUNDLE);
    }

    /** PUSH-12. */
    static void flowErrorWithPlace(PushTry attempt, PushEvent event, PushCode code) throws Exception {
        PushResult result = attempt.push(event, attempt.flow.running(code), attempt.options);
        PushError error = failedAt(attempt, result, PushStage.BUNDLE, PushStage.PUSH);
        attempt.expect(!error.place().isBlank(), "an error with its place in the flow", error);
    }

    private static PushError failedAt(PushTry attempt, PushResult result, PushStage first, PushStage last)
            throws IOException {
        attempt.expect(!result.success(), "a failure", "the push succeeded");
        attempt.nothingSent();
        attempt.nothingLeft();
        PushError error = result.error().orElseThrow();
        attempt.expect(
                error.stage().compareTo(first) >= 0 && error.stage().compareTo(last) <= 0,
                "an error at stage " + (first == last ? first : first + " to " + last),
                error);
        attempt.expect(!error.message().isBlank(), "an error with a message", error);
        return error;
    }

    /** PUSH-13, with a push without the fault before it. */
    static void failedCleanupIsAWarning(PushTry healthy, PushTry faulty, PushEvent event) throws Exception {
        PushResult with = healthy.push(event, healthy.flow, healthy.options);
        PushResult without = faulty.push(event, faulty.flow, faulty.options);
        faulty.expect(
                with.success() == without.success(),
                "the verdict that it has when cleanup works: " + with.success(),
                "it was " + without.success());
        faulty.expect(
                Objects.equals(
                        with.error().map(PushError::kind), without.error().map(PushError::kind)),
                "the error that it has when cleanup works: " + with.error(),
                "it was " + without.error());
        faulty.expect(!without.warnings().isEmpty(), "a warning that cleanup failed", "there was none");
        faulty.nothingLeft();
    }

    /** PUSH-14, the part in this JVM. */
    static void oneBundleForAll(PushTry attempt, List<PushEvent> events) throws Exception {
        List<PushResult> results = attempt.pushAll(events);
        attempt.expect(results.size() == events.size(), events.size() + " results", "there were " + results.size());
        attempt.expect(attempt.world.bundles() == 1, "one bundle", "there were " + attempt.world.bundles());
        long acknowledged = attempt.received(0).stream()
                .filter(ReceivedRequest::isAcknowledged)
                .count();
        long delivered = results.stream().filter(PushResult::success).count();
        attempt.expect(
                delivered == acknowledged,
                acknowledged + " results of success, as many as were acknowledged",
                "there were " + delivered);
        attempt.expect(
                attempt.received(0).size() == events.size(),
                events.size() + " requests",
                "there were " + attempt.received(0).size());
        attempt.nothingLeft();
    }
}
