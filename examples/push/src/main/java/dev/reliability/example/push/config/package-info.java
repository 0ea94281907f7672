/** The configuration of a flow: reading, environments, placeholders, checks. */
@NullMarked
package dev.reliability.example.push.config;

import org.jspecify.annotations.NullMarked;
