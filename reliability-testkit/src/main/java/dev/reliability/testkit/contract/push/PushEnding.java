package dev.reliability.testkit.contract.push;

/** How a push ends in a try of PUSH-6. */
enum PushEnding {
    SUCCESS,
    FAILURE,
    TIME_OUT_DELIVERING,
    TIME_OUT_COMPUTING,
    INTERRUPT,
    SIGINT,
    SIGTERM
}
