package dev.reliability.cleanup;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Registering and closing at once: CLEANUP-1, -3. */
public final class ScopeStress {
    private ScopeStress() {}

    @JCStressTest
    @Description("An action is registered while the scope is closed: it runs once and sees what was written before.")
    @Outcome(
            id = "1, 1",
            expect = Expect.ACCEPTABLE,
            desc = "ran once: by the closer, or at once since it came too late")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "ran, and did not see what its owner had written")
    @Outcome(expect = Expect.FORBIDDEN, desc = "did not run, or ran twice")
    @State
    public static class RegisterAgainstClose {
        private final CleanupScope scope = Cleanup.scope();
        private final AtomicInteger runs = new AtomicInteger();
        private int written;
        private int seen;

        @Actor
        public void register() {
            written = 1;
            try {
                scope.defer(() -> {
                    seen = written;
                    runs.incrementAndGet();
                });
            } catch (IllegalStateException closed) {
                seen = Math.min(seen, runs.get()); // it ran on this thread
            }
        }

        @Actor
        public void close() {
            scope.close();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = runs.get();
            r.r2 = seen;
        }
    }

    @JCStressTest
    @Description("Two threads close: the action runs once, and both see what it did when they come back.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "done before either comes back")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one came back before it was done, or it was done twice")
    @State
    public static class CloseAgainstClose {
        private final CleanupScope scope = Cleanup.scope();
        private int done;

        public CloseAgainstClose() {
            scope.defer(() -> done++);
        }

        @Actor
        public void one(II_Result r) {
            scope.close();
            r.r1 = done;
        }

        @Actor
        public void other(II_Result r) {
            scope.close();
            r.r2 = done;
        }
    }
}
