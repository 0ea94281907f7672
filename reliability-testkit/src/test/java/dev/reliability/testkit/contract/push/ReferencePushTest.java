package dev.reliability.testkit.contract.push;

/** The reference keeps every rule. */
class ReferencePushTest extends PushContract {
    @Override
    protected PushAdapter adapter(PushWorld world) {
        return new ReferencePush(world, Defect.NONE);
    }

    @Override
    protected String adapterName() {
        return "ReferencePush";
    }
}
