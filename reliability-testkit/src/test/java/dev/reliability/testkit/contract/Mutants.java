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

/** Runs the mutants of one contract, and keeps its lines of the kill matrix. */
public final class Mutants {
    private static final double KEPT = 0.8; // of the rules that a mutant has not been made for

    private final Class<? extends Contract<?>> mutant;
    private final KillMatrix matrix;
    private final Launch deep;
    private final Launch shallow;
    private final int rules;
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
        this.rules = (int) Rule.areas().stream()
                .filter(found -> found.name().equals(area))
                .map(RuleArea::rules)
                .flatMap(found -> found.stream())
                .filter(rule -> rule.mark() != Mark.I)
                .count();
    }

    /** The mutants of a contract in virtual time, where a try takes no time. */
    public static Mutants inVirtualTime(Class<? extends Contract<?>> mutant, String contract, String area) {
        return new Mutants(
                mutant,
                contract,
                area,
                launch().with("reliability.budget", "PT5S"),
                launch().with("reliability.budget", "PT0.005S")
                        .with("reliability.tries.min", "1")
                        .configured("jqwik.edgecases.default", "NONE"));
    }

    private static Launch launch() {
        return new Launch()
                .with("reliability.conformance", "target/mutants")
                .with("reliability.entries", "100000")
                .with("reliability.waiters", "300")
                .with("reliability.openings", "300")
                .configured("jqwik.shrinking.default", "OFF");
    }

    /** Rules that take long, as those with processes do, are run for their own mutants only. */
    public Mutants sparing(String... rulesThatTakeLong) {
        spared.addAll(List.of(rulesThatTakeLong));
        return this;
    }

    /** The planted defect is found by the rule that it breaks, in the words of that rule, and little else is wrong. */
    public void isKilled(String defect, String rule) {
        Map<String, TestExecutionResult> results = deep.run(mutant, method -> is(method, rule));
        results.putAll(shallow.run(mutant, method -> !is(method, rule) && !spared.contains(Launch.rule(method))));
        matrix.add(defect, results);
        int run = rules - spared.size() + (spared.contains(rule) ? 1 : 0);
        assertThat(results).hasSize(run);
        results.forEach((method, result) -> {
            if (is(method, rule)) {
                assertThat(KillMatrix.isKept(result)).as("%s survives", defect).isFalse();
                assertThat(Launch.message(result)).startsWith(rule + ": expected ");
            }
        });
        assertThat(results.values().stream().filter(KillMatrix::isKept).count())
                .as("rules that %s keeps: %s", defect, results)
                .isGreaterThanOrEqualTo((long) Math.ceil(KEPT * (run - 1)));
    }

    /** What nothing is planted in keeps every rule, or the mutants would show nothing. */
    public void keepsAll() {
        Map<String, TestExecutionResult> results = deep.tries(100).run(mutant, method -> true);
        deep.tries(1000);
        assertThat(results).hasSize(rules);
        results.forEach((method, result) -> assertThat(KillMatrix.isKept(result))
                .as("%s: %s", method, Launch.message(result))
                .isTrue());
    }

    /** What is planted does nothing: it fails every rule for every adapter, each in the words of that rule. */
    public void failsAll(String name) {
        Map<String, TestExecutionResult> results = shallow.run(mutant, method -> true);
        matrix.add(name, results);
        assertThat(results).hasSize(rules);
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
