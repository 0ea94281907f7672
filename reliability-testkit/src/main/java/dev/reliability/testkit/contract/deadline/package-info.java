/** The contract of whatever limits how long work may take. */
@NullMarked
package dev.reliability.testkit.contract.deadline;

import org.jspecify.annotations.NullMarked;
