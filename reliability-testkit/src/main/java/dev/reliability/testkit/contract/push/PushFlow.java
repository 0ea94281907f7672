package dev.reliability.testkit.contract.push;

import java.util.ArrayList;
import java.util.List;

/**
 * A flow: where events go and through which code, for the adapter to render into a configuration and source files.
 *
 * <p>Valid is a flow that is there, has a supported platform, and at least one destination, each with a name that is not
 * blank and a URL that is absolute, http or https. {@link #violations} says where a flow is not: {@code flow} (there is
 * none: write a configuration without one), {@code platform}, {@code destinations} (none),
 * {@code destinations[1].name}, {@code destinations[1].url}. Every environment has all the destinations. Immutable.
 */
public final class PushFlow {
    private final boolean missing;
    private final String platform;
    private final List<String> environments;
    private final List<PushDestination> destinations;
    private final PushCode code;
    private final List<String> violations;

    private PushFlow(
            boolean missing,
            String platform,
            List<String> environments,
            List<PushDestination> destinations,
            PushCode code,
            List<String> violations) {
        this.missing = missing;
        this.platform = platform;
        this.environments = List.copyOf(environments);
        this.destinations = List.copyOf(destinations);
        this.code = code;
        this.violations = List.copyOf(violations);
    }

    static PushFlow on(String platform, List<String> environments) {
        return new PushFlow(false, platform, environments, List.of(), PushCode.WORKS, List.of());
    }

    PushFlow to(List<PushDestination> all) {
        return new PushFlow(missing, platform, environments, all, code, violations);
    }

    PushFlow running(PushCode newCode) {
        return new PushFlow(missing, platform, environments, destinations, newCode, violations);
    }

    PushFlow absent() {
        return new PushFlow(true, platform, environments, destinations, code, violating("flow"));
    }

    PushFlow onPlatform(String unsupported) {
        return new PushFlow(missing, unsupported, environments, destinations, code, violating("platform"));
    }

    PushFlow withoutDestinations() {
        return new PushFlow(missing, platform, environments, List.of(), code, violating("destinations"));
    }

    PushFlow withDestination(int index, PushDestination wrong, String field) {
        List<PushDestination> all = new ArrayList<>(destinations);
        all.set(index, wrong);
        return new PushFlow(
                missing, platform, environments, all, code, violating("destinations[" + index + "]." + field));
    }

    private List<String> violating(String path) {
        List<String> more = new ArrayList<>(violations);
        more.add(path);
        return more;
    }

    /**
     * Whether the configuration is to be written without a flow in it.
     *
     * @return true only for a planted violation
     */
    public boolean isMissing() {
        return missing;
    }

    /**
     * The platform to run on.
     *
     * @return one of {@link PushContract#platforms}, or something else as a planted violation
     */
    public String platform() {
        return platform;
    }

    /**
     * The environments that the configuration knows.
     *
     * @return names; empty for a configuration without environments
     */
    public List<String> environments() {
        return environments;
    }

    /**
     * Where the flow delivers to.
     *
     * @return the destinations, in the order of their results
     */
    public List<PushDestination> destinations() {
        return destinations;
    }

    /**
     * What the code of the flow does.
     *
     * @return that it works, or its planted defect
     */
    public PushCode code() {
        return code;
    }

    /**
     * Where the configuration is wrong.
     *
     * @return paths; empty for a valid flow
     */
    public List<String> violations() {
        return violations;
    }

    @Override
    public String toString() {
        return (missing ? "missing flow" : "flow on " + platform)
                + (environments.isEmpty() ? "" : " in " + environments)
                + " to " + destinations + " with code " + code
                + (violations.isEmpty() ? "" : " wrong at " + violations);
    }
}
