package dev.reliability.testkit.contract;

import static java.util.Objects.requireNonNull;

import dev.reliability.time.spi.Seam;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Somebody in a {@link World} with a thread of their own, who does what they are asked, one thing after the other. For
 * what depends on the thread that does it. Thread-safe.
 */
public final class Person implements Executor {
    private final Seam seam;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Actor actor;
    private volatile boolean dismissed;

    Person(World world, String name) {
        this.seam = Seam.of(world.time());
        this.actor = world.spawn(name, this::work);
    }

    private @Nullable Object work() {
        while (true) {
            boolean last = dismissed; // what was asked before that is done
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
            } else if (last) {
                return null;
            } else {
                seam.park(this);
            }
            Thread.interrupted(); // what one task leaves behind does not concern the next
        }
    }

    /**
     * Asks for something to be done, without waiting for it.
     *
     * @param task what to do; throws nothing
     */
    @Override
    public void execute(Runnable task) {
        tasks.add(requireNonNull(task, "task"));
        seam.unpark(actor.thread());
    }

    /**
     * Asks for something to be done, and waits until it is.
     *
     * @param body what to do
     * @return its result
     * @throws Throwable what it failed with
     */
    public @Nullable Object ask(Body body) throws Throwable {
        Actor answer = new Actor(seam);
        execute(() -> answer.run(body));
        return answer.await();
    }

    /** Asks for nothing more: the thread ends. */
    public void dismiss() {
        dismissed = true;
        seam.unpark(actor.thread());
    }
}
