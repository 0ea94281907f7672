package dev.reliability.testkit.contract.push;

/** The contract of whatever {@link PushMutantsTest} puts in; not a test of its own. */
class PushMutant extends PushContract {
    /** What makes the adapters; null answers nothing. */
    static Defect defect = Defect.NONE;

    static boolean isNull;

    @Override
    protected PushAdapter adapter(PushWorld world) {
        return isNull ? (event, flow, options) -> null : new ReferencePush(world, defect);
    }
}
