package dev.reliability.testkit.contract.cleanup;

import static java.util.Objects.requireNonNull;

import dev.reliability.testkit.contract.Unsupported;
import dev.reliability.testkit.contract.World;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** One try: scopes, what was registered with them, and what ran. */
final class CleanupTry {
    /** What an entry does when it is closed. */
    @FunctionalInterface
    interface Act {
        Act NOTHING = () -> {};

        void run() throws Exception;
    }

    final World world;
    final CleanupAdapter scope;
    private final CleanupScopeContract contract;
    private final List<String> began = new CopyOnWriteArrayList<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();

    CleanupTry(CleanupScopeContract contract, World world, CleanupSpec spec) {
        this.contract = contract;
        this.world = world;
        this.scope = another(spec);
    }

    CleanupAdapter another(CleanupSpec spec) {
        return requireNonNull(contract.create(spec, world), "adapter");
    }

    /** An entry that notes when it runs. */
    AutoCloseable entry(String name, Act act) {
        return () -> closing(name, act);
    }

    void closing(String name, Act act) throws Exception {
        int operation = world.history().invoked("close " + name);
        began.add(name);
        try {
            act.run();
            world.history().ok(operation, "closed");
        } catch (Throwable failure) {
            world.history().failed(operation, failure);
            throw failure;
        } finally {
            ended.add(name);
        }
    }

    void add(String name) throws Throwable {
        add(scope, name, Act.NOTHING);
    }

    void add(CleanupAdapter to, String name, Act act) throws Throwable {
        world.record("add " + name);
        to.add(entry(name, act));
    }

    void open(String name) throws Throwable {
        world.record("open " + name);
        Object opened = scope.open(() -> name, value -> closing(String.valueOf(value), Act.NOTHING));
        expect(name.equals(opened), "the value that was opened, " + name, "it was " + opened);
    }

    /** Closes a scope; what it throws is given back. */
    @Nullable
    Throwable close(CleanupAdapter which) {
        int operation = world.history().invoked("close");
        try {
            which.close();
            world.history().ok(operation, "closed");
            return null;
        } catch (Unsupported refusal) {
            throw refusal;
        } catch (Throwable failure) {
            world.history().failed(operation, failure);
            return failure;
        }
    }

    void closeWell() {
        Throwable failure = close(scope);
        expect(failure == null, "the scope to close", "it threw " + failure);
    }

    /** Which entries have begun, in order. */
    List<String> began() {
        return List.copyOf(began);
    }

    List<String> ended() {
        return List.copyOf(ended);
    }

    void expectRan(List<String> names) {
        expect(began().equals(names), "just these to run, in this order: " + names, "it was " + began());
    }

    void expect(boolean kept, String expected, @Nullable Object seen) {
        world.history().expect(kept, expected, seen);
    }
}
