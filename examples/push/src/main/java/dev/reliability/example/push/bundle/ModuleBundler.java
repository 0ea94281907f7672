package dev.reliability.example.push.bundle;

import dev.reliability.example.push.config.Flow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins the modules of a flow, one after another, into one ES module. They share one scope: what an earlier one declares
 * a later one can use, and one of them exports the factory. Lines stay lines, so that a place in the bundle leads back to
 * its module.
 */
public final class ModuleBundler implements Bundler {
    /** A bundler; it has no state. */
    public ModuleBundler() {}

    @Override
    public Bundle bundle(Flow flow, Path directory) throws IOException {
        StringBuilder text = new StringBuilder();
        List<Bundle.Part> parts = new ArrayList<>();
        int line = 1;
        for (Flow.Module module : flow.modules()) {
            parts.add(new Bundle.Part(module.name(), line));
            String code = module.text().replaceAll("\\R", "\n");
            text.append(code).append('\n');
            line += (int) code.chars().filter(c -> c == '\n').count() + 1;
        }
        Path file = directory.resolve("flow.bundle.mjs");
        Files.writeString(file, text);
        return new Bundle(file, Files.size(file), parts);
    }
}
