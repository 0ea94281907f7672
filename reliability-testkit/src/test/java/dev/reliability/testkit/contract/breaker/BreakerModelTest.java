package dev.reliability.testkit.contract.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.contract.breaker.BreakerModel.Call;
import dev.reliability.testkit.contract.breaker.BreakerModel.Kind;
import dev.reliability.testkit.history.Linearizability;
import dev.reliability.testkit.history.Recording;
import org.junit.jupiter.api.Test;

/** Which histories of a breaker that opens on two failures in a row are those of one. */
class BreakerModelTest {
    private final Recording<Call, Boolean> recording = new Recording<>();

    private boolean holds() {
        return Linearizability.holds(new BreakerModel(BreakerTrip.row(2)), recording.operations());
    }

    private Recording<Call, Boolean>.Entry[] ends(String caller, BreakerEnding ending) {
        @SuppressWarnings({"unchecked", "rawtypes"}) // there are no generic arrays
        Recording<Call, Boolean>.Entry[] both = new Recording.Entry[] {
            recording.asking(caller, new Call(Kind.RECORD, caller, ending)),
            recording.asking(caller, new Call(Kind.CARRY_OUT, caller, null))
        };
        return both;
    }

    private static void over(Recording<Call, Boolean>.Entry[] ends) {
        ends[0].answered(true);
        ends[1].answered(true);
    }

    private void admission(String caller, boolean admitted) {
        recording.asking(caller, new Call(Kind.ADMIT, caller, null)).answered(admitted);
    }

    @Test
    void twoFailures_open_onceTheSecondHasReturned() {
        over(ends("a", BreakerEnding.FAILURE));
        admission("b", true);
        over(ends("a", BreakerEnding.FAILURE));
        admission("b", false);
        assertThat(holds()).isTrue();
    }

    @Test
    void aCallAdmittedAfterTheSecondFailureHasReturned_isWrong() {
        over(ends("a", BreakerEnding.FAILURE));
        over(ends("a", BreakerEnding.FAILURE));
        admission("b", true);
        assertThat(holds()).isFalse();
    }

    @Test
    void aSuccessBetween_keepsItClosed() {
        over(ends("a", BreakerEnding.FAILURE));
        over(ends("a", BreakerEnding.SUCCESS));
        over(ends("a", BreakerEnding.FAILURE));
        admission("b", false);
        assertThat(holds()).isFalse();
    }

    @Test
    void whileTheOpeningRecordRuns_othersAreAdmittedAndChangeNothing() {
        over(ends("a", BreakerEnding.FAILURE));
        var opening = ends("b", BreakerEnding.FAILURE);
        admission("c", true);
        over(ends("c", BreakerEnding.SUCCESS));
        admission("c", true);
        over(ends("c", BreakerEnding.SUCCESS));
        over(opening);
        admission("d", false);
        assertThat(holds()).isTrue();
    }
}
