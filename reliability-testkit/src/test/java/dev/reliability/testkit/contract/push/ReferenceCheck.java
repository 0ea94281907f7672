package dev.reliability.testkit.contract.push;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Validation of the reference command. */
final class ReferenceCheck {
    static final List<String> PLATFORMS = List.of("server", "web");

    private final Job job;
    private final List<PushProblem> problems = new ArrayList<>();

    private ReferenceCheck(Job job) {
        this.job = job;
    }

    static List<PushProblem> problems(Job job, Map<String, Object> event) {
        ReferenceCheck check = new ReferenceCheck(job);
        check.event(event);
        check.flow();
        if (job.has(Defect.STOPS_AT_FIRST_PROBLEM) && check.problems.size() > 1) {
            return check.problems.subList(0, 1);
        }
        return check.problems;
    }

    private void event(Map<String, Object> event) {
        check(event.get("name") instanceof String name && !name.isBlank(), "name", "must be a string");
        for (String field : List.of("data", "user", "context")) {
            check(!event.containsKey(field) || event.get(field) instanceof Map<?, ?>, field, "must be an object");
        }
        if (event.containsKey("consent")) {
            check(event.get("consent") instanceof Map<?, ?>, "consent", "must be an object");
            if (event.get("consent") instanceof Map<?, ?> consent) {
                consent.forEach((key, value) -> check(value instanceof Boolean, "consent." + key, "must be a boolean"));
            }
        }
        if (event.containsKey("nested")) {
            check(event.get("nested") instanceof List<?>, "nested", "must be a list");
            if (event.get("nested") instanceof List<?> items) {
                for (int i = 0; i < items.size(); i++) {
                    item(items.get(i), "nested[" + i + "]");
                }
            }
        }
    }

    private void item(Object item, String path) {
        check(item instanceof Map<?, ?>, path, "must be an object");
        if (item instanceof Map<?, ?> fields && !job.has(Defect.NESTED_TYPE_UNCHECKED)) {
            check(fields.get("type") instanceof String type && !type.isBlank(), path + ".type", "must be a string");
        }
    }

    private void flow() {
        if (job.missing()) {
            check(false, "flow", "is missing");
            return;
        }
        if (!job.has(Defect.PLATFORM_CHECKED_AFTER_BUNDLING)) {
            check(PLATFORMS.contains(job.platform()), "platform", "must be one of " + PLATFORMS);
        }
        if (job.environment() != null) {
            check(
                    job.environments().contains(job.environment()),
                    "environment",
                    "must be one of " + job.environments());
        }
        check(!job.names().isEmpty(), "destinations", "must not be empty");
        for (int i = 0; i < job.names().size(); i++) {
            check(!job.names().get(i).isBlank(), "destinations[" + i + "].name", "must not be blank");
            check(isHttp(job.urls().get(i)), "destinations[" + i + "].url", "must be an HTTP URL");
        }
    }

    private static boolean isHttp(String url) {
        try {
            URI uri = new URI(url);
            return uri.getHost() != null && List.of("http", "https").contains(uri.getScheme());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private void check(boolean right, String path, String message) {
        if (!right) {
            problems.add(new PushProblem(path, message));
        }
    }
}
