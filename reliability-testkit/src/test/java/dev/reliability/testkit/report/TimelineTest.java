package dev.reliability.testkit.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.report.Moment.Kind;
import dev.reliability.testkit.report.Timeline.Item;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the drawing of a try puts what. */
class TimelineTest {
    private static final long MILLI = 1_000_000;

    private static Moment at(long nanos, String lane, Kind kind, int span, String what, Object value) {
        return new Moment(nanos, lane, kind, span, what, String.valueOf(value));
    }

    private static Item item(Timeline timeline, String label) {
        return timeline.items().stream()
                .filter(item -> item.title().contains(label))
                .findFirst()
                .orElseThrow(() -> new AssertionError(label + " in " + timeline.items()));
    }

    @Test
    void order_isThatOfTheMoments_andInstantsAreLabelled() {
        Timeline timeline = TimelineLayout.of(List.of(
                at(0, "main", Kind.NOTE, 0, "first", ""),
                at(0, "main", Kind.NOTE, 0, "second", ""),
                at(MILLI, "other", Kind.NOTE, 0, "third", ""),
                at(MILLI + 1, "main", Kind.NOTE, 0, "fourth", "")));
        assertThat(timeline.items())
                .extracting(Item::x)
                .isSubsetOf(xs(timeline))
                .doesNotHaveDuplicates();
        assertThat(xs(timeline)).isSorted();
        assertThat(timeline.instants()).extracting(Timeline.Instant::label).containsExactly("0", "1 ms", "+1 ns");
        assertThat(timeline.lanes()).extracting(Timeline.Lane::name).containsExactly("main", "other");
        assertThat(timeline.width()).isGreaterThan(item(timeline, "fourth").x());
    }

    private static List<Integer> xs(Timeline timeline) {
        return List.of("first", "second", "third", "fourth").stream()
                .map(label -> item(timeline, label).x())
                .toList();
    }

    @Test
    void operation_isABar_andOneInsideStandsBelowIt() {
        Timeline timeline = TimelineLayout.of(List.of(
                at(0, "main", Kind.INVOKED, 1, "call", ""),
                at(0, "main", Kind.INVOKED, 2, "attempt 1", ""),
                at(MILLI, "main", Kind.FAILED, 2, "attempt 1", "java.io.IOException: lost"),
                at(MILLI, "main", Kind.OK, 1, "call", "late")));
        Item call = item(timeline, "call");
        Item attempt = item(timeline, "attempt 1");
        assertThat(call.bar()).isTrue();
        assertThat(call.tone()).isEqualTo("ok");
        assertThat(attempt.tone()).isEqualTo("failed");
        assertThat(attempt.title()).isEqualTo("0 to 1 ms: attempt 1 \u2192 java.io.IOException: lost");
        assertThat(attempt.label()).startsWith("attempt 1 \u2717 IOException");
        assertThat(attempt.y()).isGreaterThan(call.y() + call.height());
        assertThat(attempt.x()).isGreaterThan(call.x());
        assertThat(attempt.x() + attempt.width()).isLessThan(call.x() + call.width());
        assertThat(timeline.lanes().get(0).height()).isGreaterThan(attempt.y() + attempt.height() - call.y());
    }

    @Test
    void operation_withoutEnd_lastsToTheEnd() {
        Timeline timeline = TimelineLayout.of(
                List.of(at(0, "main", Kind.INVOKED, 1, "hangs", ""), at(MILLI, "other", Kind.NOTE, 0, "last", "")));
        Item hangs = item(timeline, "hangs");
        assertThat(hangs.tone()).isEqualTo("open");
        assertThat(hangs.x() + hangs.width())
                .isGreaterThan(item(timeline, "last").x());
    }

