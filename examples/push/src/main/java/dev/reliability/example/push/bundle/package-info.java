/** Makes one JavaScript file of a flow. */
@NullMarked
package dev.reliability.example.push.bundle;

import org.jspecify.annotations.NullMarked;
