package dev.reliability.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.reliability.testkit.time.VirtualTime;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Real JVMs that go down: what they print, and their exit codes. */
@Timeout(60)
class ShutdownProcessTest {
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    @AfterEach
    void nothingIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(String scenario, String... jvmArguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(jvmArguments));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath()));
        command.addAll(List.of(Child.class.getName(), scenario));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    private static String classPath() throws Exception {
        List<String> places = new ArrayList<>();
        for (Class<?> type : List.of(Cleanup.class, Child.class, VirtualTime.class)) {
            URI place = type.getProtectionDomain().getCodeSource().getLocation().toURI();
            places.add(Path.of(place).toString());
        }
        return String.join(File.pathSeparator, places);
    }

    private static void awaitReady(BufferedReader output) throws IOException {
        assertThat(output.readLine()).isEqualTo("ready");
    }

    /** What the process printed after it was ready, and then its exit code. */
    private static List<String> end(Process process, BufferedReader output) throws Exception {
        List<String> lines = output.lines().collect(Collectors.toCollection(ArrayList::new));
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        lines.add("exit " + process.exitValue());
        return lines;
    }

    private List<String> run(String scenario) throws Exception {
        Process process = start(scenario);
        try (BufferedReader output = process.inputReader()) {
            awaitReady(output);
            return end(process, output);
        }
    }

    private List<String> terminate(String scenario) throws Exception {
        Process process = start(scenario);
        try (BufferedReader output = process.inputReader()) {
            awaitReady(output);
            process.toHandle().destroy(); // as the process's own destroy does, but that closes its output, too
            return end(process, output);
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void cleanup_10_sigterm_theOwnerClosesItselfInTheDrain() throws Exception {
        assertThat(terminate("owner closes"))
                .containsExactly("interrupted", "newer SHUTDOWN on main", "older SHUTDOWN on main", "exit 143");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void cleanup_10_sigint_theOwnerClosesItselfInTheDrain() throws Exception {
        assumeFalse(interruptIsIgnored(), "SIGINT is ignored here, and children inherit that");
        Process process = start("owner closes");
        try (BufferedReader output = process.inputReader()) {
            awaitReady(output);
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(end(process, output))
                    .containsExactly("interrupted", "newer SHUTDOWN on main", "older SHUTDOWN on main", "exit 130");
        }
    }

    /** A process that a shell started in the background ignores SIGINT, and the JVM leaves it at that. */
    private static boolean interruptIsIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .anyMatch(ignored -> (ignored & 2) != 0);
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void cleanup_10_sigterm_aHelperClosesWhatADeafOwnerLeaves() throws Exception {
        assertThat(terminate("deaf owner"))
                .containsExactly(
                        "newer SHUTDOWN on reliability-shutdown-close",
                        "older SHUTDOWN on reliability-shutdown-close",
                        "exit 143");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void cleanup_10_sigterm_aHangingActionIsAbandonedAtTheLimit() throws Exception {
        assertThat(terminate("hanging action")).containsExactly("hangs", "Abandoned 2", "exit 143");
    }

    @Test
    void cleanup_10_exitByTheOwner_doesNotWaitForTheDrain() throws Exception {
        List<String> lines = run("owner exits");
        assertThat(lines.subList(0, 2))
                .containsExactly(
                        "newer SHUTDOWN on reliability-shutdown-close", "older SHUTDOWN on reliability-shutdown-close");
        assertThat(lines.subList(2, lines.size())).containsExactly("within the drain true", "exit 3");
    }

    @Test
    void cleanup_10_exitInsideAnAction_theHelperGoesOn() throws Exception {
        assertThat(run("action exits"))
                .containsExactly("newer exits", "older FAILURE on reliability-shutdown-close", "exit 4");
    }

    @Test
    void cleanup_10_exitByAnotherThread_theOwnerClosesItself() throws Exception {
        assertThat(run("other exits"))
                .containsExactly("interrupted", "newer SHUTDOWN on main", "older SHUTDOWN on main", "exit 5");
    }

    @Test
    void cleanup_10_endOfTheLastThread_closesWhatWasLeftOpen() throws Exception {
        assertThat(run("owner ends"))
                .containsExactly(
                        "newer SHUTDOWN on reliability-shutdown-close",
                        "older SHUTDOWN on reliability-shutdown-close",
                        "exit 0");
    }

    /** The opener fills the heap to the last word: what it opens can only be owned if that takes no memory. */
    @Test
    void cleanup_4_nothingIsAllocatedBetweenOpeningAndOwning() throws Exception {
        Process process = start("full heap", "-Xmx16m", "-XX:-UseTLAB");
        try (BufferedReader output = process.inputReader()) {
            awaitReady(output);
            assertThat(end(process, output)).containsExactly("heap is full", "opened", "closed", "exit 0");
        }
    }

    /** What the JVMs run. It prints "ready" once it may be shut down. */
    static final class Child {
        private static final long START = System.nanoTime();
        private static final String OPENED = "opened"; // a constant takes memory where it is first used: here
        private static Object ballast = OPENED;

        private Child() {}

        public static void main(String[] arguments) throws Exception {
            switch (arguments[0]) {
                case "owner closes" -> ownerCloses();
                case "deaf owner" -> deafOwner();
                case "hanging action" -> hangingAction();
                case "owner exits" -> ownerExits();
                case "action exits" -> actionExits();
                case "other exits" -> otherExits();
                case "owner ends" -> fill(Cleanup.builder().closeAtShutdown().scope());
                case "full heap" -> fullHeap();
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }

        private static void fill(CleanupScope scope) {
            scope.defer(outcome -> say("older", outcome));
            scope.defer(outcome -> say("newer", outcome));
            System.out.println("ready");
        }

        private static void say(String what, Outcome outcome) {
            System.out.println(
                    what + " " + outcome + " on " + Thread.currentThread().getName());
        }

        private static void ownerCloses() {
            try (CleanupScope scope = Cleanup.builder().closeAtShutdown().scope()) {
                fill(scope);
                waitUntilInterrupted();
                System.out.println("interrupted");
            }
        }

        private static void waitUntilInterrupted() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                return;
            }
        }

        private static void hang() {
            while (true) {
                waitUntilInterrupted();
            }
        }

        private static void deafOwner() {
            fill(Cleanup.builder()
                    .closeAtShutdown(Duration.ofMillis(200), Duration.ofSeconds(20))
                    .scope());
            hang();
        }

        private static void hangingAction() {
            CleanupScope scope = Cleanup.builder()
                    .listener(event -> System.out.println(
                            event instanceof CleanupEvent.Abandoned abandoned
                                    ? "Abandoned " + abandoned.actionsLeft()
                                    : event))
                    .closeAtShutdown(Duration.ofMillis(1), Duration.ofSeconds(1))
                    .scope();
            scope.defer(() -> System.out.println("never"));
            scope.defer(() -> {
                System.out.println("hangs");
                hang();
            });
            System.out.println("ready");
            hang();
        }

        private static void ownerExits() {
            CleanupScope scope = Cleanup.builder()
                    .closeAtShutdown(Duration.ofMinutes(10), Duration.ofMinutes(20))
                    .scope();
            scope.defer(() -> System.out.println("within the drain "
                    + (System.nanoTime() - START < Duration.ofMinutes(5).toNanos())));
            scope.defer(outcome -> say("older", outcome));
            scope.defer(outcome -> say("newer", outcome));
            System.out.println("ready");
            System.exit(3);
        }

        private static void actionExits() {
            CleanupScope scope = Cleanup.builder().closeAtShutdown().scope();
            scope.defer(outcome -> say("older", outcome));
            scope.defer(() -> {
                System.out.println("newer exits");
                System.exit(4);
            });
            System.out.println("ready");
            scope.close();
        }

        private static void otherExits() {
            try (CleanupScope scope = Cleanup.builder().closeAtShutdown().scope()) {
                fill(scope);
                new Thread(() -> System.exit(5), "other").start();
                waitUntilInterrupted();
                System.out.println("interrupted");
            }
        }

        private static void fullHeap() {
            System.out.println("ready");
            CleanupScope scope = Cleanup.scope();
            CleanupScope.Closer<String> closer = value -> System.out.println("closed");
            String value = scope.open(Child::fillHeap, closer);
            ballast = null;
            System.out.println("heap is full");
            System.out.println(value);
            scope.close();
        }

        private static String fillHeap() {
            for (int size = 1 << 20; size >= 1; size /= 2) {
                fill(size);
            }
            return OPENED;
        }

        private static void fill(int size) {
            try {
                while (true) {
                    Object[] more = new Object[size];
                    more[0] = ballast;
                    ballast = more;
                }
            } catch (OutOfMemoryError full) {
                return;
            }
        }
    }
}
