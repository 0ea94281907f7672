/**
 * Runs concurrent code one task at a time, in an order and a time that one seed decides: {@link
 * dev.reliability.testkit.sim.Simulation}.
 */
@NullMarked
package dev.reliability.testkit.sim;

import org.jspecify.annotations.NullMarked;
