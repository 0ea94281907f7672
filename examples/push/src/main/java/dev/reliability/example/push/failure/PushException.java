package dev.reliability.example.push.failure;

/** Ends a push, or the push of one event, with a {@link Failure}. */
public final class PushException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    /** Throws a failure. */
    public PushException(Failure failure) {
        super(failure.oneLine(), failure.cause());
        this.failure = failure;
    }

    /** Ends with a failure that has neither problems nor a place. */
    public PushException(Stage stage, Kind kind, String code, String message, Throwable cause) {
        this(Failure.of(stage, kind, code, message, cause));
    }

    /** Ends with a failure that has neither problems, place nor cause. */
    public PushException(Stage stage, Kind kind, String code, String message) {
        this(Failure.of(stage, kind, code, message, null));
    }

    /** What went wrong. */
    public Failure failure() {
        return failure;
    }
}
