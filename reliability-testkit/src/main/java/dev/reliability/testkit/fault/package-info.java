/** Faults as data, and a destination on the loopback interface that carries them out. */
@NullMarked
package dev.reliability.testkit.fault;

import org.jspecify.annotations.NullMarked;
