package dev.reliability.example.push.failure;

/** Whose turn it is after a failure. The constants stand from mild to bad: the worst of several is the last of them. */
public enum Kind {
    /** The user's: the command line, the configuration, an event, the flow or what a destination refuses has to change. */
    USER(2),
    /** Nobody's: trying again later may help. */
    TRANSIENT(3),
    /** The machine's, or ours: no disk space, an engine that does not start, a defect. */
    SYSTEM(4),
    /** Somebody stopped the push. A signal has an exit code of its own, 143 for SIGTERM. */
    INTERRUPTED(130);

    private final int exitCode;

    Kind(int exitCode) {
        this.exitCode = exitCode;
    }

    /** What the process exits with. */
    public int exitCode() {
        return exitCode;
    }

    /** The worse of two. */
    public Kind or(Kind other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
