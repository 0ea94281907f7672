/** Limits on how often and on how many at a time: a rate limiter and a concurrency limiter. */
@NullMarked
package dev.reliability.limit;

import org.jspecify.annotations.NullMarked;
