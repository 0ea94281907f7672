package dev.reliability.testkit.contract.retry;

import java.util.List;
import java.util.concurrent.CancellationException;

/** What the reference retries. */
record ReferenceChoice(RetryChoice choice, RetryDefect defect) {
    static final class Never extends RuntimeException {
        private static final long serialVersionUID = 1;

        Never(String message) {
            super(message);
        }
    }

    static final class Always extends RuntimeException {
        private static final long serialVersionUID = 1;

        Always(String message) {
            super(message);
        }
    }

    /** The predicate has thrown its cause. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken(Throwable cause) {
            super(cause);
        }
    }

    boolean isRetried(Throwable failure) {
        if (failure instanceof InterruptedException) {
            return defect == RetryDefect.RETRIES_INTERRUPTS;
        }
        if (failure instanceof CancellationException) {
            return defect == RetryDefect.RETRIES_CANCELLATION;
        }
        boolean listed = names(choice.retryOn(), failure);
        if (failure instanceof Never) {
            return defect == RetryDefect.LIST_BEATS_NEVER && listed;
        }
        if (failure instanceof Always) {
            return defect != RetryDefect.PREDICATE_BEATS_ALWAYS || choice.retryIf() == null || chosen(failure);
        }
        boolean first = listed && defect == RetryDefect.RETRY_LIST_BEATS_ABORT_LIST;
        if (names(choice.abortOn(), failure) && !first) {
            return false;
        }
        if (failure instanceof Error) {
            return listed || defect == RetryDefect.RETRIES_ERRORS;
        }
        return listed || (choice.retryOn().isEmpty() && choice.retryIf() == null) || chosen(failure);
    }

    private boolean chosen(Throwable failure) {
        try {
            return choice.retryIf() != null && choice.retryIf().test(failure);
        } catch (RuntimeException broken) {
            throw new Broken(broken);
        }
    }

    private static boolean names(List<Class<? extends Throwable>> types, Throwable failure) {
        return types.stream().anyMatch(type -> type.isInstance(failure));
    }
}
