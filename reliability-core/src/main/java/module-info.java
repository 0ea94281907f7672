/** Retry, circuit breaker, timed mutex, limiters, deadline and cleanup scope. No dependency beyond {@code java.base}. */
@SuppressWarnings("module") // the test kit that the seam is opened to is built after core
module dev.reliability.core {
    requires static java.sql;
    requires static jdk.jfr;
    requires static org.jspecify;

    exports dev.reliability;
    exports dev.reliability.breaker;
    exports dev.reliability.cleanup;
    exports dev.reliability.limit;
    exports dev.reliability.mutex;
    exports dev.reliability.retry;
    exports dev.reliability.time;
    exports dev.reliability.time.spi to
            dev.reliability.testkit;
}
