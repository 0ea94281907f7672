package dev.reliability.base;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A future of one's own for a stage that others may know. */
final class Following<T extends @Nullable Object> extends AsyncCall<T> {
    Following(CompletionStage<T> stage) {
        follow(stage);
    }

    @Override
    protected void settled(T value, @Nullable Throwable failure) {
        boolean unused = failure == null ? succeed(value) : fail(failure);
    }
}
