package dev.reliability.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
    /** A register that is written (positive) and read (0); a write answers 0. */
    private static final Model<Integer, Integer, Integer> REGISTER = new Model<>() {
        @Override
        public Integer initial() {
            return 0;
        }

        @Override
        public Collection<Integer> after(Integer state, Integer call, Optional<Integer> result) {
            if (call == 0) {
                return result.isEmpty() || result.get().equals(state) ? Set.of(state) : Set.of();
            }
            return Set.of(call);
        }
    };

    private static Operation<Integer, Integer> write(int value, long from, long to) {
        return new Operation<>("w" + value, value, Optional.of(0), from, to);
    }

    private static Operation<Integer, Integer> read(int value, long from, long to) {
        return new Operation<>("r" + value, 0, Optional.of(value), from, to);
    }

    private static Operation<Integer, Integer> lostWrite(int value, long from) {
        return new Operation<>("w" + value, value, Optional.empty(), from, Long.MAX_VALUE);
    }

    private static boolean holds(List<Operation<Integer, Integer>> history) {
        return Linearizability.holds(REGISTER, history);
    }

    @Test
    void nothing_holds() {
        assertThat(holds(List.of())).isTrue();
    }

    @Test
    void readAfterWrite_seesIt() {
        assertThat(holds(List.of(write(7, 1, 2), read(7, 3, 4)))).isTrue();
        assertThat(holds(List.of(write(7, 1, 2), read(0, 3, 4)))).isFalse();
    }

    @Test
    void readDuringWrite_seesEither() {
        assertThat(holds(List.of(write(7, 1, 4), read(0, 2, 3)))).isTrue();
        assertThat(holds(List.of(write(7, 1, 4), read(7, 2, 3)))).isTrue();
        assertThat(holds(List.of(write(7, 1, 4), read(8, 2, 3)))).isFalse();
    }

    @Test
    void laterRead_neverGoesBack() {
        assertThat(holds(List.of(write(7, 1, 8), read(7, 2, 3), read(0, 4, 5)))).isFalse();
        assertThat(holds(List.of(write(7, 1, 8), read(0, 2, 3), read(7, 4, 5)))).isTrue();
    }

    @Test
    void lostWrite_countsOrNot() {
        assertThat(holds(List.of(lostWrite(7, 1), read(0, 2, 3), read(7, 4, 5))))
                .isTrue();
        assertThat(holds(List.of(lostWrite(7, 1), read(0, 2, 3), read(0, 4, 5))))
                .isTrue();
        assertThat(holds(List.of(lostWrite(7, 1), read(7, 2, 3), read(0, 4, 5))))
                .isFalse();
    }

    @Test
    void lostWrite_doesNotHappenBeforeItsCall() {
        assertThat(holds(List.of(read(7, 1, 2), lostWrite(7, 3)))).isFalse();
    }

    @Test
    void order_ofTheListDoesNotMatter() {
        assertThat(holds(List.of(read(7, 3, 4), write(7, 1, 2)))).isTrue();
        assertThat(holds(List.of(read(0, 3, 4), write(7, 1, 2)))).isFalse();
    }

    @Test
    void twelveOverlappingWrites_areDecidedInBothWays() {
        List<Operation<Integer, Integer>> history = new ArrayList<>();
        for (int i = 1; i <= 11; i++) {
            history.add(write(i, i, 100 + i));
        }
        assertThat(Linearizability.holds(REGISTER, with(history, read(11, 200, 201))))
                .isTrue();
        assertThat(Linearizability.holds(REGISTER, with(history, read(12, 200, 201))))
                .isFalse();
    }

    private static <T> List<T> with(List<T> list, T more) {
        List<T> longer = new ArrayList<>(list);
        longer.add(more);
        return longer;
    }

    /** Against a checker that is too simple to be wrong: it tries every order. */
    @Test
    void randomHistories_areDecidedAsByTryingAllOrders() {
        Random random = new Random(1);
        int kept = 0;
        for (int i = 0; i < 2_000; i++) {
            List<Operation<Integer, Integer>> history =
                    IntStream.range(0, 5).mapToObj(each -> any(random)).collect(Collectors.toList());
            boolean expected = someOrder(history, new ArrayList<>());
            assertThat(Linearizability.holds(REGISTER, history))
                    .as("%s", history)
                    .isEqualTo(expected);
            kept += expected ? 1 : 0;
        }
        assertThat(kept).isBetween(200, 1_800);
    }

    private static Operation<Integer, Integer> any(Random random) {
        int call = random.nextInt(3);
        long from = random.nextInt(8);
        if (random.nextInt(6) == 0) {
            return new Operation<>("x", call, Optional.empty(), from, Long.MAX_VALUE);
        }
        int result = call == 0 ? random.nextInt(3) : 0;
        return new Operation<>("x", call, Optional.of(result), from, from + 1 + random.nextInt(6));
    }

    private static boolean someOrder(List<Operation<Integer, Integer>> rest, List<Operation<Integer, Integer>> order) {
        if (rest.stream().allMatch(left -> left.result().isEmpty()) && explains(order)) {
            return true;
        }
        return rest.stream()
                .anyMatch(next ->
                        someOrder(rest.stream().filter(other -> other != next).toList(), with(order, next)));
    }

    private static boolean explains(List<Operation<Integer, Integer>> order) {
        int state = 0;
        for (int i = 0; i < order.size(); i++) {
            Operation<Integer, Integer> next = order.get(i);
            if (order.subList(i + 1, order.size()).stream().anyMatch(later -> later.returned() < next.invoked())) {
                return false;
            }
            if (next.call() == 0 && next.result().isPresent() && next.result().get() != state) {
                return false;
            }
            state = next.call() == 0 ? state : next.call();
        }
        return true;
    }

    @Test
    void longHistory_isRefused() {
        List<Operation<Integer, Integer>> history = IntStream.range(0, 25)
                .mapToObj(i -> write(1, 2L * i, 2L * i + 1))
                .toList();
        assertThatThrownBy(() -> Linearizability.holds(REGISTER, history))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("history must have at most 24 operations, but had 25");
    }

    @Test
    void recording_numbersCallsAndAnswers() {
        Recording<Integer, Integer> recording = new Recording<>();
        var first = recording.asking("a", 7);
        var second = recording.asking("b", 0);
        second.answered(0);
        assertThat(recording.operations())
                .extracting(Object::toString)
                .containsExactly("[1..] a: 7 -> unknown", "[2..3] b: 0 -> 0");
        first.answered(0);
        assertThat(recording.operations().get(0).returned()).isEqualTo(4);
    }

    @Test
    void operation_answeredBeforeItWasAsked_isRefused() {
        assertThatThrownBy(() -> write(1, 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("returned must be after invoked, 2, but was 2");
    }
}
