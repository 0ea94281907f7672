package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What interrupts and overrunning actions do to a closing. */
final class CleanupInterrupts {
    private static final long SECOND = 1_000_000_000;

    private CleanupInterrupts() {}

    /** CLEANUP-8: actions of a second each; the interrupt is pending, or comes in the middle of one. */
    static void keptForTheEnd(CleanupScopeContract contract, World world, int actions, boolean pending, int during)
            throws Throwable {
        CleanupTry attempt = new CleanupTry(contract, world, CleanupSpec.PLAIN);
        List<String> disturbed = new CopyOnWriteArrayList<>();
        long second = world.scaled(SECOND);
        for (int i = 0; i < actions; i++) {
            String name = "action-" + i;
            attempt.add(attempt.scope, name, () -> {
                try {
                    world.sleep(second);
                } catch (InterruptedException e) {
                    disturbed.add(name);
                    Thread.currentThread().interrupt(); // as an action should
                }
            });
        }
        Thread closer = Thread.currentThread();
        AtomicReference<@Nullable Actor> interrupter = new AtomicReference<>();
        if (pending) {
            closer.interrupt();
        } else {
            attempt.add(attempt.scope, "starts the clock", () -> {
                interrupter.set(world.spawn("interrupter", () -> {
                    world.sleep(during * second + second / 2);
                    world.record("interrupt");
                    closer.interrupt();
                    return null;
                }));
            });
        }
        Throwable failure = attempt.close(attempt.scope);
        Actor sender = interrupter.get();
        if (sender != null && !sender.hasEnded() && !contract.isVirtual()) {
            Object unused = sender.await(); // in real time it may be late, and then nothing is to be seen
            attempt.expect(
                    Thread.interrupted(), "the interrupt flag to be set by an interrupt after the end", "it is not");
            return;
        }
        boolean flag = Thread.interrupted();
        attempt.expect(failure == null, "the scope to close", failure);
        for (int i = 0; i < actions; i++) {
            int times = Collections.frequency(attempt.ended(), "action-" + i);
            attempt.expect(times == 1, "every action to run once", attempt.began());
        }
        attempt.expect(
                disturbed.size() <= (pending ? 0 : 1),
                pending ? "no action to be disturbed" : "at most one action to be disturbed",
                "these were: " + disturbed);
        attempt.expect(flag, "the interrupt flag to be set when the closing has ended", "it is not");
    }

    /** How an action takes longer than its grace. */
    enum Overrun {
        NONE,
        ANSWERS,
        DEAF,
        DEAF_AND_DETACHED
    }

    /** CLEANUP-9: one action overruns, with others before and after it. */
    static void graceEndsAnAction(CleanupScopeContract contract, World world, Overrun overrun, int before, int after)
            throws Throwable {
        long grace = world.scaled(SECOND);
        List<CleanupHeard> heard = new CopyOnWriteArrayList<>();
        CleanupSpec spec = CleanupSpec.tellingTo(heard::add)
                .withGrace(
                        grace,
                        overrun == Overrun.DEAF_AND_DETACHED
                                ? work -> world.spawn("executor", () -> {
                                    work.run();
                                    return null;
                                })
                                : null);
        CleanupTry attempt = new CleanupTry(contract, world, spec);
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < after; i++) {
            attempt.add("rest-" + i);
            rest.add(0, "rest-" + i);
        }
        AtomicInteger interrupts = new AtomicInteger();
        AtomicLong closing = new AtomicLong();
        AtomicLong firstAfter = new AtomicLong(-1);
        AtomicLong ended = new AtomicLong(-1);
        attempt.add(attempt.scope, "overruns", () -> {
            long began = world.nanos();
            long lasts = overrun == Overrun.NONE ? grace / 2 : 20 * grace;
            while (world.nanos() - began < lasts) {
                try {
                    world.sleep(lasts - (world.nanos() - began));
                } catch (InterruptedException e) {
                    interrupts.incrementAndGet();
                    firstAfter.compareAndSet(-1, world.nanos() - closing.get());
                    if (overrun == Overrun.ANSWERS) {
                        break;
                    }
                }
            }
            ended.set(world.nanos());
        });
        for (int i = 0; i < before; i++) {
            attempt.add("before-" + i);
        }
        closing.set(world.nanos());
        @Nullable Throwable thrown = attempt.close(attempt.scope);
        long took = world.nanos() - closing.get();
        boolean detached = overrun == Overrun.DEAF_AND_DETACHED;
        if (detached) {
            attempt.expect(ended.get() == -1, "closing to return in time", "it took " + took + " ns");
        }
        List<String> ran = attempt.began();
        if (!detached || ran.size() > before + 1) {
            attempt.expect(
                    ran.size() == before + 1 + after
                            && ran.subList(before + 1, ran.size()).equals(rest),
                    "the rest to run, " + rest,
                    "what ran was " + ran);
        }
        if (overrun == Overrun.NONE) {
            if (took >= grace && !contract.isVirtual()) {
                return; // the machine took so long
            }
            attempt.expect(interrupts.get() == 0 && thrown == null, "no interrupt within the grace", thrown);
            return;
        }
        while (ended.get() == -1) {
            world.sleep(grace);
        }
        attempt.expect(interrupts.get() == 1, "the action to be interrupted once", interrupts + " times");
        attempt.expect(
                firstAfter.get() >= grace && (!contract.isVirtual() || firstAfter.get() == grace),
                "the action to be interrupted at the end of its grace",
                "it was after " + firstAfter + " ns");
        attempt.expect(attempt.began().size() == before + 1 + after, "the rest to run, " + rest, attempt.began());
        if (overrun != Overrun.ANSWERS) {
            boolean reported = heard.stream()
                    .anyMatch(event -> event.kind() == CleanupHeard.Kind.OVERRAN
                            && !event.stack().isEmpty());
            attempt.expect(
                    reported, "an action that goes on to be reported with its stack", "what was heard is " + heard);
        }
    }
}
