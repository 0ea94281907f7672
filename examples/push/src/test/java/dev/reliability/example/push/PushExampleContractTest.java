package dev.reliability.example.push;

import dev.reliability.testkit.contract.push.PushAdapter;
import dev.reliability.testkit.contract.push.PushContract;
import dev.reliability.testkit.contract.push.PushWorld;
import java.util.List;

/** The push example keeps every rule of a push. */
class PushExampleContractTest extends PushContract {
    @Override
    protected PushAdapter adapter(PushWorld world) {
        return new PushExampleAdapter(world);
    }

    @Override
    protected String adapterName() {
        return "example-push";
    }

    @Override
    protected boolean own() {
        return true;
    }

    /** web is refused until it is supported. */
    @Override
    protected List<String> platforms() {
        return List.of("server");
    }
}
