package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.Person;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** MUTEX-6: people acquire and close one after the other, and the mutex is held as a model says. */
final class MutexHolds {
    private static final int PEOPLE = 3;

    /** A hold that was acquired, and by whom. */
    private record Taken(Held held, Person owner) {}

    private final MutexTry attempt;
    private final boolean transferable;
    private final boolean reentrant;
    private final List<Person> people = new ArrayList<>();
    private final List<Taken> taken = new ArrayList<>();
    private @Nullable Taken holder; // the model: the one hold that is open

    private MutexHolds(MutexTry attempt, boolean transferable, boolean reentrant) {
        this.attempt = attempt;
        this.transferable = transferable;
        this.reentrant = reentrant;
        for (int i = 0; i < PEOPLE; i++) {
            people.add(attempt.world.person("person" + i));
        }
    }

    static void areClosedOnce(MutexTry attempt, List<MutexStep> steps, boolean transferable, boolean reentrant)
            throws Throwable {
        MutexHolds holds = new MutexHolds(attempt, transferable, reentrant);
        try {
            for (MutexStep step : steps) {
                holds.carryOut(step);
                if (holds.holder == null) {
                    attempt.expectFree("as all holds are closed");
                } else {
                    attempt.expectHeld("by the hold that is open");
                }
            }
        } finally {
            holds.people.forEach(Person::dismiss);
        }
    }

    private void carryOut(MutexStep step) throws Throwable {
        Person person = people.get(step.person() % PEOPLE);
        switch (step.kind()) {
            case ACQUIRE -> take(person, () -> attempt.acquire(MutexTry.MILLI).held());
            case TRY_ACQUIRE -> take(person, attempt::tryAcquire);
            case CLOSE, CLOSE_ELSEWHERE -> {
                if (!taken.isEmpty()) {
                    Taken which = taken.get(taken.size() - 1 - step.hold() % taken.size());
                    close(which, step.kind() == MutexStep.Kind.CLOSE ? which.owner() : person);
                }
            }
        }
    }

    /** One of the ways to acquire. */
    private interface Way {
        @Nullable
        Held take();
    }

    private void take(Person person, Way way) throws Throwable {
        if (reentrant && holder != null && holder.owner() == person) {
            return; // it may, and then two closes are due: that is MUTEX-11's
        }
        Object got = person.ask(way::take);
        attempt.expect(
                (got != null) == (holder == null),
                holder == null ? "a free mutex to be acquired" : "a held mutex to refuse",
                got == null ? "it refused" : "it was acquired");
        if (got instanceof Held held) {
            Taken now = new Taken(held, person);
            taken.add(now);
            holder = now;
        }
    }

    private void close(Taken which, Person person) throws Throwable {
        boolean elsewhere = person != which.owner();
        Throwable failure = (Throwable) person.ask(() -> failureOf(which));
        if (elsewhere && !transferable) {
            attempt.expect(
                    failure != null || holder != which, "a close by another thread to be refused", "it was accepted");
        } else if (which == holder) {
            attempt.expect(failure == null, "an open hold to be closed", "it threw " + failure);
            holder = null;
        }
    }

    private @Nullable Throwable failureOf(Taken which) {
        try {
            attempt.close(which.held());
            return null;
        } catch (RuntimeException failure) {
            attempt.world.record("close threw " + failure);
            return failure;
        }
    }
}
