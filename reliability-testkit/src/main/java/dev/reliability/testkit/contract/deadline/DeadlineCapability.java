package dev.reliability.testkit.contract.deadline;

/** What a limit may lack; all are supported unless {@link DeadlineContract#unsupported} says otherwise. */
public enum DeadlineCapability {
    /** {@link DeadlineAdapter#after} gives a value (DEADLINE-1, DEADLINE-9, DEADLINE-10, DEADLINE-12). */
    VALUE,
    /** The body runs on the calling thread (DEADLINE-3). */
    SAME_THREAD,
    /** {@link DeadlineAdapter#ambientNanos}, {@link DeadlineAdapter#bind} and {@link DeadlineAdapter#wrap} (DEADLINE-7). */
    AMBIENT,
    /** {@link DeadlineAdapter#callAsync} (DEADLINE-11). */
    ASYNC,
    /** {@link DeadlineSpec#abandonedOn} (DEADLINE-13). */
    ABANDON,
    /** {@link DeadlineSpec#stop} other than by interrupt (DEADLINE-14). */
    CANCELLER,
    /** {@link DeadlineAdapter#exceeded} tells the limit and the spans (a part of DEADLINE-2). */
    DETAILS
}
