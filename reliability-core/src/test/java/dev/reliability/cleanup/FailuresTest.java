package dev.reliability.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rule CLEANUP-2: which failure is thrown, and what becomes of the others. */
class FailuresTest {
    private final Exception first = new Exception("first");
    private final Exception second = new Exception("second");
    private final Error error = new Error("an error");
    private final Failures failures = new Failures();

    @Test
    void cleanup_2_theFirstIsPrimary_theOthersAreSuppressedInOrder() {
        failures.add(first);
        failures.add(second);
        failures.unlisted = new Exception("last");
        assertThat(failures.joined()).isSameAs(first);
        assertThat(first.getSuppressed()).extracting(Throwable::getMessage).containsExactly("second", "last");
    }

    @Test
    void cleanup_2_anError_isPrimary_evenIfThereWasNoRoomToListItYet() {
        failures.add(first);
        failures.unlisted = error;
        assertThat(failures.joined()).isSameAs(error).hasSuppressedException(first);
        assertThat(failures.unlisted).isNull();
    }

    @Test
    void cleanup_2_theOnlyOne_isThrown_evenIfThereWasNoRoomToListItYet() {
        failures.unlisted = first;
        assertThat(failures.joined()).isSameAs(first).hasNoSuppressedExceptions();
    }

    @Test
    void cleanup_2_whatWasNotListedYet_isSuppressedInTheFailureOfTheWork() {
        failures.add(second);
        failures.unlisted = error;
        failures.suppressIn(first);
        assertThat(first.getSuppressed()).containsExactly(second, error);
    }
}
