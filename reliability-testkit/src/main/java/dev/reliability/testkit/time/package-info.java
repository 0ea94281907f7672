/** Time that a test controls. */
@NullMarked
package dev.reliability.testkit.time;

import org.jspecify.annotations.NullMarked;
