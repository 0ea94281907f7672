/** Reading JSON so that everything wrong with it is told at once, each problem with its path. */
@NullMarked
package dev.reliability.example.push.json;

import org.jspecify.annotations.NullMarked;
