package dev.reliability.testkit.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who goes on at each point of one schedule. */
abstract class Choice {
    /** A task has been made. */
    void made(SimTask task) {}

    /**
     * Chooses.
     *
     * @param current who ran until now
     * @param ready who can go on, in order of their numbers; at least two
     */
    abstract SimTask next(SimTask current, List<SimTask> ready);

    /**
     * Whether the time moves although tasks can go on.
     *
     * @param current who ran until now
     */
    boolean stalls(SimTask current) {
        return false;
    }

    /** The task that runs, if it can go on, else the first one that can. */
    static SimTask obvious(SimTask current, List<SimTask> ready) {
        return current.state == SimTask.State.READY ? current : ready.get(0);
    }

    /** Each of those that can go on is as likely. */
    static final class Uniform extends Choice {
        private final Draws draws;

        Uniform(Draws draws) {
            this.draws = draws;
        }

        @Override
        SimTask next(SimTask current, List<SimTask> ready) {
            return ready.get(draws.nextInt(ready.size()));
        }
    }

    /**
     * Probabilistic concurrency testing. Each task has a random priority, and the highest one runs. At {@code depth - 1}
     * random points the task that runs falls below all others. A bug that needs {@code depth} orderings among {@code n}
     * tasks and {@code k} points is found with a probability of at least {@code 1 / (n * k^(depth - 1))}.
     *
     * <p>Source: S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, "A Randomized Scheduler with Probabilistic
     * Guarantees of Finding Bugs", ASPLOS 2010. Other than there, {@code k} is not known beforehand: it is drawn from
     * powers of two. And a task that passes {@value #PATIENCE} points in a row falls too: it may wait for another one.
     */
    static final class ByPriority extends Choice {
        private static final int PATIENCE = 500;

        private final Draws draws;
        private final Set<Integer> changes = new TreeSet<>();
        private int points;
        private int inARow;
        private long lowest;

        ByPriority(int depth, Draws draws) {
            this.draws = draws;
            int length = 16 << draws.nextInt(6);
            while (changes.size() < Math.min(depth - 1, length)) {
                changes.add(draws.nextInt(length));
            }
        }

        @Override
        void made(SimTask task) {
            task.priority = draws.nextLong() >>> 1;
        }

        @Override
        SimTask next(SimTask current, List<SimTask> ready) {
            if (changes.contains(points++) || inARow > PATIENCE) {
                current.priority = --lowest;
            }
            SimTask highest = ready.get(0);
            for (SimTask task : ready) {
                highest = task.priority > highest.priority ? task : highest;
            }
            inARow = highest == current ? inARow + 1 : 0;
            return highest;
        }
    }

    /** Another choice, and one to three times in a schedule the time moves, whoever can go on. */
    static final class Stalling extends Choice {
        private final Choice choice;
        private final Set<Integer> stalls = new TreeSet<>();
        private int points;

        Stalling(Choice choice, Draws draws) {
            this.choice = choice;
            int length = 16 << draws.nextInt(4);
            for (int number = 1 + draws.nextInt(3); number > 0; number--) {
                stalls.add(draws.nextInt(length));
            }
        }

        @Override
        void made(SimTask task) {
            choice.made(task);
        }

        @Override
        boolean stalls(SimTask current) {
            return stalls.contains(points++);
        }

        @Override
        SimTask next(SimTask current, List<SimTask> ready) {
            return choice.next(current, ready);
        }
    }

    /** The obvious one, but for given switches. Notes which further ones there are behind the last of them. */
    static final class Given extends Choice {
        private final Map<Long, Integer> next = new HashMap<>();
        private final Set<Switch> stalls = new HashSet<>();
        private final List<Switch> further = new ArrayList<>();

        Given(List<Switch> switches) {
            for (Switch given : switches) {
                if (given.next() == Switch.STALL) {
                    stalls.add(given);
                } else {
                    next.put(key(given.task(), given.point()), given.next());
                }
            }
        }

        private static long key(int task, int point) {
            return (long) task << 32 | point;
        }

        @Override
        boolean stalls(SimTask current) {
            return stalls.contains(new Switch(current.id, current.points, Switch.STALL));
        }

        @Override
        SimTask next(SimTask current, List<SimTask> ready) {
            SimTask obvious = obvious(current, ready);
            Integer wanted = next.remove(key(current.id, current.points));
            for (SimTask task : ready) {
                if (wanted != null && task.id == wanted) {
                    return task;
                } else if (next.isEmpty() && task != obvious) {
                    further.add(new Switch(current.id, current.points, task.id));
                }
            }
            return obvious;
        }

        List<Switch> further() {
            return further;
        }
    }
}
