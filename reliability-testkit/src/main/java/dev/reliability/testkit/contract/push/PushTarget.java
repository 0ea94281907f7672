package dev.reliability.testkit.contract.push;

/** What is not known to the configuration in a try of PUSH-2. */
enum PushTarget {
    PLATFORM,
    FLOW,
    ENVIRONMENT
}
