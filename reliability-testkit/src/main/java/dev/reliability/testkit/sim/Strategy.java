package dev.reliability.testkit.sim;

import java.util.function.BiFunction;

/** How a {@link Simulation} looks for the schedules that fail. Immutable. */
public final class Strategy {
    private final String name;
    private final BiFunction<Integer, Draws, Choice> choices;

    private Strategy(String name, BiFunction<Integer, Draws, Choice> choices) {
        this.name = name;
        this.choices = choices;
    }

    /**
     * At each point each task that can go on is as likely to. Good at what needs many switches.
     *
     * @return the strategy
     */
    public static Strategy random() {
        return new Strategy("random", (schedule, draws) -> new Choice.Uniform(draws));
    }

    /**
     * Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): tasks with random priorities, which change at a
     * few random points. Good at what needs few switches at the right places, however long the tasks are.
     *
     * @param depth how many ordering constraints a bug may need: the number of changes plus one; 1 or more
     * @return the strategy
     * @throws IllegalArgumentException if it is less
     */
    public static Strategy pct(int depth) {
        if (depth < 1) {
            throw new IllegalArgumentException("depth must be at least 1, but was " + depth);
        }
        return new Strategy("pct(" + depth + ")", (schedule, draws) -> new Choice.ByPriority(depth, draws));
    }

    /**
     * Schedules of {@link #random}, and of {@link #pct} with depth 1 to 4, by turns. The default.
     *
     * @return the strategy
     */
    public static Strategy mixed() {
        return new Strategy(
                "mixed",
                (schedule, draws) -> schedule % 2 == 0
                        ? new Choice.Uniform(draws)
                        : new Choice.ByPriority(1 + schedule / 2 % 4, draws));
    }

    Choice choice(int schedule, Draws draws) {
        return choices.apply(schedule, draws);
    }

    @Override
    public String toString() {
        return name;
    }
}
