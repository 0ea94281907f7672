/** The contract of rate and concurrency limiters, and what an adapter to one has to do. */
@NullMarked
package dev.reliability.testkit.contract.limit;

import org.jspecify.annotations.NullMarked;
