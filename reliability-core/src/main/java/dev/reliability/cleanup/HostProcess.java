package dev.reliability.cleanup;

/** The process whose end closes scopes. The machine's is {@link Jvm}; tests have their own. */
interface HostProcess {
    /**
     * Has a thread started when the process goes down.
     *
     * @throws IllegalStateException if it is already going down
     */
    void addHook(Thread hook);

    /** Takes the thread back. Nothing happens if the process is going down. */
    void removeHook(Thread hook);

    /** Whether a thread may still do something: it lives, and is not for ever inside {@link System#exit}. */
    boolean canRun(Thread thread);
}
