package dev.reliability.example.push.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reliability.example.push.config.Destination.BreakerSettings;
import dev.reliability.example.push.config.Destination.RetrySettings;
import dev.reliability.example.push.failure.Problems;
import dev.reliability.example.push.http.HttpUrl;
import dev.reliability.example.push.json.Fields;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the shape of a configuration and takes its values. It is run on the configuration as written, where a string that
 * holds a placeholder is not yet what it will be and is passed over, and again on the filled one, where no string is passed
 * over and which alone gives values. {@code flow.schema.json} says the same for editors; a test keeps the two in step.
 */
final class FlowCheck {
    private static final List<String> PLATFORMS = List.of("server", "web");
    private static final List<String> METHODS = List.of("POST", "PUT");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** What this program or the HTTP client sets. */
    private static final Set<String> OWN_HEADERS =
            Set.of("connection", "content-length", "expect", "host", "idempotency-key", "upgrade", "transfer-encoding");

    private static final int FIRST_DELAY_MS = 100;
    private static final int MAX_DELAY_MS = 2_000;

    /** Stands for a URL that is wrong or not yet known. Nothing can be sent to it. */
    private static final URI NONE = URI.create("none:none");

    private final Problems problems;
    private final boolean filled;

    private FlowCheck(Problems problems, boolean filled) {
        this.problems = problems;
        this.filled = filled;
    }

    /** Checks a configuration as written: its placeholders are not filled. */
    static void written(JsonNode document, Problems problems) {
        new FlowCheck(problems, false).check(document);
    }

    /** Checks a configuration whose placeholders are filled, and gives what it says. */
    static Shape filled(JsonNode document, Problems problems) {
        return new FlowCheck(problems, true).check(document);
    }

    /** What a configuration says, as far as it is sound. */
    record Shape(String platform, @Nullable String script, List<String> files, List<Destination> destinations) {}

    private Shape check(JsonNode document) {
        Fields fields = Fields.of(document, "", problems);
        fields.has("$schema");
        fields.text("name");
        String platform = oneOf(fields, "platform", PLATFORMS, fields.requiredText("platform"));
        Fields code = fields.object("flow");
        if (!fields.has("flow")) {
            fields.problem("flow", "is missing: give the flow's JavaScript as \"script\" or as \"files\"");
        }
        String script = code.text("script");
        List<String> files = code.texts("files");
        if (fields.value("flow").isObject()) {
            if (code.has("script") == code.has("files")) {
                fields.problem("flow", "must have either \"script\" or \"files\"");
            }
            if (files != null && code.value("files").isEmpty()) {
                code.problem("files", "must name at least one file");
            }
            code.nothingElse();
        }
        List<Destination> destinations = destinations(fields);
        fields.has("environments");
        fields.nothingElse();
        return new Shape(platform, script, files == null ? List.of() : files, destinations);
    }

    private List<Destination> destinations(Fields fields) {
        Fields named = fields.object("destinations");
        if (!fields.has("destinations")) {
            fields.problem("destinations", "is missing: name at least one");
        } else if (fields.value("destinations").isObject()
                && fields.value("destinations").isEmpty()) {
            fields.problem("destinations", "must name at least one");
        }
        return new ArrayList<>(named.each(name -> {
                    if (!NAME.matcher(name).matches()) {
                        named.problem(name, "must be named by a letter, then letters, digits, - and _, 64 at most");
                    }
                    return destination(name, named.object(name));
                })
                .values());
    }

    private Destination destination(String name, Fields fields) {
        URI url = url(fields);
        String method = oneOf(fields, "method", METHODS, fields.has("method") ? fields.requiredText("method") : "POST");
        Map<String, String> headers = headers(fields);
        Duration answerWithin = Duration.ofMillis(fields.number("timeoutMs", 1, 600_000, 5_000));
        RetrySettings retry = retry(fields.object("retry"));
        Fields breaker = fields.object("breaker");
        BreakerSettings breakerSettings = new BreakerSettings(
                breaker.number("failures", 1, 1_000, 5),
                Duration.ofMillis(breaker.number("openMs", 1, 3_600_000, 60_000)));
        breaker.nothingElse();
        fields.nothingElse();
        return new Destination(name, url, method, headers, answerWithin, retry, breakerSettings);
    }

    private static RetrySettings retry(Fields fields) {
        int attempts = fields.number("maxAttempts", 1, 100, 4);
        // 0: not given, or wrong and told of; the default then gives way to what is given.
        int first = fields.number("firstDelayMs", 1, 60_000, 0);
        int longest = fields.number("maxDelayMs", 1, 600_000, 0);
        if (first > 0 && longest > 0 && longest < first) {
            fields.problem("maxDelayMs", "must be at least firstDelayMs, " + first + ", but was " + longest);
        }
        fields.nothingElse();
        int firstOrDefault = first > 0 ? first : longest > 0 ? Math.min(FIRST_DELAY_MS, longest) : FIRST_DELAY_MS;
        int longestOrDefault = longest > 0 ? longest : Math.max(MAX_DELAY_MS, first);
        return new RetrySettings(attempts, Duration.ofMillis(firstOrDefault), Duration.ofMillis(longestOrDefault));
    }

    private static Map<String, String> headers(Fields fields) {
        Fields headers = fields.object("headers");
        return headers.each(name -> {
            String value = headers.text(name);
            if (!HEADER.matcher(name).matches()) {
                headers.problem(name, "is not the name of an HTTP header");
            } else if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                headers.problem(name, "is set by this program and cannot be configured");
            } else if (value != null && value.chars().anyMatch(c -> c < ' ' || c > '~')) {
                headers.problem(name, "must be printable ASCII in one line");
            }
            return value;
        });
    }

    private URI url(Fields fields) {
        String text = fields.requiredText("url");
        if (text.isEmpty() || isOpen(text)) {
            return NONE;
        }
        try {
            return HttpUrl.of(text);
        } catch (HttpUrl.Malformed e) {
            fields.problem("url", String.valueOf(e.getMessage()));
            return NONE;
        }
    }

    private String oneOf(Fields fields, String name, List<String> known, String value) {
        if (!value.isEmpty() && !isOpen(value) && !known.contains(value)) {
            fields.problem(name, "must be one of " + String.join(", ", known) + ", but was \"" + value + "\"");
        }
        return value;
    }

    /** Whether a string is not yet what it will be. */
    private boolean isOpen(String text) {
        return !filled && Placeholders.in(text);
    }
}
