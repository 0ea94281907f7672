package dev.reliability.base;

import dev.reliability.InterruptibleTask;
import dev.reliability.Task;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A layer that begins nothing: it throws, where a layer must not. */
public final class BrokenLayer extends Layer {
    private final Error failure;

    public BrokenLayer(Error failure) {
        this.failure = failure;
    }

    @Override
    protected <T extends @Nullable Object, X extends Exception> T execute(
            Chain inner, InterruptibleTask<? extends T, X> task) {
        throw failure;
    }

    @Override
    protected <T extends @Nullable Object> CompletionStage<T> executeAsync(
            Chain inner, Task<? extends CompletionStage<T>, ?> task) {
        throw failure;
    }
}
