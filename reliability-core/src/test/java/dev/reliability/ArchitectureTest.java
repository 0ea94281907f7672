package dev.reliability;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows between the packages, and what may be called where, read from the class files. */
class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.reliability")
            .that(resideInAPackage("dev.reliability.testkit..").negate());

    private static final List<String> CONCEPTS = List.of("retry", "breaker", "mutex", "cleanup", "limit");

    @Test
    void arrowsRunOnlyDownward() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.reliability..")
                .layer("vocabulary")
                .definedBy("dev.reliability")
                .layer("base")
                .definedBy("dev.reliability.base")
                .layer("time")
                .definedBy("dev.reliability.time..")
                .optionalLayer("concepts")
                .definedBy(CONCEPTS.stream()
                        .map(c -> "dev.reliability." + c + "..")
                        .toArray(String[]::new))
                .whereLayer("concepts")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("time")
                .mayOnlyBeAccessedByLayers("concepts")
                .whereLayer("base")
                .mayOnlyBeAccessedByLayers("concepts", "time")
                .check(CORE);
    }

    @Test
    void conceptsDoNotKnowOneAnother() {
        for (String concept : CONCEPTS) {
            String[] others = CONCEPTS.stream()
                    .filter(other -> !other.equals(concept))
                    .map(other -> "dev.reliability." + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("dev.reliability." + concept + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .allowEmptyShould(true)
                    .check(CORE);
        }
    }

    @Test
    void coreDependsOnNothingButTheJdk() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.reliability..", "java..", "org.jspecify.annotations")
                .check(CORE);
    }

    /** Time, waiting, threads and chance outside the seam: what TIME-1 forbids. */
    private static boolean isForbidden(AccessTarget target) {
        String owner = target.getOwner().getFullName();
        String name = target.getName();
        return switch (owner) {
            case "java.lang.System" -> Set.of("nanoTime", "currentTimeMillis").contains(name);
            case "java.lang.Thread" ->
                Set.of("sleep", "start", "join", "ofVirtual", "ofPlatform", "startVirtualThread")
                        .contains(name);
            case "java.lang.Object" -> name.startsWith("wait") || name.startsWith("notify");
            case "java.lang.Math" -> name.equals("random");
            case "java.util.concurrent.locks.LockSupport" -> name.startsWith("park") || name.equals("unpark");
            case "java.util.concurrent.ThreadLocalRandom", "java.util.Random", "java.util.SplittableRandom" -> true;
            case "java.time.Instant", "java.time.Clock", "java.time.LocalDateTime" ->
                name.equals("now") || name.startsWith("system");
            case "java.util.Timer" -> true;
            default ->
                owner.startsWith("java.util.concurrent.")
                        && (Set.of("await", "get", "join", "take", "put", "acquire", "lock", "lockInterruptibly")
                                        .contains(name)
                                || name.endsWith("Pool")
                                || owner.endsWith("Executors"))
                        && !owner.startsWith("java.util.concurrent.atomic.")
                        && !owner.contains("ConcurrentHashMap")
                        && !owner.contains("ConcurrentMap")
                        && !owner.contains("CopyOnWrite");
        };
    }

    @Test
    void time_1_theLibraryTouchesTimeThreadsAndChanceOnlyInOneClass() {
        Set<String> found = CORE.stream()
                .filter(c -> !c.getName().startsWith("dev.reliability.time.SystemTime"))
                .flatMap(c -> c.getAccessesFromSelf().stream())
                .filter(access -> isForbidden(access.getTarget()))
                .map(JavaAccess::getDescription)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found).isEmpty();
    }

    /** The check sees what it forbids: the one class that is allowed to breaks it. */
    @Test
    void time_1_theCheckCanFail() {
        JavaClass machine = CORE.get("dev.reliability.time.SystemTime");
        Set<String> found = machine.getAccessesFromSelf().stream()
                .map(JavaAccess::getTarget)
                .filter(ArchitectureTest::isForbidden)
                .map(target -> target.getOwner().getSimpleName() + "." + target.getName())
                .collect(Collectors.toSet());
        assertThat(found)
                .contains("System.nanoTime", "LockSupport.park", "LockSupport.parkNanos", "LockSupport.unpark")
                .contains("ThreadLocalRandom.current", "Thread.start");
    }
}
