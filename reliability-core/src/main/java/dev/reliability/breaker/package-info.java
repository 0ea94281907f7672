/** The circuit breaker: stops calling what keeps failing, and finds out by single probes when it works again. */
@NullMarked
package dev.reliability.breaker;

import org.jspecify.annotations.NullMarked;
