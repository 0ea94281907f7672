package dev.reliability.example.push.failure;

/**
 * One thing that is wrong with a document.
 *
 * @param path where, such as {@code nested[0].type}; empty for the document itself
 * @param text what is wrong
 */
public record Problem(String path, String text) {
    /** The same problem in a document that contains this one. */
    public Problem under(String parent) {
        return new Problem(path.isEmpty() ? parent : parent + "." + path, text);
    }

    @Override
    public String toString() {
        return path.isEmpty() ? text : path + ": " + text;
    }
}
