package dev.reliability.testkit.fault;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bytes of an answer. */
final class Answer {
    static final byte[] GARBAGE = "\0\1\2 220 this is not HTTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final int status;
    private final @Nullable String retryAfter;
    private final byte[] body;

    private Answer(int status, @Nullable String retryAfter, String body) {
        this.status = status;
        this.retryAfter = retryAfter;
        this.body = body.getBytes(StandardCharsets.UTF_8);
    }

    static Answer ok(String body) {
        return new Answer(200, null, body);
    }

    static Answer of(Fault.Status status) {
        return new Answer(status.code(), status.retryAfter(), "");
    }

    static Answer problem(int status, String problem) {
        return new Answer(status, null, problem);
    }

    boolean isSuccess() {
        return status < 300;
    }

    /** All bytes of the answer to a request. */
    byte[] bytes(boolean head, boolean keepAlive) {
        byte[] header = header(keepAlive).getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(header.length + body.length);
        bytes.writeBytes(header);
        if (!head) {
            bytes.writeBytes(body);
        }
        return bytes.toByteArray();
    }

    /** The bytes up to the middle of the body, or of the header if no body is sent. */
    byte[] half(boolean head) {
        byte[] bytes = bytes(head, false);
        return Arrays.copyOf(bytes, head ? bytes.length / 2 : bytes.length - body.length + body.length / 2);
    }

    private String header(boolean keepAlive) {
        StringBuilder header = new StringBuilder("HTTP/1.1 ").append(status).append(' ');
        header.append(status < 300 ? "OK" : status < 400 ? "Elsewhere" : status < 500 ? "Refused" : "Failed");
        header.append("\r\n");
        if (status != 204 && status != 304) { // these have no body by definition, and no length of it
            header.append("Content-Length: ").append(body.length).append("\r\n");
        }
        if (body.length > 0) {
            header.append("Content-Type: ").append(isSuccess() ? "application/json" : "text/plain; charset=utf-8");
            header.append("\r\n");
        }
        if (retryAfter != null) {
            header.append("Retry-After: ").append(retryAfter).append("\r\n");
        }
        if (!keepAlive) {
            header.append("Connection: close\r\n");
        }
        return header.append("\r\n").toString();
    }
}
