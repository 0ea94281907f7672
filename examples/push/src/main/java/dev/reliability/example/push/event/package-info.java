/** Events: where they come from and what they must look like. */
@NullMarked
package dev.reliability.example.push.event;

import org.jspecify.annotations.NullMarked;
