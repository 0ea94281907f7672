/** What callers saw, as data, and checkers that are pure functions over it. */
@NullMarked
package dev.reliability.testkit.history;

import org.jspecify.annotations.NullMarked;