    @Test
    void holds_thatOverlap_standInTheirLaneAboveThreads_belowOneAnother() {
        Timeline timeline = TimelineLayout.of(List.of(
                at(0, "a", Kind.INVOKED, 1, "acquire", ""),
                at(0, "a", Kind.OK, 1, "acquire", "held"),
                at(0, "mutex", Kind.BEGAN, -1, "held by a", ""),
                at(1, "mutex", Kind.BEGAN, -2, "held by b", ""),
                at(2, "mutex", Kind.ENDED, -1, "held by a", ""),
                at(3, "mutex", Kind.ENDED, -2, "held by b", "")));
        assertThat(timeline.lanes()).extracting(Timeline.Lane::name).containsExactly("mutex", "a");
        Item a = item(timeline, "held by a");
        Item b = item(timeline, "held by b");
        assertThat(b.y()).isGreaterThan(a.y());
        assertThat(b.x()).isBetween(a.x(), a.x() + a.width());
    }

    @Test
    void states_ofABreaker_haveTonesBesideTheirWords() {
        Timeline timeline = TimelineLayout.of(List.of(
                at(0, "breaker", Kind.BEGAN, -1, "CLOSED", ""),
                at(1, "breaker", Kind.ENDED, -1, "CLOSED", ""),
                at(1, "breaker", Kind.BEGAN, -2, "OPEN", "")));
        assertThat(timeline.items()).extracting(Item::tone).containsExactly("state is-closed", "state is-open");
        assertThat(timeline.items()).extracting(Item::label).containsExactly("CLOSED", "OPEN");
        assertThat(timeline.items())
                .extracting(Item::y)
                .containsOnly(item(timeline, "OPEN").y());
    }

    @Test
    void limit_isDrawnWhereItIsDue_unlessThatIsFarAway() {
        Timeline timeline = TimelineLayout.of(List.of(
                at(0, "main", Kind.LIMIT, 0, "deadline", MILLI),
                at(0, "main", Kind.LIMIT, 0, "time-out", 3_600_000 * MILLI),
                at(0, "main", Kind.INVOKED, 1, "call", ""),
                at(2 * MILLI, "main", Kind.OK, 1, "call", ""),
                at(2 * MILLI, "main", Kind.LIMIT, 0, "edited", "soon")));
        assertThat(timeline.limits()).extracting(Timeline.Limit::title).containsExactly("deadline at 1 ms");
        Item call = item(timeline, "call");
        assertThat(timeline.limits().get(0).x()).isBetween(call.x(), call.x() + call.width());
        assertThat(timeline.flags()).extracting(Timeline.Flag::label).containsExactly("deadline");
        assertThat(timeline.instants()).extracting(Timeline.Instant::label).containsExactly("0", "1 ms", "2 ms");
    }

    @Test
    void brokenRule_isMarkedInFull() {
        Timeline timeline = TimelineLayout.of(List.of(at(0, "main", Kind.BROKEN, 0, "expected 1", "but 2")));
        assertThat(timeline.items()).hasSize(1);
        assertThat(timeline.items().get(0).broken()).isTrue();
        assertThat(timeline.items().get(0).label()).isEqualTo("\u2717 rule broken");
        assertThat(timeline.items().get(0).title()).isEqualTo("0: expected 1 \u2192 but 2");
    }

    @Test
    void thousandsOfMoments_areCutVisibly_andBarsEndAtTheCut() {
        List<Moment> all = new ArrayList<>(List.of(at(0, "main", Kind.INVOKED, 1, "before the cut", "")));
        for (int i = 0; i < 1_068; i++) {
            all.add(at(i, "main", Kind.NOTE, 0, "note " + i, ""));
        }
        all.add(at(2_000, "main", Kind.OK, 2, "begun in the cut", ""));
        List<Moment> ends = Moment.ends(all);
        assertThat(ends).hasSize(121);
        Timeline timeline = TimelineLayout.of(ends);
        Item gap = item(timeline, "\u2026 and 950 more");
        assertThat(gap.label()).isEqualTo("\u2026 and 950 more");
        Item before = item(timeline, "before the cut");
        assertThat(before.x() + before.width()).isLessThan(gap.x());
        assertThat(item(timeline, "begun in the cut").x()).isGreaterThan(gap.x() + 100);
        assertThat(timeline.width()).isLessThan(40_000);
    }

    @Test
    void nothing_isDrawnAsNothing() {
        Timeline timeline = TimelineLayout.of(List.of());
        assertThat(timeline.items()).isEmpty();
        assertThat(timeline.lanes()).isEmpty();
    }
}
