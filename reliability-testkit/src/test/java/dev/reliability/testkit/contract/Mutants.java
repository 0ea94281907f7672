package dev.reliability.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.rule.Mark;
import dev.reliability.testkit.rule.Rule;
import dev.reliability.testkit.rule.RuleArea;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.platform.engine.TestExecutionResult;

/**
 * Runs the mutants of one contract, and keeps its lines of the kill matrix.
 *
 * <p>Each is run with the rule that it breaks and, by default, with a sample of the others: a different one for each
 * mutant, the same in every run. Where the sample does not show that nearly all others are kept, and in the profile
 * "long", it is run with all.
 */
public final class Mutants {
    private static final double KEPT = 0.8; // of the rules that a mutant has not been made for
    private static final int SAMPLE = Integer.getInteger("mutant.rules", Integer.MAX_VALUE);

    private static final int MOST_TRIES = 10_000; // of the rule that has to find a defect: races need some

    private final Class<? extends Contract<?>> mutant;
    private final KillMatrix matrix;
    private final Launch deep;
    private final Launch shallow;
    private final List<String> rules;
    private final Set<String> spared = new HashSet<>();

    /**
     * The mutants of a contract.
     *
     * @param mutant a contract test class of whatever is planted
     * @param contract the name of the contract
     * @param area of its rules
     * @param deep enough tries to meet a defect for certain
     * @param shallow as many tries as fit a blink, at least one
     */
    public Mutants(Class<? extends Contract<?>> mutant, String contract, String area, Launch deep, Launch shallow) {
        this.mutant = mutant;
        this.matrix = new KillMatrix(contract);
        this.deep = deep;
        this.shallow = shallow;
        this.rules = Rule.areas().stream()
                .filter(found -> found.name().equals(area))
                .map(RuleArea::rules)
                .flatMap(found -> found.stream())
                .filter(rule -> rule.mark() != Mark.I)
                .map(Rule::id)
                .toList();
    }

    /** The mutants of a contract in virtual time, where a try takes no time. */
    public static Mutants inVirtualTime(Class<? extends Contract<?>> mutant, String contract, String area) {
        return new Mutants(
                mutant,
                contract,
                area,
                launch(contract).tries(MOST_TRIES).with("reliability.budget", "PT30S"),
                launch(contract)
                        .with("reliability.budget", "PT0.005S")
                        .with("reliability.tries.min", "1")
                        .configured("jqwik.edgecases.default", "NONE"));
    }

    private static Launch launch(String contract) {
        return new Launch()
                .with("reliability.conformance", "target/mutants/" + contract) // which stays small
                .with("reliability.patience", "PT5S")
                .with("reliability.entries", "100000")
                .with("reliability.waiters", "300")
                .with("reliability.openings", "300")
                .configured("jqwik.shrinking.default", "OFF");
    }

    /** Rules that take long, as those with processes do, are run for their own mutants only, but in the profile "long". */
    public Mutants sparing(String... rulesThatTakeLong) {
        if (SAMPLE < rules.size()) {
            spared.addAll(List.of(rulesThatTakeLong));
        }
        return this;
    }

    /** The planted defect is found by the rule that it breaks, in the words of that rule, and little else is wrong. */
    public void isKilled(String defect, String rule) {
        List<String> others = rules.stream()
                .filter(other -> !other.equals(rule) && !spared.contains(other))
                .toList();
        Set<String> sample = sample(others, defect.hashCode());
        Map<String, TestExecutionResult> results = deep.run(mutant, method -> is(method, rule));
        assertThat(results).as("results of %s", rule).hasSize(1);
        results.values().forEach(result -> {
            assertThat(KillMatrix.isKept(result)).as("%s survives", defect).isFalse();
            assertThat(Launch.message(result)).startsWith(rule + ": expected ");
        });
        results.putAll(shallow.run(mutant, method -> sample.contains(Launch.rule(method))));
        if (!isNearlyAll(kept(results), sample.size())) {
            results.putAll(shallow.run(mutant, method -> {
                String other = Launch.rule(method);
                return others.contains(other) && !sample.contains(other);
            }));
        }
        matrix.add(defect, results);
        assertThat(results.size()).isIn(1 + sample.size(), 1 + others.size());
        assertThat(isNearlyAll(kept(results), results.size() - 1))
                .as("%s keeps nearly all of %s", defect, results)
                .isTrue();
    }

    /** So many in a row from anywhere, which is the same place in every run. */
    private static Set<String> sample(List<String> others, int where) {
        Set<String> sample = new HashSet<>();
        for (int i = 0; i < Math.min(SAMPLE, others.size()); i++) {
            sample.add(others.get(Math.floorMod(where + i, others.size())));
        }
        return sample;
    }

    private static long kept(Map<String, TestExecutionResult> results) {
        return results.values().stream().filter(KillMatrix::isKept).count();
    }

    private static boolean isNearlyAll(long kept, int of) {
        return kept >= (long) Math.ceil(KEPT * of);
    }

    /** What nothing is planted in keeps every rule, or the mutants would show nothing. */
    public void keepsAll() {
        Map<String, TestExecutionResult> results = deep.tries(20).run(mutant, method -> true);
        deep.tries(MOST_TRIES);
        assertThat(results).hasSameSizeAs(rules);
        results.forEach((method, result) -> assertThat(KillMatrix.isKept(result))
                .as("%s: %s", method, Launch.message(result))
                .isTrue());
    }

    /** What is planted does nothing: it fails every rule for every adapter, each in the words of that rule. */
    public void failsAll(String name) {
        Map<String, TestExecutionResult> results = shallow.run(mutant, method -> true);
        matrix.add(name, results);
        assertThat(results).hasSameSizeAs(rules);
        results.forEach((method, result) -> {
            if (Rule.of(Launch.rule(method)).mark() == Mark.E) {
                assertThat(KillMatrix.isKept(result)).as(method).isFalse();
            }
            if (!KillMatrix.isKept(result)) {
                assertThat(Launch.message(result)).startsWith(Launch.rule(method) + ": ");
            }
        });
    }

    /** Writes the matrix. */
    public void write() throws IOException {
        matrix.write();
    }

    private static boolean is(String method, String rule) {
        return Launch.rule(method).equals(rule);
    }
}
