package dev.reliability.cleanup;

import dev.reliability.Interleavings;
import dev.reliability.time.spi.SteppedSeam;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Registering against closing: each action runs exactly once, and who comes back from close finds the scope closed. */
@Tag("lincheck")
class CleanupLincheckTest {
    @Test
    void cleanup_1_3_registeringAndClosingAreLinearizable() {
        Interleavings.areLinearizable(Scope.class, Specification.class);
    }

    @Test
    void cleanup_3_sealingWithoutALookIsFound() {
        Interleavings.areBrokenIn(Careless.class, Specification.class);
    }

    public static final class Scope {
        private final CleanupScope scope =
                Cleanup.builder().time(new SteppedSeam()).scope();
        private final AtomicInteger registered = new AtomicInteger();
        private final AtomicInteger ran = new AtomicInteger();

        /** False if it was too late: then the action ran at once. */
        @Operation
        public boolean defer() {
            registered.incrementAndGet();
            try {
                scope.defer(ran::incrementAndGet);
                return true;
            } catch (IllegalStateException closed) {
                return false;
            }
        }

        @Operation(blocking = true)
        public void close() {
            scope.close();
        }

        @Operation
        public boolean isClosed() {
            return scope.isClosed();
        }

        @Validate
        public void eachRanOnce() {
            scope.close();
            if (ran.get() != registered.get()) {
                throw new IllegalStateException(ran + " of " + registered + " ran");
            }
        }
    }

    public static final class Specification {
        private boolean closed;

        public boolean defer() {
            return !closed;
        }

        public void close() {
            closed = true;
        }

        public boolean isClosed() {
            return closed;
        }
    }

    /** Closes what it saw, and says that it is closed then: what was registered in between is left behind. */
    public static final class Careless {
        private record Node(Node older) {}

        private final AtomicReference<Node> head = new AtomicReference<>();
        private final AtomicInteger registered = new AtomicInteger();
        private final AtomicInteger ran = new AtomicInteger();
        private volatile boolean closed;

        @Operation
        public boolean defer() {
            if (closed) {
                return false;
            }
            registered.incrementAndGet();
            head.updateAndGet(Node::new);
            return true;
        }

        @Operation
        public void close() {
            for (Node node = head.getAndSet(null); node != null; node = node.older()) {
                ran.incrementAndGet();
            }
            closed = true;
        }

        @Validate
        public void eachRanOnce() {
            for (Node node = head.get(); node != null && !closed; node = node.older()) {
                ran.incrementAndGet();
            }
            if (ran.get() != registered.get()) {
                throw new IllegalStateException(ran + " of " + registered + " ran");
            }
        }
    }
}
