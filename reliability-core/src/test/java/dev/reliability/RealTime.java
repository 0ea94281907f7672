package dev.reliability;

import java.time.Duration;

/** What tests have to wait for in real time, since other threads do it. */
public final class RealTime {
    /**
     * How long a test gives other threads to get on, before it says that they do not. Mutation testing, where that
     * happens often, gives less.
     */
    public static final Duration SOON = Duration.ofSeconds(Integer.getInteger("soon.seconds", 10));

    private RealTime() {}
}
