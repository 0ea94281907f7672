/** What the policies are built on: how layers are chained, how events are told, how spans and options are checked. */
@NullMarked
package dev.reliability.base;

import org.jspecify.annotations.NullMarked;
