package dev.reliability.testkit.contract.push;

/** How a push ends in a try of PUSH-4. */
enum PushPrint {
    DELIVERED,
    INVALID_EVENT,
    REJECTED
}
