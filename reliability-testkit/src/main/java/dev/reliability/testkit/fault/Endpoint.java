package dev.reliability.testkit.fault;

import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One logical destination: a port of its own, so that a refusal of one destination is not one of another; its plan; its
 * connections; and its history. Thread-safe.
 *
 * <p>How it works: one lock guards everything, so that the order of arrival is the order in which faults are taken. A
 * thread listens and admits connections, and each connection has its thread.
 * <pre>
 *   LISTENING --the fault that is due becomes a refusal--> CLOSING --the listener has left accept--> REFUSING
 *       ^                                                                                             |
 *       +----------------- the span is over, endRefusal, or another plan -----------------------------+
 *   any --close--> CLOSED
 * </pre>
 * Closing a listening socket does not end it as long as a thread is in its accept, so whoever makes a refusal due waits
 * in CLOSING. Only then is the fault before it carried out: a client that sees that one and connects is refused.
 */
final class Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long REBIND_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final String path;
    private final AtomicLong arrivals;
    private final AtomicLong connectionIds;
    private final Port port;
    private final Thread listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Set<Connection> connections = new HashSet<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Exchange> exchanges = new ArrayList<>();
    private FaultPlan plan;
    private int position;
    private long turn; // goes up with every fault taken and every plan set
    private @Nullable ServerSocket server; // set and cleared by the listener, closed by any
    private boolean open = true;

    Endpoint(String path, FaultPlan plan, AtomicLong arrivals, AtomicLong connectionIds) throws IOException {
        this.path = path;
        this.plan = plan;
        this.arrivals = arrivals;
        this.connectionIds = connectionIds;
        this.port = new Port();
        this.listener = new Thread(this::listen, "http-destination " + path + " listener");
        listener.setDaemon(true);
    }

    /** Begins to listen, or to refuse. */
    void start() {
        listener.start();
        locked(this::awaitListener);
    }

    String path() {
        return path;
    }

    int port() {
        return port.number();
    }

    void plan(FaultPlan newPlan) {
        locked(() -> {
            plan = newPlan;
            position = 0;
            due();
            awaitListener();
        });
    }

    void endRefusal() {
        locked(() -> {
            if (!(fault() instanceof Fault.Refuse)) {
                throw new IllegalStateException(
                        "destination " + path + " cannot end a refusal, because due is " + fault());
            }
            next();
            awaitListener();
        });
    }

    // What connections ask.

    /** A connection has the first byte of a request; false if it must be reset. */
    boolean begins(Connection connection) {
        lock.lock();
        try {
            if (!open || connection.isClosedHere()) {
                return false;
            }
            connection.setIdle(false);
            Fault fault = fault();
            if (fault instanceof Fault.HangUp) {
                record(connection, Request.UNREAD, fault, null);
                next();
                awaitListener();
                return false;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A connection is about to wait for its next request; false if it must be closed. */
    boolean waits(Connection connection) {
        lock.lock();
        try {
            connection.setIdle(true);
            return keepsAlive();
        } finally {
            lock.unlock();
        }
    }

    /** Whether connections are to live on: not if the next attempt must find nobody to connect to. */
    boolean keepsAlive() {
        lock.lock();
        try {
            return open && !(fault() instanceof Fault.Refuse);
        } finally {
            lock.unlock();
        }
    }

    /** Records a request and takes its fault. */
    Exchange arrived(Connection connection, Request request) {
        lock.lock();
        try {
            Fault fault = fault();
            Exchange exchange = record(connection, request, fault, null);
            if (!(fault instanceof Fault.Refuse)) {
                next();
                awaitListener();
            }
            return exchange;
        } finally {
            lock.unlock();
        }
    }

    /** Records what is not a request to this destination. */
    Exchange arrivedWrong(Connection connection, Request request, String problem) {
        lock.lock();
        try {
            return record(connection, request, null, problem);
        } finally {
            lock.unlock();
        }
    }

    private Exchange record(Connection connection, Request request, @Nullable Fault fault, @Nullable String problem) {
        Exchange exchange = new Exchange(arrivals.incrementAndGet(), connection.id(), request, fault, problem);
        exchanges.add(exchange);
        LOG.debug("{}: {} on connection {}: {}", path, request, connection.id(), problem != null ? problem : fault);
        return exchange;
    }

    void processed(Exchange exchange) {
        locked(() -> exchange.processed = true);
    }

    void answers(Exchange exchange, boolean success) {
        locked(() -> {
            exchange.processed = success;
            exchange.answering = true;
        });
    }

    void answered(Exchange exchange, boolean acknowledged) {
        locked(() -> {
            exchange.acknowledged = acknowledged;
            exchange.answering = false;
            changed.signalAll();
        });
    }

    /** Waits in real time, unless the destination is closed before the end; false then. */
    boolean pause(long nanos) throws IOException {
        lock.lock();
        try {
            long left = nanos;
            while (open && left > 0) {
                left = changed.awaitNanos(left);
            }
            return open;
        } catch (InterruptedException e) {
            throw new IOException("a thread of a destination was interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    void left(Connection connection) {
        locked(() -> connections.remove(connection));
    }

    // What the test asks.

    /** The history; requests that are being answered right now are waited for. */
    List<ReceivedRequest> received() {
        lock.lock();
        try {
            List<Exchange> arrived = List.copyOf(exchanges);
            await(() -> arrived.stream().noneMatch(exchange -> exchange.answering));
            return arrived.stream().map(ReceivedRequest::new).toList();
        } finally {
            lock.unlock();
        }
    }

    int openConnections() {
        lock.lock();
        try {
            return connections.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        lock.lock();
        try {
            String state = !open ? "closed" : isListening() ? "listening" : "refusing";
            return path + " at port " + port.number() + " (" + state + ", " + exchanges.size() + " requests, "
                    + connections.size() + " connections open, at fault " + position + " of " + plan + ")";
        } finally {
            lock.unlock();
        }
    }

    // Faults in their order. With the lock held.

    private Fault fault() {
        return plan.at(position);
    }

    private void next() {
        position++;
        due();
    }

    private void due() {
        turn++;
        if (fault() instanceof Fault.Refuse) {
            if (server != null) {
                close(server);
            }
            connections.stream().filter(Connection::isIdle).forEach(Connection::closeNow);
        }
        changed.signalAll();
    }

    /** Waits until the listener has done what the fault that is due asks of it. */
    private void awaitListener() {
        if (!await(() -> !open || (fault() instanceof Fault.Refuse ? server == null : isListening()))) {
            throw new IllegalStateException("the listener of " + this + " does not follow its plan");
        }
    }

    private boolean isListening() {
        return server != null && !server.isClosed();
    }

    /** Waits in real time for at most 10 s; an interrupt is kept for later. */
    private boolean await(BooleanSupplier condition) {
        boolean interrupted = Thread.interrupted();
        try {
            long left = PATIENCE_NANOS;
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // The thread of the listener.

    private void listen() {
        try {
            for (ServerSocket now = nextServer(); now != null; now = nextServer()) {
                admitAll(now);
                locked(() -> {
                    server = null;
                    changed.signalAll();
                });
            }
        } catch (InterruptedException e) {
            LOG.warn("the listener of {} was interrupted by a stranger", path, e);
        }
    }

    /** Waits until no refusal is due, and listens; null if the destination is closed. */
    private @Nullable ServerSocket nextServer() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                waitOutRefusals();
                if (!open) {
                    return null;
                }
                try {
                    server = port.listen();
                    changed.signalAll();
                    return server;
                } catch (IOException e) {
                    LOG.warn("{} cannot listen at port {} again; trying on", path, port.number(), e);
                    changed.awaitNanos(REBIND_PAUSE_NANOS);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void waitOutRefusals() throws InterruptedException {
        long seen = turn - 1;
        long left = 0;
        while (open && fault() instanceof Fault.Refuse refuse) {
            if (seen != turn) {
                seen = turn;
                left = Spans.nanos(refuse.span());
            }
            if (left <= 0) {
                next();
            } else {
                left = changed.awaitNanos(left);
            }
        }
    }

    private void admitAll(ServerSocket from) {
        try (from) {
            while (!from.isClosed()) {
                admit(from.accept());
            }
        } catch (IOException e) {
            LOG.debug("{} listens no more: {}", path, e.getMessage());
        }
    }

    private void admit(Socket socket) throws IOException {
        lock.lock();
        try {
            if (!open || fault() instanceof Fault.Refuse) {
                socket.setSoLinger(true, 0);
                socket.close();
                return;
            }
            Connection connection = new Connection(this, socket, connectionIds.incrementAndGet());
            Thread thread = new Thread(connection, "http-destination " + path + " connection " + connection.id());
            thread.setDaemon(true);
            thread.start();
            connections.add(connection);
            threads.removeIf(ended -> !ended.isAlive());
            threads.add(thread);
        } finally {
            lock.unlock();
        }
    }

    // The end.

    /** Ends everything that can be ended without waiting. */
    void beginClose() {
        locked(() -> {
            open = false;
            if (server != null) {
                close(server);
            }
            connections.forEach(Connection::closeNow);
            changed.signalAll();
        });
    }

    /** Waits until no thread is left, and gives the port back. */
    void finishClose() {
        List<Thread> left = new ArrayList<>(List.of(listener));
        join(listener); // before the threads are listed: it could still admit a connection
        locked(() -> left.addAll(threads));
        left.forEach(Endpoint::join);
        close(port);
        left.removeIf(thread -> !thread.isAlive());
        if (!left.isEmpty()) {
            throw new IllegalStateException(
                    "destination " + path + " is closed, but these threads do not end: " + left);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NANOS));
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.debug("closing {} failed", closeable, e);
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
