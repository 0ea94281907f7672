package dev.reliability;

import dev.reliability.cleanup.CleanupScope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** What {@link MonitorsTest} has to find, and what it must not; read as byte code only. */
@SuppressWarnings("unused") // see above
final class PlantedMonitors {
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

    synchronized void byOverriding(Quiet quiet) {
        quiet.work();
    }

    synchronized void byInheriting(Loud loud) {
        loud.inherited();
    }

    synchronized void byInterface(Worker worker) {
        worker.work();
    }

    synchronized void byMadeLambda(AtomicReference<Object> place) {
        place.set((Comparable<Object>) other -> {
            LockSupport.park();
            return 0;
        });
    }

    synchronized void byCalledLambda(Chooser chooser) {
        chooser.choose();
    }

    static Chooser chooser() {
        return () -> {
            LockSupport.park();
            return "chosen";
        };
    }

    synchronized void closer(CleanupScope.Closer<String> closer) throws Exception {
        closer.close("value");
    }

    synchronized void future(CompletableFuture<String> future) {
        future.complete("value");
    }

    synchronized void ownFuture(OwnFuture future) {
        future.cancel(true);
    }

    synchronized CompletableFuture<String> stage(CompletionStage<String> stage) {
        return stage.toCompletableFuture();
    }

    void innocent(Runnable work) {
        synchronized (lock) {
            lock.notifyAll();
        }
        work.run();
    }

    interface Worker {
        void work();
    }

    interface Chooser {
        String choose();
    }

    static class Quiet {
        void work() {}

        void inherited() {
            LockSupport.park();
        }
    }

    static final class Loud extends Quiet implements Worker {
        @Override
        public void work() {
            LockSupport.park();
        }
    }

    static final class OwnFuture extends CompletableFuture<String> {}
}
