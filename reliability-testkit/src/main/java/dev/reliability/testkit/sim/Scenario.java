package dev.reliability.testkit.sim;

/** What a {@link Simulation} runs, over and over: it makes the objects under test and the tasks that use them. */
@FunctionalInterface
public interface Scenario {
    /**
     * Sets one schedule up. Runs as a task of its own, so that it may wait and spend time; the tasks that it spawns begin
     * when it has ended.
     *
     * <p>Everything must be made anew here: what one schedule leaves behind would make the next one another one.
     *
     * @param world of this schedule
     * @throws Exception which fails the schedule
     */
    void setUp(World world) throws Exception;
}
