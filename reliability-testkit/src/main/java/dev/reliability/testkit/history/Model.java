package dev.reliability.testkit.history;

import java.util.Collection;
import java.util.Optional;

/**
 * What an object is meant to do when it is used by one caller at a time.
 *
 * @param <S> its state; immutable, with {@code equals} and {@code hashCode}
 * @param <C> what it can be asked
 * @param <R> what it can answer
 */
public interface Model<S, C, R> {
    /**
     * The state of a new object.
     *
     * @return the state before the first operation
     */
    S initial();

    /**
     * What can come of an operation.
     *
     * @param state before it
     * @param call what is asked
     * @param result what was answered; empty if that is not known
     * @return every state that it may leave behind; none if the object never answers so in this state
     */
    Collection<S> after(S state, C call, Optional<R> result);
}
