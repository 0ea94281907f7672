/** The contract of whatever owns resources and closes them. */
@NullMarked
package dev.reliability.testkit.contract.cleanup;

import org.jspecify.annotations.NullMarked;
