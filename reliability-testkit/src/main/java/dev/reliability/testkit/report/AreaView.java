package dev.reliability.testkit.report;

import dev.reliability.testkit.rule.Mark;
import dev.reliability.testkit.rule.Rule;
import dev.reliability.testkit.rule.RuleArea;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules of an area by the adapters that were tried with it. */
record AreaView(String name, String subject, List<String> adapters, List<Row> rows, String notRun) {
    /** A rule. */
    record Row(String rule, String mark, String meaning, List<Text.Part> promise, List<Cell> cells) {}

    /** What came of it for one adapter. */
    record Cell(
            String adapter, String sign, String word, String tone, String href, String how, String seed, String note) {
        static Cell of(String adapter, Optional<Result> found) {
            Word word = found.map(Word::of).orElse(Word.NOT_RUN);
            return new Cell(
                    adapter,
                    word.sign(),
                    word.word(),
                    word.tone(),
                    found.filter(result -> result.failure() != null)
                            .map(result -> "#" + FailureView.anchor(result))
                            .orElse(""),
                    found.map(Cell::how).orElse(""),
                    found.map(Result::seed).orElse(""),
                    found.map(Result::note).orElse(""));
        }

        private static String how(Result result) {
            return result.tries() == 0
                    ? ""
                    : result.mode() + ", " + result.tries() + (result.tries() == 1 ? " try" : " tries");
        }
    }

    /** All areas with results. */
    static List<AreaView> all(List<Result> results) {
        return Rule.areas().stream()
                .map(area -> of(area, results))
                .filter(area -> !area.adapters.isEmpty())
                .toList();
    }

    private static AreaView of(RuleArea area, List<Result> all) {
        List<Result> results = all.stream()
                .filter(result -> Rule.of(result.rule()).area().equals(area.name()))
                .toList();
        List<String> adapters =
                results.stream().map(Result::adapter).distinct().sorted().toList();
        Set<String> run = results.stream().map(Result::rule).collect(Collectors.toSet());
        List<Row> rows = area.rules().stream()
                .filter(rule -> run.contains(rule.id()))
                .map(rule -> row(rule, adapters, results))
                .toList();
        String notRun = area.rules().stream()
                .filter(rule -> rule.mark() != Mark.I && !run.contains(rule.id()))
                .map(Rule::id)
                .collect(Collectors.joining(", "));
        return new AreaView(area.name(), area.subject(), adapters, rows, notRun);
    }

    private static Row row(Rule rule, List<String> adapters, List<Result> results) {
        List<Cell> cells = adapters.stream()
                .map(adapter -> Cell.of(
                        adapter,
                        results.stream()
                                .filter(result -> result.rule().equals(rule.id())
                                        && result.adapter().equals(adapter))
                                .findFirst()))
                .toList();
        Mark mark = rule.mark();
        return new Row(rule.id(), mark.name(), mark.title() + ": " + mark.meaning(), Text.parts(rule.text()), cells);
    }
}
