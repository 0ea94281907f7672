package dev.reliability.example.push.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reliability.example.push.config.FlowCheck.Shape;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.Problem;
import dev.reliability.example.push.failure.Problems;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.example.push.failure.Stage;
import dev.reliability.example.push.json.Json;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Flow} of a configuration, or tells everything that is wrong with it. All environments are checked,
 * whichever is chosen; placeholders are filled in the chosen one only, since the variables of another need not be set.
 */
public final class FlowReader {
    private static final long MAX_MODULE_BYTES = 5 << 20;

    private final ConfigSource source;
    private final Map<String, String> variables;
    private final Problems problems = new Problems();

    private FlowReader(ConfigSource source, Map<String, String> variables) {
        this.source = source;
        this.variables = variables;
    }

    /**
     * Reads a flow.
     *
     * @param environment the chosen environment; null for the configuration as it stands
     * @param variables what placeholders are filled from
     * @throws PushException if the flow is refused
     */
    public static Flow read(ConfigSource source, @Nullable String environment, Map<String, String> variables) {
        return new FlowReader(source, variables).flow(environment);
    }

    /** Everything that is wrong with the shape of a configuration, whatever its environment and the variables are. */
    static List<Problem> problemsOf(String json) {
        FlowReader reader = new FlowReader(new ConfigSource("configuration", json, Path.of("")), Map.of());
        reader.checkedDocument();
        return reader.problems.list();
    }

    private Flow flow(@Nullable String environment) {
        JsonNode document = checkedDocument();
        if (environment != null && document.isObject()) {
            refuseUnknown(environment, document.path("environments"));
        }
        if (!(document instanceof ObjectNode written)) {
            throw invalid();
        }
        Overrides overrides =
                new Overrides(written, environment == null ? "" : environment, chosen(written, environment));
        ObjectNode merged = (ObjectNode) overrides.merged();
        Problems placed = problems.placed(overrides::placeOf);
        new Placeholders(variables, placed).fill(merged, "");
        Shape shape = FlowCheck.filled(merged, placed);
        List<Flow.Module> modules = modules(shape, placed);
        if (!problems.isEmpty()) {
            throw invalid();
        }
        if (!shape.platform().equals("server")) {
            throw new PushException(
                    Stage.VALIDATION,
                    Kind.USER,
                    "unsupported-platform",
                    "platform \"" + shape.platform() + "\" is not supported yet; supported is: server");
        }
        return new Flow(environment, modules, shape.destinations());
    }

    private static JsonNode chosen(ObjectNode written, @Nullable String environment) {
        return environment == null
                ? Json.MAPPER.createObjectNode()
                : written.path("environments").path(environment);
    }

    private JsonNode checkedDocument() {
        JsonNode document = Json.read(source.text(), problems);
        if (!problems.isEmpty()) {
            return document;
        }
        FlowCheck.written(document, problems);
        JsonNode environments = document.path("environments");
        if (!environments.isMissingNode() && !environments.isObject()) {
            problems.add("environments", "must be an object, but was " + Json.typeOf(environments));
        }
        environments.properties().forEach(entry -> checkEnvironment(document, entry.getKey(), entry.getValue()));
        return document;
    }

    private void checkEnvironment(JsonNode document, String name, JsonNode override) {
        String path = "environments." + name;
        if (!override.isObject()) {
            problems.add(path, "must be an object, but was " + Json.typeOf(override));
        } else if (override.has("environments")) {
            problems.add(path + ".environments", "is not known here; an environment has no environments");
        } else {
            Overrides overrides = new Overrides(document, name, override);
            FlowCheck.written(overrides.merged(), problems.placed(overrides::placeOf));
        }
    }

    private void refuseUnknown(String environment, JsonNode environments) {
        if (environments.path(environment).isMissingNode()) {
            List<String> known = new ArrayList<>();
            environments.fieldNames().forEachRemaining(known::add);
            throw new PushException(
                    Stage.VALIDATION,
                    Kind.USER,
                    "unknown-environment",
                    "environment \"" + environment + "\" is not known; "
                            + (known.isEmpty()
                                    ? "the configuration has none"
                                    : "known are: " + String.join(", ", known)));
        }
    }

    private List<Flow.Module> modules(Shape shape, Problems placed) {
        List<Flow.Module> modules = new ArrayList<>();
        if (shape.script() != null) {
            modules.add(new Flow.Module("flow.script", shape.script()));
        }
        for (int i = 0; i < shape.files().size(); i++) {
            String name = shape.files().get(i);
            try {
                modules.add(new Flow.Module(name, module(source.directory().resolve(name))));
            } catch (CharacterCodingException e) {
                placed.add("flow.files[" + i + "]", "is not UTF-8: " + name);
            } catch (IOException | InvalidPathException e) {
                placed.add("flow.files[" + i + "]", "cannot be read: " + e.getMessage());
            }
        }
        return modules;
    }

    private static String module(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + (Files.exists(file) ? " is not a file" : " does not exist"));
        }
        if (Files.size(file) > MAX_MODULE_BYTES) {
            throw new IOException(file + " is larger than " + MAX_MODULE_BYTES + " bytes");
        }
        return Files.readString(file);
    }

    private PushException invalid() {
        return Failure.invalid(
                        "invalid-configuration", "configuration " + source.name() + " is invalid", problems.list())
                .asException();
    }
}
