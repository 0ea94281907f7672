/** What an HTTP answer, or its lack, says about trying again. */
@NullMarked
package dev.reliability.example.push.http;

import org.jspecify.annotations.NullMarked;
