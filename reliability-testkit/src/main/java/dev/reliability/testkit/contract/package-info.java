/** What every contract shares: how rules run as properties, what is reported, and what an adapter may refuse. */
@NullMarked
package dev.reliability.testkit.contract;

import org.jspecify.annotations.NullMarked;
