/** Trying again: the policy that does it, how long it waits in between, and what it tells about it. */
@NullMarked
package dev.reliability.retry;

import org.jspecify.annotations.NullMarked;
