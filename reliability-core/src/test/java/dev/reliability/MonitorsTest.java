package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * Rule TIME-1: no call-out and no park inside a monitor, read from the byte code: what a synchronized region calls,
 * directly or through methods of the library, is neither user code nor a wait. A call reaches what overrides its target
 * and the lambdas that implement it.
 */
class MonitorsTest {
    private static final Set<String> USER_CODE = Set.of(
            "dev/reliability/Task",
            "dev/reliability/InterruptibleTask",
            "dev/reliability/Action",
            "dev/reliability/EventListener",
            "dev/reliability/Policy",
            "dev/reliability/RetryAfter",
            "dev/reliability/cleanup/CleanupScope$Closer",
            "dev/reliability/cleanup/CleanupScope$OutcomeAction",
            "dev/reliability/cleanup/CleanupScope$ScopedTask",
            "dev/reliability/cleanup/CleanupScope$ScopedAction",
            "java/lang/AutoCloseable",
            "java/lang/Runnable",
            "java/util/concurrent/CompletionStage",
            "java/util/concurrent/Executor");

    /** Lambdas that are made in a monitor and never run in it: by whom, which one, and why not. */
    private static final Map<String, String> RUN_ELSEWHERE = Map.of(
            "Shutdown.arm makes Shutdown.onShutdown",
            "it is what a new thread will run, which the JVM starts when it goes down and which holds no monitor");

    private record Method(String owner, String name, String descriptor) {
        @Override
        public String toString() {
            return owner.substring(owner.lastIndexOf('/') + 1) + "." + name;
        }
    }

    /** A call as it stands in the code; one that is exact reaches no method that overrides the target. */
    private record Call(Method target, boolean isExact) {}

