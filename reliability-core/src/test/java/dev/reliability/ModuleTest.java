package dev.reliability;

import static java.lang.module.ModuleDescriptor.Requires.Modifier.STATIC;
import static java.lang.module.ModuleDescriptor.Requires.Modifier.TRANSITIVE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/** What the module of core needs, and how much it shows. */
class ModuleTest {
    private static final int MOST_PUBLIC_TYPES = 60;

    static final ModuleReference CORE = core();

    private static ModuleReference core() {
        try {
            URI place = Policy.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            return ModuleFinder.of(Path.of(place)).find("dev.reliability.core").orElseThrow();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void needsJavaBaseAlone() {
        assertThat(CORE.descriptor().requires())
                .filteredOn(requires -> !requires.modifiers().contains(STATIC))
                .extracting(Requires::name)
                .containsExactly("java.base");
        assertThat(CORE.descriptor().requires())
                .as("a module that is needed to compile against core is needed by its users too")
                .noneMatch(requires -> requires.modifiers().contains(TRANSITIVE));
    }

    @Test
    void opensNothingAndLooksNothingUp() {
        ModuleDescriptor module = CORE.descriptor();
        assertThat(module.isOpen()).isFalse();
        assertThat(module.opens()).isEmpty();
        assertThat(module.uses()).isEmpty();
        assertThat(module.provides()).isEmpty();
    }

    @Test
    void showsAtMostSixtyTypes() throws Exception {
        Set<String> types = publicTypes();
        assertThat(types).as("%d public types", types.size()).hasSizeLessThanOrEqualTo(MOST_PUBLIC_TYPES);
        assertThat(types)
                .contains("dev/reliability/Policy", "dev/reliability/retry/Retry")
                .doesNotContain("dev/reliability/base/Chain", "dev/reliability/time/spi/Seam");
    }

    /** The public types of the packages that are exported to everybody, nested ones left out. */
    private static Set<String> publicTypes() throws Exception {
        Set<String> packages = CORE.descriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(Exports::source)
                .collect(Collectors.toSet());
        Set<String> types = new TreeSet<>();
        try (ModuleReader reader = CORE.open()) {
            for (String name : reader.list().toList()) {
                int slash = name.lastIndexOf('/');
                if (name.endsWith(".class")
                        && !name.contains("$")
                        && slash > 0
                        && packages.contains(name.substring(0, slash).replace('/', '.'))) {
                    try (InputStream bytes = reader.open(name).orElseThrow()) {
                        ClassReader type = new ClassReader(bytes);
                        if ((type.getAccess() & Opcodes.ACC_PUBLIC) != 0) {
                            types.add(type.getClassName());
                        }
                    }
                }
            }
        }
        return types;
    }
}
