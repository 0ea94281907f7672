package dev.reliability.testkit.fault;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request as its destination saw it, and what became of it up to the moment when
 * {@linkplain HttpDestination#received it was asked for}. Immutable.
 */
public final class ReceivedRequest {
    private final long order;
    private final long connection;
    private final Request request;
    private final @Nullable Fault fault;
    private final @Nullable String problem;
    private final boolean processed;
    private final boolean acknowledged;

    ReceivedRequest(Exchange exchange) {
        this.order = exchange.order;
        this.connection = exchange.connection;
        this.request = exchange.request;
        this.fault = exchange.fault;
        this.problem = exchange.problem;
        this.processed = exchange.processed;
        this.acknowledged = exchange.acknowledged;
    }

    /**
     * Its place in the order in which all requests arrived, over all paths: the whole request had been read.
     *
     * @return a number from 1
     */
    public long order() {
        return order;
    }

    /**
     * The connection that it came over.
     *
     * @return a number from 1, different for each connection of all paths
     */
    public long connection() {
        return connection;
    }

    /**
     * The method.
     *
     * @return for example {@code POST}; empty if the request could not be read so far
     */
    public String method() {
        return request.method();
    }

    /**
     * The path, as it was sent.
     *
     * @return the path without the query; empty if the request could not be read so far
     */
    public String path() {
        return request.path();
    }

    /**
     * The query, as it was sent.
     *
     * @return what follows the question mark; empty if there is none
     */
    public String query() {
        return request.query();
    }

    /**
     * All headers, with their values in the order of the request.
     *
     * @return an unmodifiable map in which names are equal whatever their case
     */
    public Map<String, List<String>> headers() {
        return request.headers();
    }

    /**
     * The first value of a header.
     *
     * @param name in any case
     * @return the value, if the request has that header
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers().get(name)).map(values -> values.get(0));
    }

    /**
     * The value of the Idempotency-Key header.
     *
     * @return the value, if the request has that header
     */
    public Optional<String> idempotencyKey() {
        return header("Idempotency-Key");
    }

    /**
     * The body.
     *
     * @return a copy of its bytes, without the framing of chunks
     */
    public byte[] body() {
        return request.body().clone();
    }

    /**
     * The body as text.
     *
     * @return the bytes read as UTF-8
     */
    public String bodyText() {
        return new String(request.body(), StandardCharsets.UTF_8);
    }

    /**
     * What was done to it.
     *
     * @return the fault that it took from the plan, or during a refusal that one; empty if it took none because of its
     *     {@link #problem}
     */
    public Optional<Fault> fault() {
        return Optional.ofNullable(fault);
    }

    /**
     * Why it is not a request to this destination: it was malformed or incomplete and answered 400, or it was for
     * another path and answered 404. Such a request takes nothing from the plan.
     *
     * @return the reason; empty for a good request
     */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /**
     * Whether the destination did the work, whatever the client heard of it.
     *
     * @return true once an answer of success has been decided on, also if it is then cut or withheld
     */
    public boolean isProcessed() {
        return processed;
    }

    /**
     * Whether an answer with a 2xx status was written completely before the connection was closed. A client that has
     * read the whole answer always finds true here. That it is true does not prove that the client still listened.
     *
     * @return true if so
     */
    public boolean isAcknowledged() {
        return acknowledged;
    }

    @Override
    public String toString() {
        String outcome = acknowledged ? "acknowledged" : processed ? "processed, not acknowledged" : "not processed";
        return "#" + order + " " + request + " on connection " + connection + ": "
                + (problem != null ? problem : fault + ", " + outcome);
    }
}
