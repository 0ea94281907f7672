package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.contract.Contract;
import java.util.List;
import java.util.Set;

/** The rules PUSH-1 to PUSH-14. */
public abstract class PushContract extends Contract {
    /** For subclasses, which are made once for each rule. */
    protected PushContract() {}

    /**
     * Makes an adapter to what is under test. Called at least once for each try.
     *
     * @param world of that try
     * @return a new adapter; the kit closes it
     * @throws Exception if it cannot be made, which breaks the rule
     */
    protected abstract PushAdapter adapter(PushWorld world) throws Exception;

    /**
     * What the command cannot do.
     *
     * @return nothing by default; a rule that needs one of these tests that the adapter refuses
     */
    protected Set<PushCapability> unsupported() {
        return Set.of();
    }

    /**
     * The platforms that a flow can run on.
     *
     * @return at least one name, the same in every run; by default server and web
     */
    protected List<String> platforms() {
        return List.of("server", "web");
    }
}