    private final Map<String, List<String>> parents = new HashMap<>(); // of each type of the library
    private final Map<Method, Set<Call>> calls = new HashMap<>(); // by each method that is declared in the library
    private final Map<Method, Set<Call>> callsInMonitors = new HashMap<>();
    private final Map<Method, Set<Call>> lambdas = new HashMap<>(); // that implement a method of an interface
    private final Set<String> runElsewhere = new HashSet<>(); // which of the exceptions were met

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
                || (target.owner.equals("java/util/concurrent/CompletableFuture") && runsContinuations(target.name))
                || target.owner.startsWith("java/util/function/")
                || (target.owner.endsWith("spi/Alarm") && target.name.equals("ring"))
                || (target.owner.endsWith("spi/Seam")
                        && Set.of("start", "checkpoint").contains(target.name));
        return waits || callsOut;
    }

    /** What depends on a future may be a user's, and runs where the future ends. */
    private static boolean runsContinuations(String name) {
        return name.startsWith("complete") || name.startsWith("obtrude") || name.equals("cancel");
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
        List<String> above = new ArrayList<>(node.interfaces);
        if (node.superName != null) { // but for module-info
            above.add(node.superName);
        }
        parents.put(node.name, above);
        for (MethodNode method : node.methods) {
            Method from = new Method(node.name, method.name, method.desc);
            boolean whole = (method.access & Opcodes.ACC_SYNCHRONIZED) != 0;
            Set<Call> all = calls.computeIfAbsent(from, m -> new LinkedHashSet<>());
            Set<Call> locked = new LinkedHashSet<>();
            for (AbstractInsnNode at : method.instructions) {
                for (Call call : callsOf(from, at)) {
                    all.add(call);
                    if (whole || isInMonitor(method, at)) {
                        locked.add(call);
                    }
                }
            }
            if (!locked.isEmpty()) {
                callsInMonitors.put(from, locked);
            }
        }
    }

    /** Making a lambda counts as a call of what it runs, since it may be run where it is made. */
    private List<Call> callsOf(Method from, AbstractInsnNode at) {
        if (at instanceof MethodInsnNode call) {
            boolean isExact = call.getOpcode() == Opcodes.INVOKESTATIC || call.getOpcode() == Opcodes.INVOKESPECIAL;
            return List.of(new Call(new Method(call.owner, call.name, call.desc), isExact));
        }
        if (at instanceof InvokeDynamicInsnNode made
                && made.bsm.getOwner().equals("java/lang/invoke/LambdaMetafactory")
                && made.bsmArgs[0] instanceof Type shape
                && made.bsmArgs[1] instanceof Handle code) {
            boolean isExact = code.getTag() != Opcodes.H_INVOKEVIRTUAL && code.getTag() != Opcodes.H_INVOKEINTERFACE;
            Call run = new Call(new Method(code.getOwner(), code.getName(), code.getDesc()), isExact);
            String implemented = Type.getReturnType(made.desc).getInternalName();
            lambdas.computeIfAbsent(
                            new Method(implemented, made.name, shape.getDescriptor()), m -> new LinkedHashSet<>())
                    .add(run);
            String making = from + " makes " + run.target;
            if (RUN_ELSEWHERE.containsKey(making)) {
                runElsewhere.add(making);
                return List.of();
            }
            return List.of(run);
        }
        return List.of();
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

    /** What a call may run: the target, inherited if its owner does not declare it, and what overrides it. */
    private Set<Method> reached(Call call) {
        Set<Method> reached = new LinkedHashSet<>();
        Method target = call.target;
        inherit(target.owner, target, reached);
        if (!call.isExact && parents.containsKey(target.owner)) {
            for (String type : parents.keySet()) {
                if (isBelow(type, target.owner)) {
                    inherit(type, target, reached);
                }
            }
        }
        return reached;
    }

    /** Looks for the declaration upward; what no type of the library declares belongs to the types outside it. */
    private void inherit(String owner, Method target, Set<Method> into) {
        Set<Method> outside = new LinkedHashSet<>();
        if (!inherit(owner, target, into, outside)) {
            into.addAll(outside);
        }
    }

    private boolean inherit(String owner, Method target, Set<Method> into, Set<Method> outside) {
        Method here = new Method(owner, target.name, target.descriptor);
        if (!parents.containsKey(owner)) {
            outside.add(here);
            return false;
        }
        if (calls.containsKey(here)) {
            into.add(here);
            return true;
        }
        boolean found = false;
        for (String parent : parents.get(owner)) {
            found |= inherit(parent, target, into, outside);
        }
        return found;
    }

    private boolean isBelow(String type, String ancestor) {
        return type.equals(ancestor)
                || parents.getOrDefault(type, List.of()).stream().anyMatch(parent -> isBelow(parent, ancestor));
    }

    private Set<String> violations() {
        Set<String> found = new TreeSet<>();
        callsInMonitors.forEach((from, first) -> {
            Deque<Call> open = new ArrayDeque<>(first);
            Set<Call> seen = new HashSet<>(first);
            while (!open.isEmpty()) {
                Call call = open.pop();
                Set<Method> reached = reached(call);
                Stream.concat(Stream.of(call.target), reached.stream())
                        .filter(MonitorsTest::isForbidden)
                        .forEach(to -> found.add(from + " calls " + to + " in a monitor"));
                for (Method to : reached) {
                    Stream.of(calls, lambdas)
                            .flatMap(known -> known.getOrDefault(to, Set.of()).stream())
                            .filter(seen::add)
                            .forEach(open::push);
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
        assertThat(runElsewhere).as("exceptions that are still needed").isEqualTo(RUN_ELSEWHERE.keySet());
    }

    @Test
    void time_1_theCheckCanFail() throws Exception {
        Path tests = Path.of(PlantedMonitors.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        for (String type : List.of("", "$Worker", "$Chooser", "$Quiet", "$Loud", "$OwnFuture")) {
            readClass(tests.resolve("dev/reliability/PlantedMonitors" + type + ".class"));
        }
        assertThat(violations())
                .containsExactly(
                        "PlantedMonitors.byCalledLambda calls LockSupport.park in a monitor",
                        "PlantedMonitors.byInheriting calls LockSupport.park in a monitor",
                        "PlantedMonitors.byInterface calls LockSupport.park in a monitor",
                        "PlantedMonitors.byMadeLambda calls LockSupport.park in a monitor",
                        "PlantedMonitors.byOverriding calls LockSupport.park in a monitor",
                        "PlantedMonitors.closer calls CleanupScope$Closer.close in a monitor",
                        "PlantedMonitors.direct calls Runnable.run in a monitor",
                        "PlantedMonitors.future calls CompletableFuture.complete in a monitor",
                        "PlantedMonitors.indirect calls LockSupport.parkNanos in a monitor",
                        "PlantedMonitors.overridden calls Thread.interrupt in a monitor",
                        "PlantedMonitors.ownFuture calls CompletableFuture.cancel in a monitor",
                        "PlantedMonitors.stage calls CompletionStage.toCompletableFuture in a monitor");
    }
}
