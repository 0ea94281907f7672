/**
 * The contract of a command or service that delivers events to destinations.
 *
 * <p>Events, flows and options are an abstract model that the adapter renders into its own formats; a result is read
 * back into the model. None of it knows a class of the library's core.
 */
@NullMarked
package dev.reliability.testkit.contract.push;

import org.jspecify.annotations.NullMarked;
