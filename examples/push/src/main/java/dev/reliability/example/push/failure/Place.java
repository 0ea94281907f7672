package dev.reliability.example.push.failure;

/**
 * A place in a flow's JavaScript.
 *
 * @param file the file as the configuration names it, {@code flow.script} for one that stands in the configuration
 * @param line from 1
 * @param column from 1
 */
public record Place(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
