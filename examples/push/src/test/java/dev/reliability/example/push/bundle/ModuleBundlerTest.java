package dev.reliability.example.push.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.config.Flow;
import dev.reliability.example.push.failure.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleBundlerTest {
    @TempDir
    Path directory;

    @Test
    void bundle_modules_becomeOneFileInOrder() throws IOException {
        Bundle bundle = bundle(
                new Flow.Module("a.mjs", "const a = 1;\r\nconst b = 2;\n"),
                new Flow.Module("b.mjs", "export default a"));
        assertThat(Files.readString(bundle.file())).isEqualTo("const a = 1;\nconst b = 2;\n\nexport default a\n");
        assertThat(bundle.bytes()).isEqualTo(Files.size(bundle.file()));
        assertThat(directory).isDirectoryContaining(file -> file.equals(bundle.file()));
    }

    @Test
    void placeOf_leadsBackToTheModule() throws IOException {
        Bundle bundle = bundle(
                new Flow.Module("a.mjs", "1\n2\n3"), new Flow.Module("b.mjs", "4"), new Flow.Module("c.mjs", "5\n6"));
        assertThat(bundle.placeOf(3, 7)).isEqualTo(new Place("a.mjs", 3, 7));
        assertThat(bundle.placeOf(4, 1)).isEqualTo(new Place("b.mjs", 1, 1));
        assertThat(bundle.placeOf(6, 2)).hasToString("c.mjs:2:2");
    }

    private Bundle bundle(Flow.Module... modules) throws IOException {
        return new ModuleBundler().bundle(new Flow(null, List.of(modules), List.of()), directory);
    }
}
