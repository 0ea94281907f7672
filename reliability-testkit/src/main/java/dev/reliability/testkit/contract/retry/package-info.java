/** The contract of whatever runs work again when it fails. */
@NullMarked
package dev.reliability.testkit.contract.retry;

import org.jspecify.annotations.NullMarked;
