package dev.reliability.testkit.report;

import static java.util.Objects.requireNonNull;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The page that shows the results: one file that needs nothing else, no script, no font, no network. What it shows is a
 * function of {@code rules.json}.
 */
final class Page {
    /** Escapes for HTML, what cannot be seen is shown; what is missing from the view is a mistake. */
    private static final Mustache.Compiler COMPILER = Mustache.compiler()
            .withFormatter(value -> Text.visible(String.valueOf(value)))
            .emptyStringIsFalse(true)
            .strictSections(true);

    private static final Template TEMPLATE = COMPILER.compile(resource("page.mustache"));
    private static final String STYLE = resource("page.css");

    private Page() {}

    /** The page of results, in the order of the catalogue. */
    static String of(List<Result> results) {
        return TEMPLATE.execute(PageView.of(results, STYLE));
    }

    private static String resource(String name) {
        try (InputStream in = requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
