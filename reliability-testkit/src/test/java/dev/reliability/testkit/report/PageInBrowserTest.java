package dev.reliability.testkit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.reliability.testkit.contract.Contract;
import dev.reliability.testkit.contract.Launch;
import dev.reliability.testkit.contract.breaker.BrokenBreaker;
import dev.reliability.testkit.contract.breaker.CoreBreakerContractTest;
import dev.reliability.testkit.contract.mutex.BrokenMutex;
import dev.reliability.testkit.contract.mutex.CoreMutexContractTest;
import dev.reliability.testkit.contract.retry.BrokenRetry;
import dev.reliability.testkit.contract.retry.CoreRetryContractTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;
import org.slf4j.LoggerFactory;

/**
 * The page as a person sees it, in headless Chromium, with scripts switched off: of a run in which all is well, and of a run
 * with three different failures. Pictures of both stay in {@code target/conformance-pictures}.
 */
class PageInBrowserTest {
    private static final Path PICTURES = Path.of("target", "conformance-pictures");
    private static final Map<String, Integer> SCREENS = Map.of("phone", 375, "desktop", 1280);

    @TempDir
    static Path directory;

    private static Browser browser; // null where there is none

    @BeforeAll
    static void start() throws IOException {
        browser = Browser.start(directory.resolve("profile")).orElse(null);
        if (browser == null) {
            String reason = "no Chromium with its driver was found: the page is NOT tested in a browser";
            LoggerFactory.getLogger(PageInBrowserTest.class).warn(reason); // surefire prints none
            abort(reason);
        }
        run("passing", CoreRetryContractTest.class, method -> method.matches("retry_[1-9]_.*"));
        run("passing", CoreBreakerContractTest.class, method -> method.matches("breaker_[1-5]_.*"));
        run("passing", CoreMutexContractTest.class, method -> method.matches("mutex_[1-5]_.*"));
        run("failing", BrokenRetry.class, method -> method.matches("retry_[18]_.*"));
        run("failing", BrokenBreaker.class, method -> method.matches("breaker_[35]_.*"));
        run("failing", BrokenMutex.class, method -> method.matches("mutex_[16]_.*"));
        Results.show(directory.resolve("passing"));
        Results.show(directory.resolve("failing"));
    }

    private static void run(String report, Class<? extends Contract<?>> contract, Predicate<String> methods) {
        assertThat(new Launch()
                        .with(
                                "reliability.conformance",
                                directory.resolve(report).toString())
                        .with("reliability.budget", "PT0.01S")
                        .configured("jqwik.tries.default", "200")
                        .run(contract, methods))
                .isNotEmpty();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    private static Path page(String report) {
        return directory.resolve(report).resolve("index.html");
    }

    @TestFactory
    Stream<DynamicTest> page_fitsTheScreen_andWhatIsWideScrollsInItsBox() {
        return Stream.of("passing", "failing")
                .flatMap(report -> SCREENS.keySet().stream()
                        .flatMap(screen -> Stream.of(false, true)
                                .map(dark -> DynamicTest.dynamicTest(
                                        name(report, screen, dark), () -> fits(report, screen, dark)))));
    }

    private static String name(String report, String screen, boolean dark) {
        return report + "-" + screen + (dark ? "-dark" : "-light");
    }

    private static void fits(String report, String screen, boolean dark) throws IOException {
        browser.open(page(report), SCREENS.get(screen), dark);
        assertThat(browser.ask("window.innerWidth")).isEqualTo((long) SCREENS.get(screen));
        assertThat((long) browser.ask("document.documentElement.scrollWidth"))
                .as("nothing to be scrolled sideways")
                .isLessThanOrEqualTo(SCREENS.get(screen));
        String dim = (String) browser.ask("getComputedStyle(document.body).backgroundColor");
        assertThat(dim).isEqualTo(dark ? "rgb(13, 17, 23)" : "rgb(255, 255, 255)");
        browser.picture(PICTURES.resolve(name(report, screen, dark) + ".png"));
    }

    @Test
    void scripts_areOff() throws IOException {
        Path page = directory.resolve("script.html");
        Files.writeString(page, "<p>before</p><script>document.querySelector('p').textContent = 'after'</script>");
        browser.open(page, SCREENS.get("desktop"), false);
        assertThat(browser.find("p")).extracting(WebElement::getText).containsExactly("before");
    }

    @Test
    void failures_areSeen_eachWithItsTimeline_andItsCommand() {
        browser.open(page("failing"), SCREENS.get("phone"), false);
        assertThat(browser.find("h1").get(0).getText()).isEqualTo("\u2717 3 rules are broken");
        List<WebElement> failures = browser.find("article.failure");
        assertThat(failures).hasSize(3);
        for (WebElement failure : failures) {
            assertThat(failure.getText()).contains("-Dreliability.seed=", "Expected", "But");
        }
        List<WebElement> drawings = browser.find(".drawing .scroll svg");
        assertThat(drawings).hasSize(3).allMatch(WebElement::isDisplayed);
        assertThat(browser.find(".item.broken line")).hasSize(3);
        assertThat(browser.find(".contents a"))
                .extracting(WebElement::getText)
                .containsExactly(
                        "RETRY-8 by Retry that sleeps too long",
                        "BREAKER-5 by Breaker that forgives",
                        "MUTEX-6 by Mutex that is freed twice");
    }

    @Test
    void labels_ofABar_endInsideIt() {
        browser.open(page("failing"), SCREENS.get("desktop"), false);
        Object wide = browser.ask("Array.from(document.querySelectorAll('.item')).filter(item => {"
                + " const bar = item.querySelector('rect'); const text = item.querySelector('text');"
                + " return bar && text.getComputedTextLength() + 5 > bar.width.baseVal.value; })"
                + ".map(item => item.textContent)");
        assertThat((List<?>) wide).isEmpty();
        assertThat((long) browser.ask("document.querySelectorAll('.item rect').length"))
                .isPositive();
    }

    @TestFactory
    Stream<DynamicTest> text_standsOutFromWhatIsBehindIt() {
        return Stream.of(false, true)
                .map(dark -> DynamicTest.dynamicTest(dark ? "dark" : "light", () -> {
                    browser.open(page("failing"), SCREENS.get("desktop"), dark);
                    Object faint = browser.ask(CONTRAST);
                    assertThat((List<?>) faint).as("contrast below 4.5").isEmpty();
                }));
    }

    /** Contrast by WCAG 2: texts of the page against the nearest background, texts of a bar against the bar. */
    private static final String CONTRAST = """
            (() => {
              const light = colour => { const c = colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
                  .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]; };
              const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
                return (x + 0.05) / (y + 0.05); };
              const behind = element => { for (let e = element; e; e = e.parentElement) {
                const colour = getComputedStyle(e).backgroundColor;
                if (!colour.endsWith(', 0)')) { return colour; } } };
              const faint = [];
              document.querySelectorAll('body *').forEach(e => {
                const own = Array.from(e.childNodes).some(n => n.nodeType === 3 && n.data.trim());
                if (!own || e.closest('title, desc')) { return; }
                const style = getComputedStyle(e); const bar = e.closest('svg') && e.parentElement.querySelector('rect');
                const back = bar && bar.classList.length === 0 ? getComputedStyle(bar).fill : behind(e);
                const ratio = contrast(e.closest('svg') ? style.fill : style.color, back);
                if (ratio < 4.5) { faint.push(e.tagName + ' ' + e.textContent + ' ' + ratio); }
              });
              return faint;
            })()""";
}
