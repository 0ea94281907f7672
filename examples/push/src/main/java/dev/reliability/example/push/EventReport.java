package dev.reliability.example.push;

import dev.reliability.example.push.delivery.DeliveryResult;
import dev.reliability.example.push.event.FlowEvent;
import dev.reliability.example.push.failure.Failure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one event.
 *
 * @param source what the command line called it
 * @param event the event; null if it was refused or could not be had
 * @param deliveries what the flow delivered, and each destination that it did not deliver to
 * @param result what elb gave, as JSON; null if nothing
 * @param failure why it failed; null if it did not
 * @param took how long elb and the deliveries took; null if elb was not called
 */
public record EventReport(
        String source,
        @Nullable FlowEvent event,
        List<DeliveryResult> deliveries,
        @Nullable String result,
        @Nullable Failure failure,
        @Nullable Duration took) {
    /** Whether everything that the flow delivered was acknowledged. */
    public boolean isSuccess() {
        return failure == null;
    }

    /** How many requests were begun. */
    public int attempts() {
        return deliveries.stream().mapToInt(DeliveryResult::attempts).sum();
    }
}
