package dev.reliability.testkit.report;

import dev.reliability.testkit.rule.Mark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the template of the page reads. */
record PageView(
        String style,
        String verdict,
        String sign,
        List<Count> counts,
        List<Adapter> adapters,
        String when,
        String jdks,
        List<FailureView> failures,
        List<Note> notes,
        List<AreaView> areas,
        List<Meaning> words) {
    /** How many results have an outcome. */
    record Count(int number, String sign, String word, String tone) {}

    /** What was under test. */
    record Adapter(String name, boolean own) {}

    /** What has a reason or a remark. */
    record Note(String rule, String adapter, String sign, String word, String tone, String note) {}

    /** A word of the page, explained. */
    record Meaning(String word, String meaning) {}

    static PageView of(List<Result> results, String style) {
        List<FailureView> failures = new ArrayList<>();
        for (Result result : results) {
            if (result.failure() != null && Word.of(result) == Word.BROKEN) {
                failures.add(FailureView.of(result, result.failure()));
            }
        }
        for (Result result : results) { // what should be better comes after what must be
            if (result.failure() != null && Word.of(result) != Word.BROKEN) {
                failures.add(FailureView.of(result, result.failure()));
            }
        }
        long broken = results.stream()
                .filter(result -> Word.of(result) == Word.BROKEN)
                .map(Result::rule)
                .distinct()
                .count();
        return new PageView(
                style,
                verdict(results, broken),
                results.isEmpty() ? Word.NOT_RUN.sign() : broken == 0 ? Word.KEPT.sign() : Word.BROKEN.sign(),
                counts(results),
                adapters(results),
                when(results),
                distinct(results.stream().map(Result::jdk)),
                failures,
                notes(results),
                AreaView.all(results),
                explained());
    }

    boolean anyFailures() {
        return !failures.isEmpty();
    }

    boolean anyNotes() {
        return !notes.isEmpty();
    }

    /** The colour of the verdict. */
    String tone() {
        return sign.equals(Word.KEPT.sign()) ? "kept" : "broken";
    }

    private static String verdict(List<Result> results, long broken) {
        if (results.isEmpty()) {
            return "No rule was run";
        }
        return broken == 0 ? "No rule is broken" : broken + (broken == 1 ? " rule is broken" : " rules are broken");
    }

    private static List<Count> counts(List<Result> results) {
        List<Count> counts = new ArrayList<>();
        for (Word word : Word.values()) {
            int number = (int)
                    results.stream().filter(result -> Word.of(result) == word).count();
            if (number > 0 || word == Word.KEPT || word == Word.BROKEN) {
                String tone = number == 0 ? Word.NOT_RUN.tone() : word.tone();
                counts.add(new Count(number, word.sign(), word.word(), tone));
            }
        }
        return counts;
    }

    private static List<Adapter> adapters(List<Result> results) {
        Map<String, Adapter> adapters = new LinkedHashMap<>();
        results.forEach(result -> adapters.put(result.adapter(), new Adapter(result.adapter(), result.own())));
        return List.copyOf(adapters.values());
    }

    /** From the oldest result to the newest: a file may hold results of several runs. */
    private static String when(List<Result> results) {
        List<String> times = results.stream()
                .map(Result::at)
                .filter(time -> !time.isEmpty())
                .map(time -> time.replace("T", " ").replace("Z", ""))
                .sorted()
                .toList();
        if (times.isEmpty()) {
            return "not known";
        }
        String first = times.get(0);
        String last = times.get(times.size() - 1);
        return (first.equals(last) ? last : first + " to " + last) + " (UTC)";
    }

    private static String distinct(Stream<String> values) {
        String all =
                values.filter(value -> !value.isEmpty()).distinct().sorted().collect(Collectors.joining(", "));
        return all.isEmpty() ? "not known" : all;
    }

    private static List<Note> notes(List<Result> results) {
        List<Note> notes = new ArrayList<>();
        for (Result result : results) {
            if (!result.note().isEmpty()) {
                Word word = Word.of(result);
                String text = word == Word.WAIVED ? result.note() : "should be so, but is not: " + result.note();
                notes.add(new Note(result.rule(), result.adapter(), word.sign(), word.word(), word.tone(), text));
            }
        }
        return notes;
    }

    private static List<Meaning> explained() {
        List<Meaning> words = new ArrayList<>();
        for (Word word : Word.values()) {
            words.add(new Meaning(word.sign() + " " + word.word(), word.meaning()));
        }
        for (Mark mark : Mark.values()) {
            if (mark != Mark.I) {
                words.add(new Meaning(mark.name(), mark.title() + ": " + mark.meaning()));
            }
        }
        words.add(new Meaning("virtual", "in virtual time, which moves on when all threads wait"));
        words.add(new Meaning("own-clock", "virtual time as far as a clock goes; threads block as they do"));
        words.add(new Meaning(
                "simulated",
                "one thread at a time, in an order that the seed decides; every other try in virtual time"));
        words.add(new Meaning("real", "in real time"));
        words.add(new Meaning("process", "against a process of its own, in real time"));
        return words;
    }
}
