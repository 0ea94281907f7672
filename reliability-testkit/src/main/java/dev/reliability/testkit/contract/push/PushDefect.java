package dev.reliability.testkit.contract.push;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is wrong with the flow, or with what bundles and runs it, in a try of PUSH-9 or PUSH-12. */
enum PushDefect {
    EMPTY_CODE(PushCode.EMPTY),
    NO_OUTPUT(PushInjection.NO_OUTPUT, PushCapability.FAULTY_BUNDLER),
    EMPTY_OUTPUT(PushInjection.EMPTY_OUTPUT, PushCapability.FAULTY_BUNDLER),
    SYNTAX_ERROR(PushCode.SYNTAX_ERROR),
    NO_FACTORY(PushCode.NO_FACTORY),
    NO_PUSH_FUNCTION(PushCode.NO_PUSH_FUNCTION),
    FACTORY_THROWS(PushCode.FACTORY_THROWS),
    PUSH_THROWS(PushCode.PUSH_THROWS),
    ENGINE_FAILS(PushInjection.ENGINE_FAILS, PushCapability.FAULTY_ENGINE);

    static final List<PushDefect> OF_BUNDLES = List.of(EMPTY_CODE, NO_OUTPUT, EMPTY_OUTPUT);
    static final List<PushDefect> OF_FLOWS =
            List.of(SYNTAX_ERROR, NO_FACTORY, NO_PUSH_FUNCTION, FACTORY_THROWS, PUSH_THROWS, ENGINE_FAILS);

    private final PushCode code;
    private final @Nullable PushInjection injected;
    private final @Nullable PushCapability needed;

    PushDefect(PushCode code) {
        this.code = code;
        this.injected = null;
        this.needed = null;
    }

    PushDefect(PushInjection injection, PushCapability needed) {
        this.code = PushCode.WORKS;
        this.injected = injection;
        this.needed = needed;
    }

    PushCode code() {
        return code;
    }

    Set<PushInjection> injected() {
        return injected == null ? Set.of() : Set.of(injected);
    }

    /** What the adapter must be capable of for it, null if nothing. */
    @Nullable
    PushCapability needed() {
        return needed;
    }
}
