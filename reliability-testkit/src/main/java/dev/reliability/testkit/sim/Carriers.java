package dev.reliability.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * The threads of one simulation. Each serves one task in a schedule, so that none meets what was meant for another.
 * Thread-safe.
 */
final class Carriers implements AutoCloseable {
    private final List<Carrier> carriers = new ArrayList<>();
    private int used;

    /** Makes all available again, except those that never came back from their last task, or were unwound out of it. */
    synchronized void beginSchedule() {
        carriers.removeIf(carrier -> {
            boolean reusable = carrier.isReusable();
            if (!reusable) {
                carrier.close();
            }
            return !reusable;
        });
        used = 0;
    }

    synchronized Carrier next() {
        if (used == carriers.size()) {
            Carrier carrier = new Carrier(used);
            carrier.start();
            carriers.add(carrier);
        }
        return carriers.get(used++);
    }

    synchronized void giveTurnToAll() {
        carriers.subList(0, used).forEach(Carrier::giveTurn);
    }

    /** Those whose task has not ended. */
    synchronized List<Carrier> busy() {
        return carriers.subList(0, used).stream()
                .filter(carrier -> !carrier.isFree())
                .toList();
    }

    @Override
    public synchronized void close() {
        carriers.forEach(Carrier::close);
    }
}
