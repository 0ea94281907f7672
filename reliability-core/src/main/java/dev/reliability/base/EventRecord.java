package dev.reliability.base;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** What a policy told its listener, in a flight recording. */
@Name("dev.reliability.Event")
@Label("Reliability Event")
@Description("What a retry, breaker, mutex, limiter or cleanup scope told its listener")
@Category("Reliability")
@StackTrace(false)
final class EventRecord extends Event {
    @Label("Policy")
    @Nullable
    String policy;

    @Label("Kind")
    @Nullable
    String kind;

    @Label("Text")
    @Nullable
    String text;
}
