package dev.reliability.testkit.contract.push;

/**
 * What a try of PUSH-1 pushes: at least one of the two is wrong.
 *
 * @param event valid or not
 * @param fault that makes the flow invalid, or none
 */
record PushInput(PushEvent event, PushFlowFault fault) {}
