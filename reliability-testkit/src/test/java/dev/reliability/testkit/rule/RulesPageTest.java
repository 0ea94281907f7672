package dev.reliability.testkit.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The rules, and the page that is made of them. */
class RulesPageTest {
    private static final Path PAGE = Path.of("..", "docs", "rules.md");

    /** To write the page instead: {@code ./mvnw test -pl reliability-testkit -am -Dtest=RulesPageTest -Drules.write=true}. */
    @Test
    void page_isWhatTheDataGive() throws IOException {
        String page = page();
        if (Boolean.getBoolean("rules.write")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("write it by -Dtest=RulesPageTest -Drules.write=true")
                .hasContent(page);
    }

    @Test
    void all_isTheWholeCatalogue() {
        assertThat(Rule.all()).hasSize(160).extracting(Rule::id).doesNotHaveDuplicates();
        assertThat(Rule.areas()).hasSize(14).extracting(RuleArea::name).contains("PUSH", "LIMIT");
        for (RuleArea area : Rule.areas()) {
            int number = 0;
            for (Rule rule : area.rules()) {
                assertThat(rule.id()).isEqualTo(area.name() + "-" + ++number);
                assertThat(rule.text()).isNotBlank();
            }
        }
    }

    @Test
    void of_knownId_givesTheRule() {
        Rule rule = Rule.of("PUSH-4");
        assertThat(rule.mark()).isEqualTo(Mark.O);
        assertThat(rule.area()).isEqualTo("PUSH");
        assertThat(rule.text()).startsWith("(process) Silent prints nothing");
    }

    @Test
    void of_unknownId_saysSo() {
        assertThatThrownBy(() -> Rule.of("PUSH-99"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("id must be that of a rule, such as PUSH-1, but was PUSH-99");
    }

    private static String page() {
        StringBuilder page = new StringBuilder("# Rules\n\n");
        page.append("What this library promises, and what the contracts of the test kit check. An id never changes.\n");
        page.append("This page is generated from the data that the tests use.\n\n");
        page.append("| mark | who keeps it | meaning |\n| --- | --- | --- |\n");
        for (Mark mark : Mark.values()) {
            page.append("| ").append(mark).append(" | ").append(mark.title());
            page.append(" | ").append(mark.meaning()).append(" |\n");
        }
        page.append("\nA word in brackets at the beginning of a rule is the capability that it belongs to.");
        page.append(" \"Why\" names the real defect behind a rule; \"was\" means that it has been mended since.");
        page.append(" Time is the monotonic time of the injected source.\n");
        for (RuleArea area : Rule.areas()) {
            page.append("\n## ").append(area.name());
            page.append(area.subject().isEmpty() ? "" : ": " + area.subject()).append("\n\n");
            page.append("| id | mark | rule | why |\n| --- | --- | --- | --- |\n");
            for (Rule rule : area.rules()) {
                page.append("| ").append(rule.id()).append(" | ").append(rule.mark());
                page.append(" | ").append(cell(rule.text())).append(" | ").append(cell(rule.why()));
                page.append(" |\n");
            }
        }
        return page.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
