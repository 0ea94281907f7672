package dev.reliability.testkit.sim;

import dev.reliability.Action;
import dev.reliability.testkit.sim.SimTask.State;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One schedule of a scenario: runs its tasks, one at a time, each on its {@link Carrier}.
 *
 * <p>How it works: whoever runs has the <em>turn</em>, which guards all that is here. At a point it chooses who goes on and
 * hands the turn over. If nobody can, the time moves to the next instant. The check runs when all tasks have ended and what
 * the library started is idle. Then, or when the schedule has failed, the rest is unwound one by one: at each point it
 * throws {@link SimulationEnded}. The last one wakes the observer.
 */
final class Schedule {
    private static final int SPINS = 1_000;
    private static final int UNWINDINGS = 1_000; // then a task that catches all errors is given up

    final Clock clock = new Clock();
    final SimTime time = new SimTime(this);
    final Tasks tasks = new Tasks();
    final Waiting waiting = new Waiting(this, clock);
    final Trace trace;

    private final Case which;
    private final Choice choice;
    private final Carriers carriers;
    private final Simulation simulation;
    private final Thread observer = Thread.currentThread();

    // Guarded by the turn.
    private @Nullable Action<?> check;
    private boolean settingUp = true;
    private @Nullable Failed failure;
    private int handOvers;
    private int spins; // points that a task has passed in a row while all others wait

    private volatile long points; // written by who has the turn, read by the observer
    private volatile boolean stopping; // likewise, or written by the observer
    private volatile boolean over; // likewise
    private volatile @Nullable SimTask running; // likewise
    private volatile @Nullable String escape; // why this cannot be simulated

    Schedule(Case which, Choice choice, Carriers carriers, Simulation simulation, boolean inWords) {
        this.which = which;
        this.choice = choice;
        this.carriers = carriers;
        this.simulation = simulation;
        this.trace = new Trace(clock, inWords);
    }

    void begin(Action<?> setUp) {
        carriers.beginSchedule();
        SimTask first = make("set-up", setUp, true);
        tasks.ready(first);
        give(first);
    }

    boolean isOver() {
        return over;
    }

    long points() {
        return points;
    }

    int handOvers() {
        return handOvers;
    }

    @Nullable
    SimTask running() {
        return running;
    }

    @Nullable
    String escape() {
        return escape;
    }

    @Nullable
    Failed failure() {
        return failure;
    }

    /** Gives the schedule up while a task is outside: all go on at once, to unwind. */
    void abandon() {
        stopping = true;
        over = true;
        carriers.giveTurnToAll();
    }

    /** The task that calls. A thread that is none cannot be simulated. */
    SimTask self(String what) {
        Thread thread = Thread.currentThread();
        SimTask task = thread instanceof Carrier carrier ? carrier.task() : null;
        if (task != null && task.schedule == this) {
            return task;
        }
        String who = "thread \"" + thread.getName() + "\", which is no task of the simulation,";
        if (over) {
            throw new IllegalStateException(who + " cannot " + what + " here: the schedule has ended");
        }
        escape = who + " tried to " + what + " at " + Places.of(thread);
        LockSupport.unpark(observer);
        throw new IllegalStateException(who + " cannot " + what + " in a simulation");
    }

    boolean isStopping() {
        return stopping;
    }

    void checkSettingUp(String what) {
        if (!settingUp) {
            throw new IllegalStateException("cannot " + what + " once the set-up has ended");
        }
    }

    void check(Action<?> newCheck) {
        checkSettingUp("set a check");
        if (check != null) {
            throw new IllegalStateException("cannot set a second check: put both into one");
        }
        check = newCheck;
    }

    void spawn(String name, Action<?> body) {
        SimTask self = self("spawn a task");
        if (!settingUp) {
            start(name, body, true);
        } else if (!stopping) {
            SimTask task = make(name, body, true);
            task.state = State.NEW;
            trace.add(self, "spawns", task);
        }
    }

    void start(String name, Action<?> body, boolean inForeground) {
        SimTask self = self("start a thread");
        if (!stopping) {
            SimTask task = make(name, body, inForeground);
            tasks.ready(task);
            trace.add(self, "starts", task);
            point(self);
        }
    }

