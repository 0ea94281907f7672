package dev.reliability.testkit.fault;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a destination does to one request. Immutable data with {@code equals}, so that plans of faults can be generated,
 * shrunk, compared and printed; {@link HttpDestination} carries them out.
 *
 * <p>A request is <em>processed</em> if the destination did its work, and <em>acknowledged</em> if moreover the whole
 * answer that says so was written. After a fault that processes without acknowledging, the client cannot know the
 * outcome.
 */
public sealed interface Fault {
    /**
     * Answers 200 without a body.
     *
     * @return no fault at all
     */
    static Fault accept() {
        return new Accept("");
    }

    /**
     * Answers 200.
     *
     * @param body of the answer, sent in UTF-8
     * @return no fault at all
     */
    static Fault accept(String body) {
        return new Accept(body);
    }

    /**
     * Answers with a status, without a body.
     *
     * @param code from 200 to 599
     * @return the fault
     * @throws IllegalArgumentException if the code is outside its range
     */
    static Fault status(int code) {
        return new Status(code, null);
    }

    /**
     * Answers with a status and a wait hint, without a body.
     *
     * @param code from 200 to 599
     * @param retryAfter the text of the Retry-After header, sent as it is
     * @return the fault
     * @throws IllegalArgumentException if the code is outside its range, or the text has a character that would end
     *     the header
     */
    static Fault status(int code, String retryAfter) {
        return new Status(code, requireNonNull(retryAfter, "retryAfter"));
    }

    /**
     * Refuses connections until {@link HttpDestination#endRefusal} is called.
     *
     * @return the fault
     */
    static Fault refuse() {
        return new Refuse(Refuse.UNTIL_TOLD);
    }

    /**
     * Refuses connections for some time.
     *
     * @param span how long, in real time; positive
     * @return the fault
     * @throws IllegalArgumentException if the span is not positive
     */
    static Fault refuse(Duration span) {
        return new Refuse(span);
    }

    /**
     * Resets the connection when a request begins, without reading it.
     *
     * @return the fault
     */
    static Fault hangUp() {
        return new HangUp();
    }

    /**
     * Answers 200 without a body, late.
     *
     * @param delay the real time before the answer; zero or more
     * @return the fault
     * @throws IllegalArgumentException if the delay is negative
     */
    static Fault slow(Duration delay) {
        return new Slow(delay);
    }

    /**
     * Never answers.
     *
     * @return the fault
     */
    static Fault hang() {
        return new Hang();
    }

    /**
     * Reads the request, then resets the connection.
     *
     * @return the fault
     */
    static Fault reset() {
        return new Reset();
    }

    /**
     * Answers 200 with half of a body.
     *
     * @return the fault
     */
    static Fault cutBody() {
        return new CutBody("{\"accepted\":true}");
    }

    /**
     * Answers 200 with half of a body.
     *
     * @param body the body that is announced; not empty
     * @return the fault
     * @throws IllegalArgumentException if the body is empty
     */
    static Fault cutBody(String body) {
        return new CutBody(body);
    }

    /**
     * Processes the request, then resets the connection instead of answering.
     *
     * @return the fault
     */
    static Fault ackThenDrop() {
        return new AckThenDrop();
    }

    /**
     * Answers with something that is not HTTP.
     *
     * @return the fault
     */
    static Fault garbage() {
        return new Garbage();
    }

    /**
     * No fault: answers 200. Processed and acknowledged.
     *
     * @param body of the answer, sent in UTF-8 as {@code application/json}; empty for none
     */
    record Accept(String body) implements Fault {
        /**
         * Checks the body.
         *
         * @param body of the answer
         */
        public Accept {
            requireNonNull(body, "body");
        }

        @Override
        public String toString() {
            return body.isEmpty() ? "accept" : "accept with " + body;
        }
    }

