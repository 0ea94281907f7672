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
                .resideInAnyPackage(
                        "dev.reliability..", "java..", "jdk.jfr", "javax.net.ssl", "org.jspecify.annotations")
                .check(CORE);
    }

    private static final Set<String> NON_BLOCKING_CLASSES = Set.of(
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.ConcurrentMap",
            "java.util.concurrent.ConcurrentLinkedQueue",
            "java.util.concurrent.ConcurrentLinkedDeque",
            "java.util.concurrent.CopyOnWriteArrayList",
            "java.util.concurrent.TimeUnit");

    /** Time, waiting, threads and chance outside the seam: what TIME-1 forbids. */
    private static boolean isForbidden(AccessTarget target) {
        String owner = target.getOwner().getFullName();
        String name = target.getName();
        return switch (owner) {
            case "java.lang.System" -> Set.of("nanoTime", "currentTimeMillis").contains(name);
            case "java.lang.Thread" -> !HARMLESS_ON_THREADS.contains(name);
            case "java.lang.Thread$Builder" -> true;
            case "java.lang.Object" -> name.startsWith("wait") || name.startsWith("notify");
            case "java.lang.Math" -> name.equals("random");
            case "java.util.UUID" -> name.equals("randomUUID");
            case "java.util.random.RandomGenerator" ->
                Set.of("of", "getDefault").contains(name);
            case "java.util.random.RandomGeneratorFactory",
                    "java.security.SecureRandom",
                    "java.util.Random",
                    "java.util.SplittableRandom",
                    "java.util.Timer" -> true;
            case "java.time.Instant", "java.time.Clock" -> name.equals("now") || name.startsWith("system");
            default ->
                (owner.startsWith("java.time.") && name.equals("now"))
                        || (owner.startsWith("java.util.concurrent.") && waitsOrRuns(owner, target));
        };
    }

    private static final Set<String> HARMLESS_ON_THREADS = Set.of(
            "currentThread",
            "interrupted",
            "isInterrupted",
            "interrupt",
            "isAlive",
            "isDaemon",
            "getName",
            "getStackTrace",
            "getUncaughtExceptionHandler",
            "threadId",
            "getId",
            "getState",
            "onSpinWait"); // a hint to the processor in a loop that goes on at once

    private static boolean waitsOrRuns(String owner, AccessTarget target) {
        String name = target.getName();
        if (NON_BLOCKING_CLASSES.contains(owner) || owner.startsWith("java.util.concurrent.atomic.")) {
            return name.equals("sleep") || name.equals("timedJoin");
        }
        if (owner.equals("java.util.concurrent.locks.LockSupport")) {
            return !name.equals("setCurrentBlocker");
        }
        return owner.endsWith("Executors")
                || owner.endsWith("Pool")
                || owner.endsWith("PoolExecutor")
                || owner.endsWith("ThreadLocalRandom")
                || name.endsWith("Async")
                || Set.of(
                                "await",
                                "awaitTermination",
                                "get",
                                "join",
                                "take",
                                "put",
                                "poll",
                                "offer",
                                "acquire",
                                "tryAcquire",
                                "acquireUninterruptibly",
                                "lock",
                                "tryLock",
                                "lockInterruptibly",
                                "exchange",
                                "transfer",
                                "invokeAll",
                                "invokeAny",
                                "schedule",
                                "orTimeout",
                                "completeOnTimeout",
                                "delayedExecutor")
                        .contains(name);
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

    /** What the check has to see. */
    @SuppressWarnings({"unused", "FutureReturnValueIgnored"}) // read as byte code by the test below
    private static final class Sinner {
        java.time.ZonedDateTime sins(
                java.util.concurrent.BlockingQueue<String> queue, java.util.concurrent.Semaphore permits)
                throws Exception {
            queue.poll(1, java.util.concurrent.TimeUnit.SECONDS);
            permits.tryAcquire(1, java.util.concurrent.TimeUnit.SECONDS);
            new java.util.concurrent.CompletableFuture<String>().orTimeout(1, java.util.concurrent.TimeUnit.SECONDS);
            java.util.concurrent.CompletableFuture.runAsync(() -> {});
            java.util.concurrent.TimeUnit.SECONDS.sleep(1);
            new Thread(() -> {}).setDaemon(true);
            java.util.UUID.randomUUID();
            java.util.random.RandomGenerator.getDefault();
            return java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC);
        }
    }

    private static Set<String> forbiddenIn(JavaClass type) {
        return type.getAccessesFromSelf().stream()
                .map(JavaAccess::getTarget)
                .filter(ArchitectureTest::isForbidden)
                .map(target -> target.getOwner().getSimpleName() + "." + target.getName())
                .collect(Collectors.toSet());
    }

    @Test
    void time_1_theCheckCanFail() {
        assertThat(forbiddenIn(CORE.get("dev.reliability.time.SystemTime")))
                .contains("System.nanoTime", "LockSupport.park", "LockSupport.parkNanos", "LockSupport.unpark")
                .contains("ThreadLocalRandom.current", "Thread.start");
        assertThat(forbiddenIn(new ClassFileImporter().importClass(Sinner.class)))
                .containsExactlyInAnyOrder(
                        "BlockingQueue.poll",
                        "Semaphore.tryAcquire",
                        "CompletableFuture.orTimeout",
                        "CompletableFuture.runAsync",
                        "TimeUnit.sleep",
                        "Thread.<init>",
                        "Thread.setDaemon",
                        "UUID.randomUUID",
                        "RandomGenerator.getDefault",
                        "ZonedDateTime.now");
    }

    /** The only place that looks anything else up: for virtual threads, which the JDK 17 has not. */
    private static final String VIRTUAL_THREADS = "dev.reliability.time.SystemTime$";

    /** What finds code by its name, so that neither the compiler nor a build of a native image sees it. */
    private static boolean isReflection(AccessTarget target) {
        String owner = target.getOwner().getFullName();
        String name = target.getName();
        return switch (owner) {
            case "java.lang.Class" ->
                name.equals("forName")
                        || name.equals("newInstance")
                        || name.matches("get(Declared)?(Method|Field|Constructor)s?");
            case "java.lang.ClassLoader" -> name.equals("loadClass");
            case "java.lang.invoke.MethodHandles$Lookup" -> !name.equals("findVarHandle");
            case "java.lang.invoke.MethodHandles" -> name.equals("publicLookup");
            default -> owner.startsWith("java.lang.reflect.");
        };
    }

    private static Set<String> reflectionIn(java.util.stream.Stream<JavaClass> types) {
        return types.flatMap(type -> type.getAccessesFromSelf().stream()
                        .map(JavaAccess::getTarget)
                        .filter(ArchitectureTest::isReflection)
                        .map(target -> type.getSimpleName() + ": "
                                + target.getOwner().getSimpleName() + "." + target.getName()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theLibraryFindsNoCodeByItsName() {
        assertThat(reflectionIn(CORE.stream().filter(type -> !type.getName().startsWith(VIRTUAL_THREADS))))
                .isEmpty();
    }

    @SuppressWarnings("unused") // read as byte code by the test below
    private static final class Reflecting {
        Object reflects() throws ReflectiveOperationException, IllegalAccessException {
            java.lang.invoke.MethodHandles.publicLookup()
                    .findStatic(Thread.class, "yield", java.lang.invoke.MethodType.methodType(void.class));
            return Class.forName("java.lang.Object").getDeclaredConstructor().newInstance();
        }
    }

    @Test
    void theLibraryFindsNoCodeByItsName_theCheckCanFail() {
        assertThat(reflectionIn(java.util.stream.Stream.of(new ClassFileImporter().importClass(Reflecting.class))))
                .containsExactly(
                        "Reflecting: Class.forName",
                        "Reflecting: Class.getDeclaredConstructor",
                        "Reflecting: Constructor.newInstance",
                        "Reflecting: Lookup.findStatic",
                        "Reflecting: MethodHandles.publicLookup");
    }
}
