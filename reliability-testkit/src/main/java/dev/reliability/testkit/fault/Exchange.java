package dev.reliability.testkit.fault;

import org.jspecify.annotations.Nullable;

/** What became of a request. Its mutable fields are guarded by the lock of its endpoint. */
final class Exchange {
    final long order;
    final long connection;
    final Request request;
    final @Nullable Fault fault;
    final @Nullable String problem;

    boolean processed;
    boolean answering; // the client may have the answer before we know that it was written
    boolean acknowledged;

    Exchange(long order, long connection, Request request, @Nullable Fault fault, @Nullable String problem) {
        this.order = order;
        this.connection = connection;
        this.request = request;
        this.fault = fault;
        this.problem = problem;
    }
}
