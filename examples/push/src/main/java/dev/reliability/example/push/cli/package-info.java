/** The command line. */
@NullMarked
package dev.reliability.example.push.cli;

import org.jspecify.annotations.NullMarked;
