package dev.reliability.cleanup;

import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The scopes that are closed at shutdown, and the one hook for all of them (rule CLEANUP-10).
 *
 * <pre>
 *   IDLE (no scope, no hook) &lt;--- register the first, unregister the last ---&gt; ARMED (hook in place)
 *     |                                                                           |
 *     '--- the process refuses the hook ---&gt; BEGUN, for ever &lt;--- the hook runs ---'
 * </pre>
 *
 * <p>A scope that is to be registered while the process goes down is either refused with the hook (there was none, and it
 * is too late for one), or refused since BEGUN, or still seen by the hook, which reads the scopes in the same monitor in
 * which it sets BEGUN. So every scope that was opened is closed or reported.
 *
 * <p>Adding and removing the hook happens under the monitor, so that the last scope that goes and the first one that
 * comes cannot cross. The JVM does both in a short monitor of its own, from which it never calls us.
 *
 * <p>The time is the machine's, whatever the time of the scopes: it is the machine that waits for the process to end.
 */
final class Shutdown {
    static final Shutdown OF_JVM = new Shutdown(Seam.of(TimeSource.system()), new Jvm());

    private final Seam seam;
    private final HostProcess process;

    // Guarded by this.
    private final Set<ClosableScope> scopes = new LinkedHashSet<>();
    private @Nullable Thread hook;

    private volatile boolean begun; // written under this
    private volatile @Nullable ShutdownRun run; // written by the hook

    Shutdown(Seam seam, HostProcess process) {
        this.seam = seam;
        this.process = process;
    }

    boolean hasBegun() {
        return begun;
    }

    void register(ClosableScope scope) {
        seam.checkpoint();
        if (!tryRegister(scope)) {
            throw new IllegalStateException("cannot open scope \""
                    + scope.options().name() + "\": it would be closed at shutdown, and the process is going down");
        }
    }

    private synchronized boolean tryRegister(ClosableScope scope) {
        if (hook == null && !begun) {
            arm();
        }
        return !begun && scopes.add(scope);
    }

    private void arm() {
        Thread thread = seam.newThread("reliability-shutdown", this::onShutdown);
        try {
            process.addHook(thread);
            hook = thread;
        } catch (IllegalStateException goingDown) {
            begun = true;
        }
    }

    void unregister(ClosableScope scope) {
        remove(scope);
        ShutdownRun waiting = run;
        if (waiting != null) {
            waiting.wake();
        }
    }

    private synchronized void remove(ClosableScope scope) {
        scopes.remove(scope);
        if (scopes.isEmpty() && hook != null && !begun) {
            process.removeHook(hook);
            hook = null;
        }
    }

    /** The hook: ends when all scopes are closed, at their longest limit at the latest. */
    private void onShutdown() {
        List<ClosableScope> newestFirst = begin();
        if (!newestFirst.isEmpty()) {
            ShutdownRun here = new ShutdownRun(seam, process, newestFirst);
            run = here;
            here.closeWithinLimit();
        }
    }

    private synchronized List<ClosableScope> begin() {
        begun = true;
        List<ClosableScope> newestFirst = new ArrayList<>(scopes);
        Collections.reverse(newestFirst);
        return newestFirst;
    }
}
