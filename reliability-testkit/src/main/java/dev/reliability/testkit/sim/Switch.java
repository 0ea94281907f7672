package dev.reliability.testkit.sim;

/**
 * A choice that was not the obvious one, which is to let the task that runs go on, or the first one that can.
 *
 * @param task at a point of which task, by number
 * @param point the number of that point among the task's own
 * @param next the number of the task that went on; {@link #STALL}: the time moved before anybody did
 */
record Switch(int task, int point, int next) {
    static final int STALL = -1;

    static Switch parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a switch must be task.point.next, but was " + text);
        }
        return new Switch(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    @Override
    public String toString() {
        return task + "." + point + "." + next;
    }
}
