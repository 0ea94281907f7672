package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * Rule TIME-1: no call-out and no park inside a monitor, read from the byte code: what a synchronized region calls,
 * directly or through methods of the library, is neither user code nor a wait.
 */
class MonitorsTest {
    private static final Set<String> USER_CODE = Set.of(
            "dev/reliability/Task",
            "dev/reliability/InterruptibleTask",
            "dev/reliability/Action",
            "dev/reliability/EventListener",
            "dev/reliability/Policy",
            "dev/reliability/RetryAfter",
            "java/lang/AutoCloseable",
            "java/lang/Runnable",
            "java/util/concurrent/Executor");

    private record Method(String owner, String name, String descriptor) {
        @Override
        public String toString() {
            return owner.substring(owner.lastIndexOf('/') + 1) + "." + name;
        }
    }

    private final Map<Method, Set<Method>> calls = new HashMap<>();
    private final Map<Method, Set<Method>> callsInMonitors = new HashMap<>();

    private static boolean isForbidden(Method target) {
        boolean waits = target.name.startsWith("park")
                || target.name.startsWith("sleep")
                || target.name.equals("wait")
                || (target.owner.startsWith("java/lang/Thread") && target.name.equals("join"));
        boolean overridable = target.owner.equals("java/lang/Thread")
                && Set.of("interrupt", "isInterrupted", "getStackTrace", "getUncaughtExceptionHandler", "getState")
                        .contains(target.name);
        boolean callsOut = overridable
                || USER_CODE.contains(target.owner)
                || target.owner.startsWith("java/util/function/")
                || (target.owner.endsWith("spi/Alarm") && target.name.equals("ring"))
                || (target.owner.endsWith("spi/Seam")
                        && Set.of("start", "checkpoint").contains(target.name));
        return waits || callsOut;
    }

    private void read(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            files.filter(file -> file.toString().endsWith(".class")).forEach(this::readClass);
        }
    }

    private void readClass(Path file) {
        ClassNode node = new ClassNode();
        try {
            new ClassReader(Files.readAllBytes(file)).accept(node, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (MethodNode method : node.methods) {
            Method from = new Method(node.name, method.name, method.desc);
            boolean whole = (method.access & Opcodes.ACC_SYNCHRONIZED) != 0;
            Set<Method> all = calls.computeIfAbsent(from, m -> new LinkedHashSet<>());
            Set<Method> locked = new LinkedHashSet<>();
            for (AbstractInsnNode at : method.instructions) {
                if (at instanceof MethodInsnNode call) {
                    Method to = new Method(call.owner, call.name, call.desc);
                    all.add(to);
                    if (whole || isInMonitor(method, at)) {
                        locked.add(to);
                    }
                }
            }
            if (!locked.isEmpty()) {
                callsInMonitors.put(from, locked);
            }
        }
    }

    /** javac guards each monitor with a handler that leaves it: what that handler covers is inside. */
    private static boolean isInMonitor(MethodNode method, AbstractInsnNode at) {
        int index = method.instructions.indexOf(at);
        for (TryCatchBlockNode block : method.tryCatchBlocks) {
            if (block.type == null
                    && method.instructions.indexOf(block.start) <= index
                    && index < method.instructions.indexOf(block.end)
                    && leavesMonitor(block)) {
                return true;
            }
        }
        return false;
    }

    private static boolean leavesMonitor(TryCatchBlockNode block) {
        AbstractInsnNode at = block.handler;
        for (int i = 0; i < 8 && at != null; i++) {
            if (at.getOpcode() == Opcodes.MONITOREXIT) {
                return true;
            }
            at = at.getNext();
        }
        return false;
    }

    private Set<String> violations() {
        Set<String> found = new TreeSet<>();
        callsInMonitors.forEach((from, first) -> {
            Deque<Method> open = new ArrayDeque<>(first);
            Set<Method> seen = new HashSet<>(first);
            while (!open.isEmpty()) {
                Method to = open.pop();
                if (isForbidden(to)) {
                    found.add(from + " calls " + to + " in a monitor");
                }
                for (Method next : calls.getOrDefault(to, Set.of())) {
                    if (seen.add(next)) {
                        open.push(next);
                    }
                }
            }
        });
        return found;
    }

    @Test
    void time_1_noCallOutAndNoParkInsideAMonitor() throws Exception {
        read(Path.of(
                Policy.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
        assertThat(callsInMonitors).as("monitors that were found").isNotEmpty();
        assertThat(violations()).isEmpty();
    }

    @SuppressWarnings("unused") // read as byte code by the test below
    private static final class Sinner {
        private final Object lock = new Object();

        void direct(Runnable work) {
            synchronized (lock) {
                if (work != null) {
                    work.run();
                    return;
                }
                lock.notifyAll();
            }
        }

        synchronized void indirect() {
            helper();
        }

        private void helper() {
            LockSupport.parkNanos(lock, 1);
        }

        synchronized void overridden(Thread thread) {
            thread.interrupt();
        }

        void innocent(Runnable work) {
            synchronized (lock) {
                lock.notifyAll();
            }
            work.run();
        }
    }

    @Test
    void time_1_theCheckCanFail() throws Exception {
        Path tests = Path.of(
                Sinner.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        readClass(tests.resolve("dev/reliability/MonitorsTest$Sinner.class"));
        assertThat(violations())
                .containsExactly(
                        "MonitorsTest$Sinner.direct calls Runnable.run in a monitor",
                        "MonitorsTest$Sinner.indirect calls LockSupport.parkNanos in a monitor",
                        "MonitorsTest$Sinner.overridden calls Thread.interrupt in a monitor");
    }
}
