/** The contract of a mutual exclusion lock with timed waits, and what an adapter to one has to do. */
@NullMarked
package dev.reliability.testkit.contract.mutex;

import org.jspecify.annotations.NullMarked;
