package dev.reliability.testkit.contract.cleanup;

import dev.reliability.EventListener;
import dev.reliability.Task;
import dev.reliability.cleanup.Cleanup;
import dev.reliability.cleanup.CleanupEvent;
import dev.reliability.cleanup.CleanupScope;
import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.World;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Our own scope. */
final class CoreCleanup implements CleanupAdapter {
    private final Cleanup.Builder builder;
    private final CleanupScope scope;

    CoreCleanup(CleanupSpec spec, World world) {
        this.builder = builder(spec, world);
        this.scope = builder.scope();
    }

    private CoreCleanup(Cleanup.Builder builder, CleanupScope scope) {
        this.builder = builder;
        this.scope = scope;
    }

    private static Cleanup.Builder builder(CleanupSpec spec, World world) {
        Cleanup.Builder builder = Cleanup.builder().name("subject").time(world.time());
        if (spec.listener() != null) {
            builder.listener(telling(spec.listener()));
        }
        if (spec.reportOnly()) {
            builder.reportOnlyTo(telling(spec.listener()));
        }
        if (spec.graceNanos() > 0) {
            builder.grace(Duration.ofNanos(spec.graceNanos()));
        }
        if (spec.detachedOn() != null) {
            builder.detachable(spec.detachedOn());
        }
        if (spec.atShutdown()) {
            builder.closeAtShutdown(CleanupSpec.drain(), CleanupSpec.limit());
        }
        return spec.detectLeaks() ? builder.detectLeaks() : builder;
    }

    private static EventListener telling(Consumer<CleanupHeard> listener) {
        return event -> {
            if (event instanceof CleanupEvent.ActionFailed) {
                listener.accept(new CleanupHeard(CleanupHeard.Kind.FAILED, List.of()));
            } else if (event instanceof CleanupEvent.ActionOverran overran) {
                listener.accept(new CleanupHeard(CleanupHeard.Kind.OVERRAN, overran.stack()));
            } else if (event instanceof CleanupEvent.Leaked leaked) {
                listener.accept(new CleanupHeard(CleanupHeard.Kind.LEAKED, leaked.openedAt()));
            } else if (event instanceof CleanupEvent.Abandoned) {
                listener.accept(new CleanupHeard(CleanupHeard.Kind.ABANDONED, List.of()));
            }
        };
    }

    @Override
    public Object open(Body opener, Closer closer) {
        return scope.open(task(opener), closer::close);
    }

    private static Task<Object, RuntimeException> task(Body body) {
        return () -> {
            try {
                return body.run();
            } catch (Throwable failure) {
                throw CoreCleanup.<RuntimeException>asItIs(failure);
            }
        };
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller declares it after all
    private static <X extends Throwable> RuntimeException asItIs(Throwable failure) throws X {
        throw (X) failure;
    }

    @Override
    public void add(AutoCloseable value) {
        scope.add(value);
    }

    @Override
    public void close() {
        scope.close();
    }

    /** What was registered so far goes to the scope of the call. */
    @Override
    public Object call(Body work) {
        return builder.<Object, RuntimeException>call(inner -> {
            scope.moveTo(inner);
            return task(work).call();
        });
    }

    @Override
    public void defer(Consumer<CleanupOutcome> action) {
        scope.defer((CleanupScope.OutcomeAction) outcome -> action.accept(CleanupOutcome.valueOf(outcome.name())));
    }

    @Override
    public void succeed() {
        scope.succeed();
    }

    @Override
    public CleanupAdapter child() {
        return new CoreCleanup(builder, scope.child());
    }

    @Override
    public void moveTo(CleanupAdapter other) {
        scope.moveTo(((CoreCleanup) other).scope);
    }

    @Override
    public void release() {
        scope.release();
    }

    @Override
    public void reportLeaks() {
        int unused = Cleanup.reportLeaks();
    }
}
