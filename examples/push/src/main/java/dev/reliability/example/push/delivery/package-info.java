/** Delivers payloads to destinations over HTTP. */
@NullMarked
package dev.reliability.example.push.delivery;

import org.jspecify.annotations.NullMarked;
