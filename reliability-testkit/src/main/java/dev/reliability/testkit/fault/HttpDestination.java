package dev.reliability.testkit.fault;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Destinations of HTTP/1.1 on the loopback interface that do what a {@link FaultPlan} says and remember what they
 * received. For tests of HTTP clients that this kit knows nothing about.
 *
 * <p>Each path is a logical destination with a plan, a history and a port of its own: what happens to one, a refused
 * connection included, does not touch another. A path that has no plan accepts everything. A destination also serves
 * what is below its path, with the same plan; any other path is answered 404.
 *
 * <p>Connections are kept alive as HTTP/1.1 says, {@code Expect: 100-continue} is answered and chunked bodies are read.
 * Time here is real time: faults act on foreign clients, which wait in real time. Bodies of at most 64 MiB are taken.
 *
 * <p>Thread-safe. What a client has read is in the history: a request whose whole answer has been read is found as
 * {@linkplain ReceivedRequest#isAcknowledged acknowledged}.
 */
public final class HttpDestination implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AtomicLong arrivals = new AtomicLong();
    private final AtomicLong connectionIds = new AtomicLong();
    private final Map<String, Endpoint> endpoints = new ConcurrentSkipListMap<>(); // written under this monitor
    private volatile boolean closed; // written under this monitor

    /** No destination yet: each starts when its path is first named. */
    public HttpDestination() {}

    /**
     * The address of a destination, which is started if it is new.
     *
     * @param path of the destination, from the slash on, without a query
     * @return for example {@code http://127.0.0.1:40123/orders}, always the same for a path
     * @throws IllegalArgumentException if the path does not begin with a slash or has characters that no path has
     * @throws IllegalStateException if this is closed
     * @throws UncheckedIOException if there is no port for it
     */
    public URI uri(String path) {
        return uri(endpoint(path, FaultPlan.of()));
    }

    private static URI uri(Endpoint endpoint) {
        return URI.create("http://127.0.0.1:" + endpoint.port() + endpoint.path());
    }

    /**
     * Sets what happens to the next requests of a destination, which is started if it is new. The plan begins with the
     * next request to arrive; those that have arrived keep their fault. On return the destination listens, or refuses
     * if that is the first fault.
     *
     * @param path of the destination, from the slash on, without a query
     * @param plan what happens
     * @return the address of the destination, as of {@link #uri}
     * @throws IllegalArgumentException if the path does not begin with a slash or has characters that no path has
     * @throws IllegalStateException if this is closed
     * @throws UncheckedIOException if there is no port for it
     */
    public URI plan(String path, FaultPlan plan) {
        requireNonNull(plan, "plan");
        Endpoint endpoint = endpoint(path, plan);
        endpoint.plan(plan);
        return uri(endpoint);
    }

    /**
     * Ends a {@linkplain Fault.Refuse refusal} before its time: the next fault of the plan is due. On return the
     * destination listens, unless the next fault is a refusal too.
     *
     * @param path of the destination
     * @throws IllegalArgumentException if there is no such destination
     * @throws IllegalStateException if it is not refusing, or this is closed
     */
    public void endRefusal(String path) {
        checkOpen();
        known(path).endRefusal();
    }

    /**
     * What a destination has received, in the order of arrival, malformed requests included. Blocks while one of these
     * is being answered, for at most 10 s.
     *
     * @param path of the destination
     * @return the requests as they are now; also after {@link #close}
     * @throws IllegalArgumentException if there is no such destination
     */
    public List<ReceivedRequest> received(String path) {
        return known(path).received();
    }

    /**
     * Waits, in real time, until a destination has received a number of requests.
     *
     * @param path of the destination
     * @param requests how many at least
     * @return what it has received
     * @throws IllegalArgumentException if there is no such destination
     * @throws ConditionTimeoutException if it has not received as many after 10 seconds
     */
    public List<ReceivedRequest> awaitRequests(String path, int requests) {
        return awaitRequests(path, requests, PATIENCE);
    }

    /**
     * Waits, in real time, until a destination has received a number of requests.
     *
     * @param path of the destination
     * @param requests how many at least
     * @param atMost how long to wait; more than 10 milliseconds, because it looks every 10 milliseconds
     * @return what it has received
     * @throws IllegalArgumentException if there is no such destination
     * @throws ConditionTimeoutException if it has not received as many in that time
     */
    public List<ReceivedRequest> awaitRequests(String path, int requests, Duration atMost) {
        Endpoint endpoint = known(path);
        Awaitility.with()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .await()
                .atMost(atMost)
                .untilAsserted(() -> {
                    List<ReceivedRequest> received = endpoint.received();
                    if (received.size() < requests) {
                        throw new AssertionError(requests + " requests were to arrive at " + path + ", but "
                                + received.size() + " did: " + received);
                    }
                });
        return endpoint.received();
    }

    /**
     * How many connections are open here, over all destinations. One that the client has closed is counted until that
     * is noticed, which is soon unless an answer is being delayed.
     *
     * @return the number of connections
     */
    public int openConnections() {
        return endpoints.values().stream().mapToInt(Endpoint::openConnections).sum();
    }

    /**
     * How many connections to one destination are open here.
     *
     * @param path of the destination
     * @return the number of connections
     * @throws IllegalArgumentException if there is no such destination
     */
    public int openConnections(String path) {
        return known(path).openConnections();
    }

    /**
     * Closes all connections, those of hanging requests included, and all ports, and waits until every thread has
     * ended. The history can still be read. A second call does nothing. An interrupt does not end the wait; it is kept.
     *
     * @throws IllegalStateException if a thread has not ended after 10 seconds: it is named
     */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        endpoints.values().forEach(Endpoint::beginClose);
        endpoints.values().forEach(Endpoint::finishClose);
    }

    private Endpoint endpoint(String path, FaultPlan plan) {
        requireNonNull(path, "path");
        checkPath(path);
        synchronized (this) {
            checkOpen();
            Endpoint known = endpoints.get(path);
            if (known != null) {
                return known;
            }
            try {
                Endpoint endpoint = new Endpoint(path, plan, arrivals, connectionIds);
                endpoints.put(path, endpoint);
                endpoint.start();
                return endpoint;
            } catch (IOException e) {
                throw new UncheckedIOException("no port for destination " + path, e);
            }
        }
    }

    private Endpoint known(String path) {
        Endpoint endpoint = endpoints.get(requireNonNull(path, "path"));
        if (endpoint == null) {
            throw new IllegalArgumentException(
                    "path must be one of " + endpoints.keySet() + ", but was \"" + path + "\"");
        }
        return endpoint;
    }

    private static void checkPath(String path) {
        if (!path.startsWith("/")
                || !path.equals(URI.create("http://localhost" + path).getRawPath())) {
            throw new IllegalArgumentException(
                    "path must begin with a slash and have no query, but was \"" + path + "\"");
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the destination is closed; make a new one");
        }
    }

    @Override
    public String toString() {
        return "HttpDestination" + endpoints.values();
    }
}
