/** Runs a flow's JavaScript so that it can be stopped. */
@NullMarked
package dev.reliability.example.push.engine;

import org.jspecify.annotations.NullMarked;
