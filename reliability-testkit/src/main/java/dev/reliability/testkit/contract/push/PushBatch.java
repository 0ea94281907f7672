package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Several events for a try of PUSH-14.
 *
 * @param accepted whether the destination accepts its first, second and so on request
 */
record PushBatch(List<Boolean> accepted) {
    PushBatch {
        accepted = List.copyOf(accepted);
    }

    List<PushEvent> events() {
        return IntStream.range(0, accepted.size())
                .mapToObj(i -> PushEvent.named("page", "view" + i))
                .toList();
    }

    FaultPlan plan() {
        return FaultPlan.of(accepted.stream()
                .map(fine -> fine ? Fault.accept() : Fault.status(503))
                .toList());
    }

    boolean isAccepted() {
        return !accepted.contains(false);
    }
}
