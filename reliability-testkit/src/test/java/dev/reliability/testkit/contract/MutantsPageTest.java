package dev.reliability.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.rule.Mark;
import dev.reliability.testkit.rule.Rule;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The mutants of all contracts, and the page that lists them: no rule is without one. */
class MutantsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "mutants.md");

    /** Area to the enum of what is planted. */
    private static final Map<String, String> DEFECTS = new TreeMap<>(Map.of(
            "BREAKER", "breaker.BreakerDefect",
            "CLEANUP", "cleanup.CleanupDefect",
            "DEADLINE", "deadline.DeadlineDefect",
            "LIMIT", "limit.LimiterDefect",
            "MUTEX", "mutex.MutexDefect",
            "PUSH", "push.Defect",
            "RETRY", "retry.RetryDefect"));

    /** To write the page instead: {@code -Dtest=MutantsPageTest -Drules.write=true}. */
    @Test
    void page_isWhatTheMutantsGive() throws Exception {
        String page = page();
        if (Boolean.getBoolean("rules.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("write it by -Dtest=MutantsPageTest -Drules.write=true")
                .hasContent(page);
    }

    @Test
    void everyRuleThatFails_hasAMutant() throws Exception {
        for (String area : DEFECTS.keySet()) {
            assertThat(mutants(area).keySet())
                    .containsExactlyInAnyOrderElementsOf(rules(area).stream()
                            .filter(rule -> rule.mark() == Mark.E || rule.mark() == Mark.O)
                            .map(Rule::id)
                            .toList());
        }
    }

    private static List<Rule> rules(String area) {
        return Rule.all().stream().filter(rule -> rule.area().equals(area)).toList();
    }

    /** Rule to what is planted. */
    private static Map<String, String> mutants(String area) throws ReflectiveOperationException {
        Class<?> defects = Class.forName(MutantsPageTest.class.getPackageName() + "." + DEFECTS.get(area));
        Method rule = defects.getDeclaredMethod("rule");
        rule.setAccessible(true);
        Map<String, String> mutants = new TreeMap<>();
        for (Object defect : defects.getEnumConstants()) {
            if (!defect.toString().equals("NONE")) {
                String name = defect.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
                mutants.merge(rule.invoke(defect).toString(), name, (some, more) -> some + "; " + more);
            }
        }
        return mutants;
    }

    private static String page() throws IOException, ReflectiveOperationException {
        StringBuilder page = new StringBuilder("# Mutants\n\n");
        page.append(
                "What shows that each rule of a contract finds what it is there for. A mutant is a working adapter with\n");
        page.append(
                "one planted defect. The build runs it with its rule, which has to fail in the words of that rule, and\n");
        page.append(
                "with other rules, nearly all of which have to be kept: with a sample of them, and with all in the\n");
        page.append(
                "profile `long`. What each run saw stands in `reliability-testkit/target/conformance/kill-matrix.json`.\n");
        page.append("This page is generated from the data that the tests use.\n");
        for (String area : DEFECTS.keySet()) {
            Map<String, String> mutants = mutants(area);
            page.append("\n## ").append(area).append("\n\n| rule | has to find |\n| --- | --- |\n");
            for (Rule rule : rules(area)) {
                if (mutants.containsKey(rule.id())) {
                    page.append("| ").append(rule.id()).append(" | ");
                    page.append(mutants.get(rule.id())).append(" |\n");
                }
            }
        }
        return page.toString();
    }
}
