package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.World;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What the reference does with graces, leaks and shutdowns: mostly what our own scope does, unless there is a defect. */
final class ReferenceLimits {
    private ReferenceLimits() {}

    static CleanupAdapter create(CleanupSpec spec, World world, CleanupDefect defect) {
        if (spec.atShutdown()) {
            ReferenceScope scope = new ReferenceScope(spec, world, defect, null);
            Down.register(scope, defect);
            return scope;
        }
        if (spec.graceNanos() > 0) {
            return new CoreCleanup(graced(spec, defect), world);
        }
        if (spec.detectLeaks()) {
            return leaking(spec, world, defect);
        }
        return new ReferenceScope(spec, world, defect, null);
    }

    private static CleanupSpec graced(CleanupSpec spec, CleanupDefect defect) {
        return switch (defect) {
            case NO_INTERRUPT_AT_THE_GRACE -> spec.withGrace(0, null);
            case WAITS_THOUGH_DETACHED -> spec.withGrace(spec.graceNanos(), null);
            case OVERRUN_IS_NOT_HEARD ->
                CleanupSpec.tellingTo(event -> {}).withGrace(spec.graceNanos(), spec.detachedOn());
            default -> spec;
        };
    }

    private static CleanupAdapter leaking(CleanupSpec spec, World world, CleanupDefect defect) {
        Consumer<CleanupHeard> listener = spec.listener();
        return switch (defect) {
            case LEAK_IS_NOT_HEARD -> new CoreCleanup(CleanupSpec.tellingTo(listener), world);
            case LEAK_WITHOUT_ITS_PLACE ->
                new CoreCleanup(
                        CleanupSpec.tellingTo(event -> listener.accept(new CleanupHeard(event.kind(), List.of())))
                                .detectingLeaks(),
                        world);
            case CLOSED_IS_A_LEAK -> new Unclosed(new CoreCleanup(spec, world));
            default -> new CoreCleanup(spec, world);
        };
    }

    /** Runs what it owns, but does not count as closed. */
    private record Unclosed(CleanupAdapter scope) implements CleanupAdapter {
        @Override
        public Object open(dev.reliability.testkit.contract.Body opener, Closer closer) throws Throwable {
            return scope.open(opener, closer);
        }

        @Override
        public void add(AutoCloseable value) throws Throwable {
            scope.add(value);
        }

        @Override
        public void close() {
            scope.release();
        }

        @Override
        public void reportLeaks() {
            scope.reportLeaks();
        }
    }

    /** The open scopes of a process that will go down. */
    private record Down(ReferenceScope scope, Thread owner) {
        private static final List<Down> ALL = new CopyOnWriteArrayList<>();

        static synchronized void register(ReferenceScope scope, CleanupDefect defect) {
            if (ALL.isEmpty()) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> goDown(defect)));
            }
            ALL.add(
                    defect == CleanupDefect.OLDEST_FIRST_AT_SHUTDOWN ? ALL.size() : 0,
                    new Down(scope, Thread.currentThread()));
        }

        private static void goDown(CleanupDefect defect) {
            if (defect != CleanupDefect.OWNER_IS_NOT_INTERRUPTED) {
                ALL.stream().map(Down::owner).distinct().forEach(Thread::interrupt);
            }
            join(ALL.get(0).owner(), CleanupSpec.drain().toMillis());
            Thread helper = new Thread(Down::closeAll);
            helper.setDaemon(true);
            helper.start();
            long limit = CleanupSpec.limit().minus(CleanupSpec.drain()).toMillis();
            join(helper, defect == CleanupDefect.NO_LIMIT_AT_SHUTDOWN ? 0 : limit);
        }

        private static void join(Thread thread, long millis) {
            try {
                thread.join(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void closeAll() {
            for (Down down : ALL) {
                try {
                    down.scope.close();
                } catch (Throwable failure) {
                    throw new IllegalStateException(failure);
                }
            }
        }
    }
}
