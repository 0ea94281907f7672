package dev.reliability.base;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A caller that waited for a policy, in a flight recording. */
@Name("dev.reliability.Wait")
@Label("Reliability Wait")
@Description("A caller waited for a mutex or a limiter")
@Category("Reliability")
@StackTrace(false)
@Threshold("10 ms")
final class WaitRecord extends Event {
    @Label("Concept")
    @Nullable
    String concept;

    @Label("Policy")
    @Nullable
    String policy;

    @Label("Served")
    boolean served;
}
