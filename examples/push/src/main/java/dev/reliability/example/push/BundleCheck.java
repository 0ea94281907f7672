package dev.reliability.example.push;

import dev.reliability.example.push.bundle.Bundle;
import dev.reliability.example.push.config.Flow;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.example.push.failure.Stage;
import java.io.IOException;
import java.nio.file.Files;

/** Believes no bundler (rule PUSH-9): the bundle has to be there, and something has to be in it. */
final class BundleCheck {
    private BundleCheck() {}

    static long bytes(Bundle bundle, Flow flow) throws IOException {
        if (!Files.isRegularFile(bundle.file())) {
            throw error(Kind.SYSTEM, "the bundler made no bundle at " + bundle.file());
        }
        if (Files.readString(bundle.file()).isBlank()) {
            boolean noCode =
                    flow.modules().stream().allMatch(module -> module.text().isBlank());
            throw error(
                    noCode ? Kind.USER : Kind.SYSTEM,
                    "the bundle is empty" + (noCode ? ": no file of the flow has any code" : ""));
        }
        return Files.size(bundle.file());
    }

    private static PushException error(Kind kind, String message) {
        return new PushException(Stage.BUNDLE, kind, "bundle", message);
    }
}
