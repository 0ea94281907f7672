/** As much of JSON as the kit needs: not for users. */
@NullMarked
package dev.reliability.testkit.json;

import org.jspecify.annotations.NullMarked;
