package dev.reliability.testkit.contract;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A contract in virtual time for {@link ContractTest} to run; not a test of its own. */
class SimulatedSample extends TimedContract<Mode> {
    /** What the tries ran on, in this order. */
    static final List<String> RAN_ON = Collections.synchronizedList(new ArrayList<>());

    @Property
    void push_1_canBeSimulated(@ForAll int number) throws Throwable {
        inWorld(world -> note(world));
    }

    @Property
    @Pace(simulated = false)
    void push_2_isNotToBe(@ForAll int number) throws Throwable {
        inWorld(world -> note(world));
    }

    @Property
    void push_5_blocksOnAMonitor(@ForAll int number) throws Throwable {
        Object monitor = new Object();
        inWorld(world -> {
            note(world);
            Actor first = world.spawn("first", () -> heldFor(world, monitor, 1_000));
            world.sleep(1);
            if (!RAN_ON.contains("threads")) {
                Object unused = heldFor(world, monitor, 0);
            }
            Object unused = first.await();
        });
    }

    private static Object heldFor(World world, Object monitor, long nanos) throws InterruptedException {
        synchronized (monitor) {
            world.sleep(nanos);
            return monitor;
        }
    }

    private static void note(World world) {
        RAN_ON.add(world.time().toString().startsWith("simulated") ? "simulation" : "threads");
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }
}