    /**
     * Answers with a status and no body. Processed and acknowledged if the code is below 300, else neither.
     *
     * @param code from 200 to 599
     * @param retryAfter the text of the Retry-After header, sent as it is, so that it may be malformed on purpose; null
     *     for none
     */
    record Status(int code, @Nullable String retryAfter) implements Fault {
        /**
         * Checks the code and the text.
         *
         * @param code from 200 to 599
         * @param retryAfter the text of the Retry-After header; null for none
         * @throws IllegalArgumentException if the code is outside its range, or the text has a character that would end
         *     the header
         */
        public Status {
            if (code < 200 || code > 599) {
                throw new IllegalArgumentException("code must be from 200 to 599, but was " + code);
            }
            if (retryAfter != null && retryAfter.chars().anyMatch(c -> c < ' ' || c > '~')) {
                throw new IllegalArgumentException(
                        "retryAfter must be of printable ASCII characters, but was " + retryAfter);
            }
        }

        @Override
        public String toString() {
            return retryAfter == null ? "status " + code : "status " + code + " (Retry-After: " + retryAfter + ")";
        }
    }

    /**
     * Nothing listens at the port for a span of real time: the kernel refuses each attempt to connect. It begins when
     * it becomes due, which is when its plan is set or the fault before it is taken, and before that one shows.
     *
     * <p>A destination cannot count what the kernel refuses, so the span ends by time or by
     * {@link HttpDestination#endRefusal}; a fault that takes exactly one attempt, but after its connect, is
     * {@link HangUp}. Connections that wait for their next request are closed; a request
     * that comes over another open one meanwhile is reset and takes no fault.
     *
     * @param span how long, in real time; positive
     */
    record Refuse(Duration span) implements Fault {
        private static final Duration UNTIL_TOLD = Duration.ofSeconds(Long.MAX_VALUE);

        /**
         * Checks the span.
         *
         * @param span positive
         * @throws IllegalArgumentException if the span is not positive
         */
        public Refuse {
            if (span.isZero() || span.isNegative()) {
                throw new IllegalArgumentException("span must be positive, but was " + span);
            }
        }

        @Override
        public String toString() {
            return span.equals(UNTIL_TOLD) ? "refuse until told" : "refuse for " + Spans.text(span);
        }
    }

    /**
     * Resets the connection as soon as the first byte of a request arrives, without reading it: a client may still be
     * writing. Recorded as a request of which nothing is known. Neither processed nor acknowledged.
     *
     * <p>It does not reset on accepting the connection, because a client may take that for a failed connect and try
     * again by itself (java.net.http does, sometimes): one attempt would take several faults.
     */
    record HangUp() implements Fault {
        @Override
        public String toString() {
            return "hang up";
        }
    }

    /**
     * Answers 200 without a body, late. Processed and acknowledged, both after the delay.
     *
     * @param delay the real time before the answer; zero or more
     */
    record Slow(Duration delay) implements Fault {
        /**
         * Checks the delay.
         *
         * @param delay zero or more
         * @throws IllegalArgumentException if the delay is negative
         */
        public Slow {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("delay must be zero or more, but was " + delay);
            }
        }

        @Override
        public String toString() {
            return "slow by " + Spans.text(delay);
        }
    }

    /**
     * Never answers, until the client closes its side or the destination is closed. Neither processed nor acknowledged.
     */
    record Hang() implements Fault {
        @Override
        public String toString() {
            return "hang";
        }
    }

    /** Reads the request, then resets the connection. Neither processed nor acknowledged. */
    record Reset() implements Fault {
        @Override
        public String toString() {
            return "reset";
        }
    }

    /**
     * Answers 200 with the length of a body, writes the first half of its bytes, and closes the connection. An answer
     * to HEAD, which has no body, is cut in the middle of its header. Processed, not acknowledged.
     *
     * @param body the body that is announced, sent in UTF-8; not empty
     */
    record CutBody(String body) implements Fault {
        /**
         * Checks the body.
         *
         * @param body not empty
         * @throws IllegalArgumentException if the body is empty
         */
        public CutBody {
            if (body.isEmpty()) {
                throw new IllegalArgumentException("body must not be empty: half of it would be all of it");
            }
        }

        @Override
        public String toString() {
            return "cut body " + body;
        }
    }

    /** Processes the request, then resets the connection instead of answering: the client cannot know the outcome. */
    record AckThenDrop() implements Fault {
        @Override
        public String toString() {
            return "ack then drop";
        }
    }

    /** Answers with bytes that are not HTTP, and closes the connection. Neither processed nor acknowledged. */
    record Garbage() implements Fault {
        @Override
        public String toString() {
            return "garbage";
        }
    }
}
