package com.example.jobs;

import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import dev.reliability.time.TimeSource;
import java.io.IOException;
import java.time.Duration;

/** Fetches imports, and asks again an hour later when the provider fails. */
public final class Imports {
    /** Who has the data. */
    @FunctionalInterface
    public interface Provider {
        String fetch() throws IOException;
    }

    private final Retry hourly;

    /** By {@link TimeSource#system} in production, and by virtual time in tests. */
    public Imports(TimeSource time) {
        hourly = Retry.builder("imports")
                .maxAttempts(5)
                .backoff(Backoff.constant(Duration.ofHours(1)))
                .time(time)
                .build();
    }

    public String fetch(Provider provider) throws IOException {
        return hourly.call(provider::fetch);
    }
}
