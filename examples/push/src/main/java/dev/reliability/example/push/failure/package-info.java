/** What can go wrong, for whom it is to mend, and where. */
@NullMarked
package dev.reliability.example.push.failure;

import org.jspecify.annotations.NullMarked;
