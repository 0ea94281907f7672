package dev.reliability.example.push.bundle;

import dev.reliability.example.push.failure.Place;
import java.nio.file.Path;
import java.util.List;

/**
 * A flow in one file, an ES module.
 *
 * @param file where it is
 * @param bytes how large it is
 * @param parts what it was made of, in the order of the file
 */
public record Bundle(Path file, long bytes, List<Part> parts) {
    /**
     * A stretch of lines that came from one module.
     *
     * @param name the module's name
     * @param firstLine the line of the bundle that its first line is on, from 1
     */
    public record Part(String name, int firstLine) {}

    /** Where a line of the bundle came from. */
    public Place placeOf(int line, int column) {
        Part found = new Part(
                file.getFileName() == null ? "bundle" : file.getFileName().toString(), 1);
        for (Part part : parts) {
            if (part.firstLine() <= line) {
                found = part;
            }
        }
        return new Place(found.name(), line - found.firstLine() + 1, column);
    }
}
