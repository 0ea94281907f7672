package dev.reliability.cleanup;

/** The JVM we run in. */
final class Jvm implements HostProcess {
    @Override
    public void addHook(Thread hook) {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException goingDown) {
            return; // the hook will run, and find nothing to do
        }
    }

    /**
     * A thread that has called {@code System.exit} waits in there for the shutdown hooks and then for the halt, so it
     * would wait for us for ever. It is known by its stack: {@code java.lang.Shutdown.exit} is where every way into the
     * orderly shutdown goes, on all JDKs from 17 on. On a JVM that names it otherwise the thread counts as able to run,
     * and merely has its drain; so does one that refuses to show its stack.
     */
    @Override
    public boolean canRun(Thread thread) {
        if (!thread.isAlive()) {
            return false;
        }
        for (StackTraceElement frame : stackOf(thread)) {
            if (frame.getClassName().equals("java.lang.Shutdown")
                    && frame.getMethodName().equals("exit")) {
                return false;
            }
        }
        return true;
    }

    private static StackTraceElement[] stackOf(Thread thread) {
        try {
            return thread.getStackTrace(); // which may be overridden
        } catch (RuntimeException refused) {
            return new StackTraceElement[0];
        }
    }
}
