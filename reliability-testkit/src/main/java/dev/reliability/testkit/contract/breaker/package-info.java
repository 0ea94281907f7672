/** The contract of a circuit breaker, and what an adapter to one has to do. */
@NullMarked
package dev.reliability.testkit.contract.breaker;

import org.jspecify.annotations.NullMarked;
