/** Cleanup scopes: what was opened is closed, newest first, all of it, exactly once. */
@NullMarked
package dev.reliability.cleanup;

import org.jspecify.annotations.NullMarked;
