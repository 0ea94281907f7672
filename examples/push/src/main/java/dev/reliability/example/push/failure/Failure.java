package dev.reliability.example.push.failure;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a push, or the push of one event, failed.
 *
 * @param stage how far it had got
 * @param kind who can mend it
 * @param code what failed, for programs: a word that does not change
 * @param message what failed, for people: one line
 * @param problems what is wrong with a document; empty if it is no matter of a document
 * @param place where the flow failed; null if it is no matter of the flow
 * @param cause what was thrown; null if nothing was
 */
public record Failure(
        Stage stage,
        Kind kind,
        String code,
        String message,
        List<Problem> problems,
        @Nullable Place place,
        @Nullable Throwable cause) {
    /** A failure that has neither problems nor a place. */
    public static Failure of(Stage stage, Kind kind, String code, String message, @Nullable Throwable cause) {
        return new Failure(stage, kind, code, message, List.of(), null, cause);
    }

    /** A refusal of a document. */
    public static Failure invalid(String code, String message, List<Problem> problems) {
        return new Failure(Stage.VALIDATION, Kind.USER, code, message, problems, null, null);
    }

    /** Both: of the worse kind, or else this one, are kind, stage and code; what both say is said. */
    public Failure and(Failure other) {
        Failure worse = kind.or(other.kind) == kind ? this : other;
        List<Problem> all = new ArrayList<>(problems);
        all.addAll(other.problems);
        return new Failure(
                worse.stage,
                worse.kind,
                worse.code,
                message + "; " + other.message,
                List.copyOf(all),
                place == null ? other.place : place,
                cause == null ? other.cause : cause);
    }

    /** The whole failure in one line. */
    public String oneLine() {
        StringBuilder line = new StringBuilder(message);
        if (place != null) {
            line.append(" (at ").append(place).append(')');
        }
        String separator = ": ";
        for (Problem problem : problems) {
            line.append(separator).append(problem);
            separator = "; ";
        }
        return line.toString().replaceAll("\\s*\\R\\s*", " ");
    }

    /** This failure, thrown. */
    public PushException asException() {
        return new PushException(this);
    }
}
