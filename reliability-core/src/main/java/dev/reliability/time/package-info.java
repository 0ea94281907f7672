/** Time as the library sees it: its source, points on it that work must not pass, and the policy that enforces them. */
@NullMarked
package dev.reliability.time;

import org.jspecify.annotations.NullMarked;
