package dev.reliability.testkit.fault;

import java.io.IOException;

/** What came is not a request of HTTP/1.1. */
final class BadRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    BadRequestException(String problem) {
        super(problem);
    }
}
