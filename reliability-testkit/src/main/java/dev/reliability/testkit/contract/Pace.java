package dev.reliability.testkit.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How much real time and how many tries a rule needs, where they are not the usual ones. A contract test class whose tries
 * take long may say so for all of its rules: then no rule needs more tries than that, and each may take as long.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Pace {
    /**
     * The time of this rule, as a multiple of {@link Settings#budget}.
     *
     * @return 1 or more
     */
    int budgets() default 1;

    /**
     * The tries that run even past that time.
     *
     * @return 1 or more
     */
    int atLeast() default 10;

    /**
     * Whether tries may be simulated; by default they may. Not where a try has thousands of threads or calls: there a
     * simulation takes too long. On a contract test class, it keeps all its rules on threads.
     *
     * @return true unless they are to run on threads
     */
    boolean simulated() default true;
}
