package dev.reliability.example.push.engine;

import dev.reliability.example.push.bundle.Bundle;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.Place;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.example.push.failure.Stage;
import java.util.List;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SourceSection;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** Tells what is wrong with a flow, and where, in terms of the files that its author knows. */
final class Mistakes {
    private final Bundle bundle;

    Mistakes(Bundle bundle) {
        this.bundle = bundle;
    }

    /** A mistake that was found by looking. */
    PushException found(Stage stage, String message, @Nullable Place place) {
        return new Failure(stage, Kind.USER, "flow", message, List.of(), place, null).asException();
    }

    /** The end of a flow that was stopped; who stopped it says why. */
    PushException stopped(@Nullable Throwable cause) {
        return Failure.of(Stage.PUSH, Kind.INTERRUPTED, "stopped", "the flow was stopped", cause)
                .asException();
    }

    /** What the flow threw. */
    PushException thrown(Stage stage, PolyglotException e) {
        if (e.isInternalError()) {
            return new PushException(
                    stage, Kind.SYSTEM, "engine", "the JavaScript engine failed: " + e.getMessage(), e);
        }
        String what = switch (stage) {
            case LOAD -> "the flow cannot be loaded: ";
            case FACTORY -> "the factory failed: ";
            default -> "elb failed: ";
        };
        return new Failure(stage, Kind.USER, "flow", what + message(e), List.of(), place(e), e).asException();
    }

    /** The first line, without the place of a syntax error, whose column counts from 0. */
    private static String message(PolyglotException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        if (message.contains("Operation is not allowed for: ")) {
            return "it imports " + message.substring(message.lastIndexOf(": ") + 2)
                    + ", but cannot import: name all its files, in order, in \"flow.files\"";
        }
        return e.isSyntaxError() ? message.replaceFirst("^(\\w+: )\\S+:\\d+:\\d+ ", "$1") : message;
    }

    private @Nullable Place place(PolyglotException e) {
        if (isOfFlow(e.getSourceLocation())) {
            return placeOf(e.getSourceLocation());
        }
        for (PolyglotException.StackFrame frame : e.getPolyglotStackTrace()) {
            if (frame.isGuestFrame() && isOfFlow(frame.getSourceLocation())) {
                return placeOf(frame.getSourceLocation());
            }
        }
        return null;
    }

    private static boolean isOfFlow(@Nullable SourceSection section) {
        return section != null && section.isAvailable() && !section.getSource().isInternal();
    }

    private Place placeOf(SourceSection section) {
        return bundle.placeOf(section.getStartLine(), section.getStartColumn());
    }

    /** A thrown value that is no error. */
    static String shown(Value value) {
        return value.isString() ? value.asString() : value.toString();
    }
}
