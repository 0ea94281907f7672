package dev.reliability.testkit.contract.push;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What surrounds the command in one try: the directories that it may use and the faults that the adapter plants in it.
 * The destinations are in the {@link PushFlow}. Thread-safe.
 */
public final class PushWorld {
    private final Path tempDir;
    private final Path workDir;
    private final Set<PushInjection> injected;
    private final AtomicInteger bundles = new AtomicInteger();

    PushWorld(Path tempDir, Path workDir, Set<PushInjection> injected) {
        this.tempDir = tempDir;
        this.workDir = workDir;
        this.injected = injected.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(injected));
    }

    /**
     * Where the command puts all its temporary files. It is empty before each push and has to be empty after it.
     *
     * @return a directory of this try's own
     */
    public Path tempDir() {
        return tempDir;
    }

    /**
     * Where the adapter puts what is not the command's: rendered events, configurations and sources. The kit deletes it.
     *
     * @return a directory of this try's own
     */
    public Path workDir() {
        return workDir;
    }

    /**
     * The faults that the adapter plants in the command in this try.
     *
     * @return mostly empty
     */
    public Set<PushInjection> injected() {
        return injected;
    }

    /**
     * To be called by the adapter whenever the command's bundler starts, in this JVM: nothing outside shows whether it
     * did. A push that succeeds has to have called it.
     */
    public void bundling() {
        bundles.incrementAndGet();
    }

    int bundles() {
        return bundles.get();
    }
}
