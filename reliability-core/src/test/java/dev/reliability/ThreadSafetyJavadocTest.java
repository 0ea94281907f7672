package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may use an object on which threads stands in the Javadoc of each public type. */
class ThreadSafetyJavadocTest {
    private static Stream<String> silent(List<PublicApi.Type> types) {
        return types.stream()
                .filter(type -> !type.isNested() && !speaksOfThreads(type.javadoc()))
                .map(PublicApi.Type::name);
    }

    private static boolean speaksOfThreads(String javadoc) {
        String text = javadoc == null ? "" : javadoc.toLowerCase(Locale.ROOT);
        return text.contains("thread") || text.contains("immutable");
    }

    @Test
    void everyPublicType_saysHowItIsUsedByThreads() throws IOException {
        List<PublicApi.Type> types = PublicApi.types();

        assertThat(types)
                .extracting(PublicApi.Type::name)
                .contains(
                        "dev.reliability.Task",
                        "dev.reliability.cleanup.Outcome",
                        "dev.reliability.breaker.BreakerFailure",
                        "dev.reliability.retry.SqlRetry");
        assertThat(silent(types)).isEmpty();
    }

    @Test
    void everyPublicType_theCheckCanFail() throws IOException {
        assertThat(silent(PublicApi.types(List.of(
                        PublicApi.source("package p; /** Thread-safe. */ public class Good { public class Nested {} }"),
                        PublicApi.source("package p; /** A value. */ public record Bad(int thread) {}"),
                        PublicApi.source("package p; class Hidden {}"),
                        PublicApi.source("package p; /* thread */ public interface Bare {}")))))
                .containsExactly("p.Bad", "p.Bare");
    }
}
