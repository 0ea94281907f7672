package dev.reliability.testkit.contract.push;

/** What a push command may lack; all are supported unless {@link PushContract#unsupported} says otherwise. */
public enum PushCapability {
    /** {@link PushAdapter#start} runs the real command in a process (PUSH-4, PUSH-6, PUSH-11). */
    PROCESS,
    /** {@link PushAdapter#pushAll} pushes several events (PUSH-14). */
    BATCH,
    /** {@link PushInjection#NO_OUTPUT} and {@link PushInjection#EMPTY_OUTPUT} can be carried out (PUSH-9). */
    FAULTY_BUNDLER,
    /** {@link PushInjection#ENGINE_FAILS} can be carried out (PUSH-12). */
    FAULTY_ENGINE,
    /** {@link PushInjection#CLEANUP_FAILS} can be carried out (PUSH-13). */
    FAULTY_CLEANUP
}
