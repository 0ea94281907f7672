package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.Settings;
import dev.reliability.testkit.contract.World;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * CLEANUP-10: a process that goes down. The kit starts one of its own, in which {@link #main} makes the scopes by the
 * same contract test class.
 */
final class CleanupProcess {
    /** What the owner of the scope does when the process is told to end. */
    enum Owner {
        CLOSES,
        IS_DEAF,
        HANGS_IN_AN_ACTION,
        EXITS;

        /** The lines that the process prints. */
        private List<String> expected() {
            return switch (this) {
                case CLOSES -> List.of("interrupted", "newer", "older");
                case HANGS_IN_AN_ACTION -> List.of("newer hangs");
                case IS_DEAF, EXITS -> List.of("newer", "older");
            };
        }
    }

    /** The arguments that say which modules there are and what they let others see. */
    private static final Pattern OF_MODULES = Pattern.compile(
            "--(upgrade-)?module-path=|--(add|limit)-modules=|--patch-module=|--add-(reads|exports|opens)=");

    private static final int TERMINATED = 143; // 128 + SIGTERM
    private static final int EXIT = 3;

    private CleanupProcess() {}

    static void goesDown(CleanupScopeContract contract, World world, Owner owner) throws Exception {
        List<String> command = command(contract.getClass(), contract.jvmArguments(), owner);
        Path errors = Files.createTempFile("cleanup", ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        CompletableFuture<Process> watchdog = process.onExit()
                .orTimeout(Settings.patience().toMillis() * 4 / 5, TimeUnit.MILLISECONDS)
                .exceptionally(late -> process.destroyForcibly());
        try (BufferedReader output = process.inputReader()) {
            List<String> lines = new ArrayList<>();
            String ready = output.readLine();
            if (!"ready".equals(ready)) {
                int code = watchdog.join().waitFor();
                throw world.history()
                        .broken(
                                "the process to come up",
                                "it said " + ready + " and ended with " + code + ": " + firstLines(errors)
                                        + "\n    its command: " + command);
            }
            if (owner != Owner.EXITS) {
                process.toHandle().destroy(); // the process's own destroy closes its output, too
            }
            output.lines().forEach(line -> {
                world.record("the process said: " + line);
                lines.add(line);
            });
            world.record("the process ended: " + watchdog.join().waitFor());
            int code = owner == Owner.EXITS ? EXIT : TERMINATED;
            world.history().expect(process.exitValue() == code, "exit code " + code, "it was " + process.exitValue());
            world.history().expect(lines.equals(owner.expected()), "just these lines: " + owner.expected(), lines);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(errors);
        }
    }

    private static String firstLines(Path errors) throws IOException {
        return Files.readAllLines(errors).stream().limit(12).collect(Collectors.joining("\n      "));
    }

    /** A JVM that finds what this one finds, on the same class path and the same module path. */
    private static List<String> command(Class<?> contract, List<String> jvmArguments, Owner owner) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.add("-Dreliability.scale=" + System.getProperty("reliability.scale", "1"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> OF_MODULES.matcher(argument).lookingAt())
                .toList());
        command.addAll(jvmArguments);
        if (!System.getProperty("java.class.path", "").isEmpty()) {
            command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        }
        Module kit = CleanupProcess.class.getModule();
        if (kit.isNamed()) {
            Module tests = contract.getModule();
            if (tests.isNamed() && tests != kit) {
                command.add("--add-modules=" + tests.getName());
                command.add("--add-opens=" + tests.getName() + "/" + contract.getPackageName() + "=" + kit.getName());
            }
            command.addAll(List.of("-m", kit.getName() + "/" + CleanupProcess.class.getName()));
        } else {
            command.add(CleanupProcess.class.getName());
        }
        command.addAll(List.of(contract.getName(), owner.name()));
        return command;
    }

    /** The process: the class of the contract test, and the owner. */
    public static void main(String[] arguments) throws Throwable {
        Class<?> type = Class.forName(arguments[0]);
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        ((CleanupScopeContract) constructor.newInstance()).inProcess(Owner.valueOf(arguments[1]));
    }

    static void run(CleanupScopeContract contract, World world, Owner owner) throws Throwable {
        CleanupAdapter older = contract.create(CleanupSpec.PLAIN.closedAtShutdown(), world);
        older.add(() -> say("older"));
        CleanupAdapter newer = contract.create(CleanupSpec.PLAIN.closedAtShutdown(), world);
        newer.add(() -> {
            if (owner == Owner.HANGS_IN_AN_ACTION) {
                say("newer hangs");
                sleepDeaf();
            }
            say("newer");
        });
        say("ready");
        switch (owner) {
            case EXITS -> System.exit(EXIT);
            case CLOSES -> {
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    say("interrupted");
                    newer.close();
                    older.close();
                }
            }
            default -> sleepDeaf();
        }
    }

    private static void sleepDeaf() {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
            boolean unused = Thread.interrupted();
        }
    }

    @SuppressWarnings("SystemOut") // it is what the other process reads
    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
