package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import java.time.Duration;

/** Where a push gets stuck in a try of PUSH-5. */
enum PushHang {
    /** No destination ever answers. */
    NO_ANSWER(PushCode.WORKS, PushStage.DELIVERY),
    /** Each destination answers, too late. */
    SLOW_ANSWER(PushCode.WORKS, PushStage.DELIVERY),
    /** Each destination asks to come back in an hour. */
    COME_BACK_LATER(PushCode.WORKS, PushStage.DELIVERY),
    /** The factory computes for ever. */
    FACTORY_LOOPS(PushCode.FACTORY_LOOPS, PushStage.FACTORY),
    /** The push function computes for ever. */
    PUSH_LOOPS(PushCode.PUSH_LOOPS, PushStage.PUSH),
    /** The promise of the push function never settles. */
    NEVER_SETTLES(PushCode.NEVER_SETTLES, PushStage.DELIVERY);

    private final PushCode code;
    private final PushStage stage;

    PushHang(PushCode code, PushStage stage) {
        this.code = code;
        this.stage = stage;
    }

    PushCode code() {
        return code;
    }

    /** What happens to the requests. */
    FaultPlan plan() {
        return switch (this) {
            case NO_ANSWER -> FaultPlan.always(Fault.hang());
            case SLOW_ANSWER -> FaultPlan.always(Fault.slow(Duration.ofSeconds(30)));
            case COME_BACK_LATER -> FaultPlan.always(Fault.status(503, "3600"));
            case FACTORY_LOOPS, PUSH_LOOPS, NEVER_SETTLES -> FaultPlan.of();
        };
    }

    /** The last stage that the push can be waiting in. */
    PushStage stage() {
        return stage;
    }
}
