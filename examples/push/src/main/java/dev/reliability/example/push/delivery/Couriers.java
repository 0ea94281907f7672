package dev.reliability.example.push.delivery;

import dev.reliability.example.push.config.Destination;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.time.Deadline;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The couriers of one push: one per destination, each delivery on a thread of its own, so that a destination that hangs
 * keeps no other one waiting. Thread-safe.
 */
public final class Couriers {
    private static final long CLOSE_MILLIS = 150;

    private final HttpClient http;
    private final Map<String, Destination> destinations = new LinkedHashMap<>();
    private final Map<String, Courier> couriers = new LinkedHashMap<>();
    private final ExecutorService threads;

    /** Couriers that deliver until a deadline. */
    public Couriers(List<Destination> destinations, HttpClient http, Deadline deadline) {
        this.http = http;
        for (Destination destination : destinations) {
            this.destinations.put(destination.name(), destination);
            couriers.put(destination.name(), new Courier(destination, deadline));
        }
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "push-delivery-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The deliveries of one event. */
    public Deliveries forEvent(String eventId) {
        return new Deliveries(this, eventId);
    }

    Parcel parcel(String destination, String payload, String key) {
        return new Parcel(of(destinations, destination), http, payload, key);
    }

    void send(Parcel parcel, Consumer<DeliveryResult> done) {
        Courier courier = of(couriers, parcel.destination());
        try {
            threads.execute(() -> done.accept(courier.deliver(parcel)));
        } catch (RejectedExecutionException e) {
            done.accept(new DeliveryResult(
                    parcel.destination(),
                    Outcome.NOT_ATTEMPTED,
                    0,
                    null,
                    parcel.key(),
                    Duration.ZERO,
                    Kind.TRANSIENT,
                    "the push has ended",
                    true));
        }
    }

    private static <T> T of(Map<String, T> map, String destination) {
        T value = map.get(destination);
        if (value == null) {
            throw new IllegalArgumentException(
                    "destination must be one of " + new ArrayList<>(map.keySet()) + ", but was " + destination);
        }
        return value;
    }

    /**
     * Interrupts what is under way and waits a moment until it has ended.
     *
     * @throws IllegalStateException if it does not
     */
    public void close() throws InterruptedException {
        threads.shutdownNow();
        if (!threads.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("deliveries still run " + CLOSE_MILLIS + " ms after their stop");
        }
    }
}
