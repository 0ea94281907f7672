package dev.reliability.testkit.contract;

import java.util.Map;
import java.util.Set;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.PropagationMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every contract does with its rules.
 *
 * <p>A rule is a jqwik property whose name begins with the rule's id: {@code push_1_...} is PUSH-1. Its tries are bounded
 * by a time budget ({@link Settings}): when it is used up, and a least number of tries has run, no further one is carried
 * out. How many were is logged and stands in {@code rules.json}. A failure says the rule, what was expected and seen, the
 * seed, and the command that repeats it.
 *
 * <p>Subclasses of the contracts have a constructor without parameters. Each rule runs on an instance of its own.
 *
 * @param <C> the capabilities that what is under test may lack; an enum of the contract
 */
@AddLifecycleHook(value = RuleHook.class, propagateTo = PropagationMode.ALL_DESCENDANTS)
public abstract class Contract<C extends Enum<C>> {
    private volatile @Nullable RuleRun run; // set by RuleHook around each rule

    /** For the contracts of the kit. */
    protected Contract() {}

    /**
     * What is under test, as the reports name it.
     *
     * @return a name, the same in every run; by default that of the contract test class
     */
    protected String adapterName() {
        return getClass().getSimpleName();
    }

    /**
     * Whether what is under test belongs to the project that runs the contract, or is somebody else's.
     *
     * @return false by default
     */
    protected boolean own() {
        return false;
    }

    /**
     * Rules that are known to be broken and are not run for now.
     *
     * @return rule id to reason; the reason must not be blank, and stands in the log
     */
    protected Map<String, String> waivers() {
        return Map.of();
    }

    /**
     * What the thing under test cannot do.
     *
     * @return nothing by default; a rule that needs one of these tests that the adapter refuses
     */
    protected Set<C> unsupported() {
        return Set.of();
    }

    /** Goes red when the jqwik engine is missing or does not find the rules: without it no rule runs, and all is green. */
    @Test
    final void theJqwikEngineFindsTheRules() {
        EngineGuard.check(getClass());
    }

    /**
     * Whether a capability is there. If not, {@link #refuses} is what the rule has to test.
     *
     * @param capability which one
     * @return true unless it is declared unsupported
     */
    protected final boolean supports(C capability) {
        return !unsupported().contains(capability);
    }

    /**
     * Tests that the adapter refuses what is declared unsupported, and has the rule reported so.
     *
     * @param capability what is declared unsupported
     * @param call asks for it
     * @throws Exception what the call throws other than {@link Unsupported}
     */
    protected final void refuses(C capability, Body call) throws Exception {
        Object result;
        try {
            result = call.run();
        } catch (Unsupported refusal) {
            refused();
            return;
        } catch (Exception | Error other) {
            throw other;
        } catch (Throwable other) {
            result = other;
        }
        throw new AssertionError(
                "expected a refusal: " + capability + " is declared unsupported, but it gave " + result);
    }

    /**
     * A part of the rule that should be kept: if it is not, the report says so, and the rule does not fail.
     *
     * @param kept whether it is
     * @param what should be so
     */
    protected final void should(boolean kept, String what) {
        RuleRun current = run;
        if (!kept && current != null) {
            current.remark(what);
        }
    }

    /** The rule that is running has tested that the adapter refuses: one try shows it. */
    protected final void refused() {
        RuleRun current = run;
        if (current != null) {
            current.refused();
        }
    }

    /**
     * Where the rule that is running is tried, if not in this JVM in real time.
     *
     * @param mode for the report
     */
    protected final void tried(Mode mode) {
        RuleRun current = run;
        if (current != null) {
            current.mode(mode);
        }
    }

    /** What happens in this try is noted there, for the report. */
    final void watched(History history) {
        RuleRun current = run;
        if (current != null) {
            current.watched(history);
        }
    }

    /** Fixes the random numbers of a try, and is the same when the try is repeated. */
    final long seed() {
        RuleRun current = run;
        return current == null ? 0 : current.seed();
    }

    final void running(@Nullable RuleRun newRun) {
        run = newRun;
    }

    final @Nullable RuleRun running() {
        return run;
    }
}
