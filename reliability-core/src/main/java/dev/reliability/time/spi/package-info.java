/**
 * The seam between the library and the machine: everything that waits, wakes, schedules, starts threads or draws random
 * numbers goes through {@link dev.reliability.time.spi.Seam}. Exported to the test kit only, which replaces it.
 */
@NullMarked
package dev.reliability.time.spi;

import org.jspecify.annotations.NullMarked;
