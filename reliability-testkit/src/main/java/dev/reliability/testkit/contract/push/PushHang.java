package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import java.time.Duration;

/** Where a push gets stuck in a try of PUSH-5. */
enum PushHang {
    /** No destination ever answers. */
    NO_ANSWER(PushCode.WORKS, FaultPlan.always(Fault.hang()), PushStage.DELIVERY),
    /** Each destination answers, too late. */
    SLOW_ANSWER(PushCode.WORKS, FaultPlan.always(Fault.slow(Duration.ofSeconds(30))), PushStage.DELIVERY),
    /** Each destination asks to come back in an hour. */
    COME_BACK_LATER(PushCode.WORKS, FaultPlan.always(Fault.status(503, "3600")), PushStage.DELIVERY),
    /** The factory computes for ever. */
    FACTORY_LOOPS(PushCode.FACTORY_LOOPS, FaultPlan.of(), PushStage.FACTORY),
    /** The push function computes for ever. */
    PUSH_LOOPS(PushCode.PUSH_LOOPS, FaultPlan.of(), PushStage.PUSH),
    /** The promise of the push function never settles. */
    NEVER_SETTLES(PushCode.NEVER_SETTLES, FaultPlan.of(), PushStage.DELIVERY);

    private final PushCode code;
    private final FaultPlan plan;
    private final PushStage stage;

    PushHang(PushCode code, FaultPlan plan, PushStage stage) {
        this.code = code;
        this.plan = plan;
        this.stage = stage;
    }

    PushCode code() {
        return code;
    }

    FaultPlan plan() {
        return plan;
    }

    /** The last stage that the push can be waiting in. */
    PushStage stage() {
        return stage;
    }
}
