/** What came of the rules, kept as {@code rules.json} and shown as a page. Not exported. */
@NullMarked
package dev.reliability.testkit.report;

import org.jspecify.annotations.NullMarked;
