package dev.reliability.testkit.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the page says; how it looks is {@link PageInBrowserTest}'s. */
class PageTest {
    private static final Result KEPT = ResultsTest.result("RETRY-1", "Retry", "kept", null);
    private static final Result WAIVED = ResultsTest.result("RETRY-2", "Retry", "waived", null);
    private static final Result REFUSED = ResultsTest.result("RETRY-18", "Retry", "refused", null);
    private static final Result BROKEN = ResultsTest.result("RETRY-8", "Retry", "broken", ResultsTest.FAILURE);
    private static final Result NOT_KEPT = ResultsTest.result("RETRY-22", "Retry", "broken", ResultsTest.FAILURE);

    /** Elements in their order, without what they say: attributes and texts of the style left out. */
    private static String structure(String page) {
        return Pattern.compile(
                        "<(/?(?:h\\d|section|article|figure|table|details|pre|svg|main|header|footer|nav|script|link|img)\\b)")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.joining(" "));
    }

    @Test
    void structure_ofAPassingRun() {
        assertThat(structure(Page.of(List.of(KEPT))))
                .isEqualTo(
                        "header h1 /h1 /header main section h2 /h2 section h3 /h3 table /table /section /section /main"
                                + " footer h2 /h2 /footer");
    }

    @Test
    void structure_ofARunWithAFailure_showsItFirst() {
        assertThat(structure(Page.of(List.of(KEPT, BROKEN))))
                .isEqualTo("header h1 /h1 /header main"
                        + " section h2 /h2 article h3 /h3 figure svg /svg svg /svg /figure h4 /h4 pre /pre"
                        + " details table /table /details details pre /pre /details /article /section"
                        + " section h2 /h2 section h3 /h3 table /table /section /section /main footer h2 /h2 /footer");
    }

    @Test
    void page_saysEachOutcomeInWords_withModeTriesAndSeed() {
        String page = Page.of(List.of(KEPT, WAIVED, BROKEN, REFUSED, NOT_KEPT));
        assertThat(page)
                .contains("<title>1 rule is broken", "virtual, 40 tries", "seed <code>-42</code>")
                .contains("RETRY-2 waived</span> by <span class=\"adapter\">Retry</span>: until issue 3 is mended")
                .contains("kept</span>", "refused</span>", "not kept</a>", "broken</a>")
                .contains("Not run: RETRY-3, RETRY-4, ")
                .contains("2026-01-02 03:04:05 (UTC)", "17.0.1");
    }

    @Test
    void failure_saysWhatWasExpected_whatHappened_andHowToRepeatIt() {
        assertThat(Page.of(List.of(BROKEN)))
                .contains(
                        "<dt>Expected</dt><dd>1</dd>",
                        "<dt>But</dt><dd>2</dd>",
                        "<code><span>mvn</span> <span>test</span> </code>")
                .contains("try 17", "Timeline of RETRY-8 by Retry");
    }

    @Test
    void failureWithoutMoments_hasItsMessage_andSaysWhyNothingIsDrawn() {
        Failure thrown = new Failure(1, "threw java.io.IOException", "threw java.io.IOException", "mvn", List.of());
        assertThat(Page.of(List.of(ResultsTest.result("PUSH-1", "Push", "broken", thrown))))
                .contains("<dt>What happened</dt><dd>threw java.io.IOException</dd>", "no time is drawn")
                .doesNotContain("<svg");
    }

    @Test
    void foreignText_isEscapedEverywhere() {
        String evil = "</title></style><script>alert('1')</script>\"'`&amp;{{style}}\0\u202e";
        Moment moment = new Moment(0, evil, Moment.Kind.NOTE, 0, evil, evil);
        Moment broken = new Moment(0, evil, Moment.Kind.BROKEN, 0, evil, evil);
        Failure failure = new Failure(1, evil, evil, evil, List.of(moment, broken));
        Result result = new Result("RETRY-1", evil, false, evil, 1, "broken", evil, evil, evil, evil, evil, failure);
        String page = Page.of(List.of(result));
        assertThat(page)
                .doesNotContain("<script", "alert('", "\0", "\u202e", "\"'`")
                .contains("&lt;script&gt;");
        assertThat(page.split("</style>")).hasSize(2);
        assertThat(page.split("</title>").length).as("only our own").isEqualTo(1 + count(page, "<title"));
    }

    private static int count(String text, String what) {
        return text.split(Pattern.quote(what), -1).length - 1;
    }

    @Test
    void page_needsNothingElse() {
        assertThat(Page.of(List.of(KEPT, BROKEN)))
                .doesNotContain("<script", "<link", "<img", "url(", "@import", "http:", "https:", "onclick", "src=");
    }

    @Test
    void ruleBrokenByTwoAdapters_isOneRule_andEachHasAnAnchor() {
        String page = Page.of(List.of(
                ResultsTest.result("RETRY-8", "one", "broken", ResultsTest.FAILURE),
                ResultsTest.result("RETRY-8", "two", "broken", ResultsTest.FAILURE)));
        assertThat(page).contains("<title>1 rule is broken", "<span class=\"number\">2</span>");
        List<String> ids = attributes(page, "id");
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(attributes(page, "href")).allSatisfy(href -> assertThat(ids).contains(href.substring(1)));
    }

    private static List<String> attributes(String page, String name) {
        return Pattern.compile(" " + name + "=\"([^\"]*)\"")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void headings_leaveOutNoLevel_andTablesHaveScopes() {
        String page = Page.of(List.of(KEPT, BROKEN));
        List<Integer> levels = Pattern.compile("<h(\\d)")
                .matcher(page)
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
        assertThat(levels.get(0)).isEqualTo(1);
        IntStream.range(1, levels.size())
                .forEach(i -> assertThat(levels.get(i)).isLessThanOrEqualTo(levels.get(i - 1) + 1));
        assertThat(page).contains("<html lang=\"en\">").doesNotContainPattern("<th(?![^>]*scope=)[ >]");
    }

    @Test
    void hugeFailure_isCutVisibly() {
        List<Moment> moments = Stream.iterate(0, i -> i + 1)
                .limit(1_070)
                .map(i -> new Moment(i, "main", Moment.Kind.NOTE, 0, "note " + i, ""))
                .toList();
        Failure huge = new Failure(1, "x".repeat(5_000), "y".repeat(50_000), "mvn", moments);
        String page = Page.of(List.of(ResultsTest.result("RETRY-1", "z".repeat(5_000), "broken", huge)));
        assertThat(page)
                .contains("\u2026 and 950 more", "\u2026 and 3000 more characters", "\u2026 and 30000 more characters")
                .contains("\u2026 and 4800 more characters");
        assertThat(page.length()).isLessThan(300_000);
    }

    @Test
    void noResults_areSaidPlainly() {
        assertThat(Page.of(List.of())).contains("No rule was run");
    }
}
