package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.World;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** In which order entries are closed, how often, and what becomes of one that comes late. */
final class CleanupOrders {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long LEAST_NANOS = 10_000_000; // what is shorter is not worth comparing
    private static final long MULTIPLE = 50; // linear is 10, quadratic 100

    private CleanupOrders() {}

    /** CLEANUP-1: entries, opened (true) or added, and more closers while the first one closes. */
    static void newestFirstOnce(CleanupScopeContract contract, World world, List<Boolean> opened, int closers)
            throws Throwable {
        CleanupTry attempt = new CleanupTry(contract, world, CleanupSpec.PLAIN);
        List<String> names = new ArrayList<>();
        attempt.add(attempt.scope, "first", () -> world.sleep(world.scaled(1_000_000_000)));
        names.add("first");
        for (boolean open : opened) {
            String name = (open ? "opened-" : "added-") + names.size();
            names.add(name);
            if (open) {
                attempt.open(name);
            } else {
                attempt.add(name);
            }
        }
        AtomicBoolean closing = new AtomicBoolean();
        attempt.add(attempt.scope, "last", () -> {
            closing.set(true);
            world.sleep(world.scaled(1_000_000_000));
        });
        names.add("last");
        List<Actor> others = new ArrayList<>();
        for (int i = 0; i < closers; i++) {
            others.add(world.spawn("closer-" + i, () -> {
                while (!closing.get()) {
                    world.sleep(world.scaled(500_000_000));
                }
                Throwable failure = attempt.close(attempt.scope);
                attempt.expect(failure == null, "a second closer to wait", "it threw " + failure);
                attempt.expect(
                        attempt.ended().size() == names.size(),
                        "a second closer to wait for the first",
                        "it returned after " + attempt.ended().size() + " of " + names.size() + " entries");
                return null;
            }));
        }
        attempt.closeWell();
        for (Actor other : others) {
            other.await();
        }
        attempt.closeWell();
        Collections.reverse(names);
        attempt.expectRan(names);
    }

    /** When something is registered. */
    enum Late {
        ADDED_WHILE_CLOSING,
        OPENED_WHILE_CLOSING,
        ADDED_AFTER,
        OPENED_AFTER
    }

    /** CLEANUP-3. */
    static void lateIsClosed(CleanupScopeContract contract, World world, Late late, int entries) throws Throwable {
        CleanupTry attempt = new CleanupTry(contract, world, CleanupSpec.PLAIN);
        for (int i = 0; i < entries; i++) {
            attempt.add("early-" + i);
        }
        boolean added = late == Late.ADDED_WHILE_CLOSING || late == Late.ADDED_AFTER;
        if (late == Late.ADDED_WHILE_CLOSING || late == Late.OPENED_WHILE_CLOSING) {
            attempt.add(attempt.scope, "registrar", () -> register(attempt, added));
            attempt.closeWell();
            attempt.expect(
                    attempt.began().size() == entries + 2
                            && attempt.began().get(1).equals("late"),
                    "what is registered while closing to be closed next",
                    "what ran was " + attempt.began());
            return;
        }
        attempt.closeWell();
        AtomicBoolean ran = new AtomicBoolean();
        Throwable refusal = null;
        try {
            world.record("register on the closed scope");
            if (added) {
                attempt.scope.add(attempt.entry("late", CleanupTry.Act.NOTHING));
            } else {
                attempt.scope.open(
                        () -> {
                            ran.set(true);
                            return "late";
                        },
                        value -> attempt.closing("late", CleanupTry.Act.NOTHING));
            }
        } catch (Throwable thrown) {
            refusal = thrown;
        }
        boolean left = (added || ran.get()) && !attempt.ended().contains("late");
        attempt.expect(!left, "what is registered on a closed scope to be closed at once", "it was kept");
        attempt.expect(refusal != null, "registering on a closed scope to throw", "it did not");
    }

    private static void register(CleanupTry attempt, boolean added) throws Exception {
        try {
            if (added) {
                attempt.add("late");
            } else {
                attempt.open("late");
            }
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** How opening goes wrong. */
    enum Opening {
        FAILS,
        CLOSES_THE_SCOPE,
        MEETS_A_CLOSING
    }

    /** CLEANUP-4. */
    static void openedIsOwned(CleanupScopeContract contract, World world, Opening opening, int entries)
            throws Throwable {
        CleanupTry attempt = new CleanupTry(contract, world, CleanupSpec.PLAIN);
        for (int i = 0; i < entries; i++) {
            attempt.add("early-" + i);
        }
        Exception failure = new IOException("cannot be opened");
        Actor other = world.spawn("closer", () -> {
            world.sleep(world.scaled(500_000_000));
            return opening == Opening.MEETS_A_CLOSING ? attempt.close(attempt.scope) : null;
        });
        Throwable thrown = null;
        AtomicLong opened = new AtomicLong();
        try {
            attempt.scope.open(
                    () -> {
                        world.record("opening");
                        if (opening == Opening.FAILS) {
                            throw failure;
                        }
                        if (opening == Opening.CLOSES_THE_SCOPE) {
                            attempt.close(attempt.scope);
                        } else {
                            world.sleep(world.scaled(1_000_000_000));
                        }
                        opened.incrementAndGet();
                        return "value";
                    },
                    value -> attempt.closing("value", CleanupTry.Act.NOTHING));
        } catch (Throwable refusal) {
            thrown = refusal;
        }
        other.await();
        if (opening == Opening.FAILS) {
            attempt.expect(thrown == failure, "the failure of the opener itself", thrown);
        }
        attempt.closeWell();
        int closed = Collections.frequency(attempt.began(), "value");
        attempt.expect(
                closed == opened.get(),
                "what was opened to be closed, and nothing else",
                opened + " was opened and " + closed + " closed");
        for (int i = 0; i < entries; i++) {
            int times = Collections.frequency(attempt.began(), "early-" + i);
            attempt.expect(times == 1, "every entry to run once", attempt.began());
        }
    }

    /** CLEANUP-12: so many entries, and ten times as many; by the time of the processor, which no other thread takes. */
    static void manyEntries(CleanupScopeContract contract, World world, int entries) throws Throwable {
        long few = Math.max(cpuNanos(contract, world, entries), LEAST_NANOS);
        long many = cpuNanos(contract, world, 10 * entries);
        world.history()
                .expect(
                        many <= MULTIPLE * few,
                        "ten times as many entries to take at most " + MULTIPLE + " times as long",
                        entries + " took " + few + " ns and " + 10 * entries + " took " + many + " ns");
    }

    private static long cpuNanos(CleanupScopeContract contract, World world, int entries) throws Throwable {
        CleanupAdapter scope = contract.create(CleanupSpec.PLAIN, world);
        AtomicInteger closed = new AtomicInteger();
        long began = THREADS.getCurrentThreadCpuTime();
        @Nullable Throwable failure = null;
        try {
            for (int i = 0; i < entries; i++) {
                scope.add(closed::incrementAndGet);
            }
            scope.close();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        long took = THREADS.getCurrentThreadCpuTime() - began;
        world.history()
                .expect(
                        failure == null && closed.get() == entries,
                        entries + " entries to be closed",
                        closed + " were" + (failure == null ? "" : ", then it threw " + failure));
        return took;
    }
}
