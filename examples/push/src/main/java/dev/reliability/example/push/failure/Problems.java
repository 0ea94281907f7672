package dev.reliability.example.push.failure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Collects what is wrong, each problem once, in the order in which it was found. Not thread-safe. */
public final class Problems {
    private final Set<Problem> found;
    private final UnaryOperator<String> place;

    /** Nothing found yet. */
    public Problems() {
        this(new LinkedHashSet<>(), UnaryOperator.identity());
    }

    private Problems(Set<Problem> found, UnaryOperator<String> place) {
        this.found = found;
        this.place = place;
    }

    /** The same collection, for a document whose parts stand elsewhere: the operator turns its paths into the true ones. */
    public Problems placed(UnaryOperator<String> truePath) {
        return new Problems(found, truePath);
    }

    /** Notes a problem. */
    public void add(String path, String text) {
        found.add(new Problem(place.apply(path), text));
    }

    /** Whether nothing was found. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** What was found. */
    public List<Problem> list() {
        return List.copyOf(found);
    }
}
