package dev.reliability.testkit.contract.retry;

import java.io.IOException;

/** What one run of a task does. */
enum Step {
    CHECKED,
    UNCHECKED,
    VALUE;

    /** The result of a run, or its failure: another instance each time. */
    Object take(int number) throws IOException {
        return switch (this) {
            case CHECKED -> throw new IOException("attempt " + number);
            case UNCHECKED -> throw new IllegalStateException("attempt " + number);
            case VALUE -> new Result(number);
        };
    }

    /** A result that is no other's equal. */
    static final class Result {
        private final int number;

        Result(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        @Override
        public String toString() {
            return "result " + number;
        }
    }
}
