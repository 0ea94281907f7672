/** The rules as data: the one place from which the contracts, their messages and {@code docs/rules.md} take them. */
@NullMarked
package dev.reliability.testkit.rule;

import org.jspecify.annotations.NullMarked;
