package dev.reliability.example.push.delivery;

import dev.reliability.example.push.failure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The deliveries of one event. Each has a key of its own: the event's id and the destination's name, and a number from the
 * second delivery to the same destination on. Thread-safe.
 */
public final class Deliveries {
    private final Couriers couriers;
    private final String eventId;
    private final Map<Parcel, DeliveryResult> ended = new LinkedHashMap<>(); // guarded by this
    private final List<Parcel> begun = new ArrayList<>(); // guarded by this

    Deliveries(Couriers couriers, String eventId) {
        this.couriers = couriers;
        this.eventId = eventId;
    }

    /**
     * Begins a delivery, on a thread of its own.
     *
     * @param done told the result, on that thread
     */
    public void begin(String destination, String payload, Consumer<DeliveryResult> done) {
        Parcel parcel;
        synchronized (this) {
            long earlier = begun.stream()
                    .filter(other -> other.destination().equals(destination))
                    .count();
            String key = eventId + "." + destination + (earlier == 0 ? "" : "." + (earlier + 1));
            parcel = couriers.parcel(destination, payload, key);
            begun.add(parcel);
        }
        couriers.send(parcel, result -> {
            synchronized (this) {
                ended.put(parcel, result);
            }
            done.accept(result);
        });
    }

    /** The destinations that have not answered in the time of the whole push. */
    public List<String> outOfTime() {
        return results().stream()
                .filter(DeliveryResult::outOfTime)
                .map(DeliveryResult::destination)
                .distinct()
                .toList();
    }

    /** What is known by now, in the order in which the deliveries began. */
    public synchronized List<DeliveryResult> results() {
        return begun.stream()
                .map(parcel -> ended.getOrDefault(parcel, unfinished(parcel)))
                .toList();
    }

    private static DeliveryResult unfinished(Parcel parcel) {
        Outcome outcome = parcel.outcome();
        boolean delivered = outcome == Outcome.DELIVERED;
        return new DeliveryResult(
                parcel.destination(),
                outcome,
                parcel.attempts(),
                parcel.status(),
                parcel.key(),
                Duration.ZERO,
                delivered ? null : Kind.TRANSIENT,
                delivered ? null : "the push ended before the delivery did",
                !delivered);
    }
}
