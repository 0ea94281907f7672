/** A mutual exclusion lock that is always waited for with a limit, and that says who is in the way. */
@NullMarked
package dev.reliability.mutex;

import org.jspecify.annotations.NullMarked;
