/** Pushes events through a flow to its destinations: the part that the command and an embedding program share. */
@NullMarked
package dev.reliability.example.push;

import org.jspecify.annotations.NullMarked;