    SimTask make(String name, Action<?> body, boolean inForeground) {
        int id = tasks.count();
        Draws draws = Draws.of(which.seed(), which.schedule(), 1 + id);
        SimTask task = new SimTask(this, id, name, body, inForeground, carriers.next(), draws);
        tasks.add(task);
        task.carrier.carry(task);
        choice.made(task);
        return task;
    }

    /** A place where another task may go on. */
    void point(SimTask self) {
        unwindIfStopping(self);
        SimTask next = next(self);
        if (next != self) {
            give(next);
            self.carrier.awaitTurn();
        }
        unwindIfStopping(self);
    }

    private void give(SimTask task) {
        running = task;
        handOvers++;
        task.carrier.giveTurn();
    }

    /** Who goes on; the caller itself if that is the end. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    private SimTask next(SimTask self) {
        self.points++;
        if (++points > simulation.points) {
            fail(SimulationFailure.Kind.ENDLESS, "no end after " + simulation.points + " points", null);
            return self;
        }
        while (true) {
            waiting.lookAtConditions();
            if (stopping) {
                return self;
            }
            if (!tasks.ready().isEmpty()) {
                letTimePass(self);
                return choose(self);
            }
            Action<?> last = check;
            if (tasks.isForegroundOver() && last == null) {
                stopping = true;
                return self;
            }
            if (tasks.isForegroundOver() && last != null) {
                tasks.ready(make("check", last, true));
                check = null;
            } else if (!waiting.advance()) {
                fail(SimulationFailure.Kind.DEADLOCK, "nobody can go on", null);
                return self;
            }
        }
    }

    /** Spinning takes time: a task does when it goes on and on while all others wait. And so does a stall. */
    private void letTimePass(SimTask self) {
        boolean alone = tasks.ready().size() == 1 && tasks.ready().get(0) == self;
        spins = alone ? spins + 1 : 0;
        if (spins > SPINS && waiting.advance()) {
            spins = 0;
        } else if (choice.stalls(self) && clock.nextIn() <= simulation.stallNanos && waiting.advance()) {
            trace.stalled(self);
        }
    }

    private SimTask choose(SimTask self) {
        List<SimTask> ready = tasks.ready();
        SimTask obvious = Choice.obvious(self, ready);
        SimTask next = ready.size() == 1 ? obvious : choice.next(self, ready);
        trace.chose(self, next, obvious);
        return next;
    }

    void failed(SimTask task, Throwable thrown) {
        if (!stopping) {
            trace.add(task, "throws", thrown.getClass().getName().hashCode(), thrown);
        }
        fail(SimulationFailure.Kind.THROWN, "task \"" + task + "\" threw " + thrown, thrown);
    }

    private void fail(SimulationFailure.Kind kind, String what, @Nullable Throwable cause) {
        if (!stopping) {
            failure = new Failed(kind, what, cause, cause == null ? tasks.places() : List.of());
            stopping = true;
        }
    }

    /** Runs a task, on its carrier. */
    void carry(SimTask task) {
        if (!stopping) {
            trace.add(task, "begins");
            try {
                task.body.run();
            } catch (Throwable thrown) {
                failed(task, thrown);
            }
        }
        if (task.unwound > 0 && !waiting.isTimer(task)) {
            task.carrier.setSpent();
        }
        task.carrier.setFree();
        end(task);
    }

    private void end(SimTask task) {
        if (over) {
            return; // abandoned
        }
        tasks.end(task);
        if (!stopping) {
            trace.add(task, "ends");
            if (settingUp && task.id == 0) {
                settingUp = false;
                tasks.beginSpawned();
            }
            SimTask next = next(task);
            if (!stopping) {
                give(next);
                return;
            }
        }
        unwindNext();
    }

    private void unwindNext() {
        SimTask left = tasks.firstLeft();
        if (left != null) {
            give(left);
            return;
        }
        over = true;
        LockSupport.unpark(observer);
    }

    private void unwindIfStopping(SimTask self) {
        if (stopping) {
            if (++self.unwound > UNWINDINGS) {
                end(self);
                Carrier.stopForGood();
            }
            throw new SimulationEnded();
        }
    }
}
