package dev.reliability.testkit.contract;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a run is told by system properties ({@code mvn test -Dreliability.budget=PT1M} hands them on to the tests).
 *
 * <table>
 * <caption>The properties</caption>
 * <tr><th>name</th><th>meaning</th><th>default</th></tr>
 * <tr><td>{@code reliability.budget}</td><td>real time for each rule, ISO-8601; slow rules take a multiple of it</td>
 *     <td>PT5S</td></tr>
 * <tr><td>{@code reliability.tries.min}</td><td>tries of each rule that run even past the budget; slow rules may state
 *     fewer</td><td>10</td></tr>
 * <tr><td>{@code reliability.scale}</td><td>multiplier of every bound on real time, for slow machines</td>
 *     <td>1</td></tr>
 * <tr><td>{@code reliability.patience}</td><td>real time within which a try has to end, ISO-8601; a multiple of what
 *     it takes, for it is to find what hangs</td><td>PT10S</td></tr>
 * <tr><td>{@code reliability.pushes}</td><td>pushes of PUSH-10</td><td>300</td></tr>
 * <tr><td>{@code reliability.entries}</td><td>entries of CLEANUP-12</td><td>1000000</td></tr>
 * <tr><td>{@code reliability.waiters}</td><td>waiters of MUTEX-12, as far as they need no threads</td>
 *     <td>100000</td></tr>
 * <tr><td>{@code reliability.openings}</td><td>openings of BREAKER-12</td><td>10000</td></tr>
 * <tr><td>{@code reliability.seed}, {@code reliability.try}</td><td>repeat a failed run: its seed, and the first try to
 *     carry out</td><td>a new seed, all tries</td></tr>
 * <tr><td>{@code reliability.conformance}</td><td>directory of {@code rules.json} and
 *     {@code index.html}</td>
 *     <td>target/conformance</td></tr>
 * </table>
 */
public final class Settings {
    static final String SEED = "reliability.seed";
    static final String TRY = "reliability.try";

    private Settings() {}

    /**
     * Real time for the tries of one rule.
     *
     * @return a positive span
     */
    public static Duration budget() {
        return Duration.parse(System.getProperty("reliability.budget", "PT5S"));
    }

    /**
     * Tries of one rule that run even past the budget.
     *
     * @return empty where each rule decides for itself
     */
    static OptionalInt leastTries() {
        String tries = System.getProperty("reliability.tries.min");
        return tries == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(tries));
    }

    /**
     * An upper bound on real time, as long as this machine needs it.
     *
     * @param span what an idle machine needs at most
     * @return the span times {@code reliability.scale}
     */
    public static Duration scaled(Duration span) {
        double scale = Double.parseDouble(System.getProperty("reliability.scale", "1"));
        return Duration.ofNanos((long) (span.toNanos() * scale));
    }

    /**
     * Real time within which a try has to end: far more than any takes that does not hang.
     *
     * @return a positive span, scaled
     */
    public static Duration patience() {
        return scaled(Duration.parse(System.getProperty("reliability.patience", "PT10S")));
    }

    /**
     * How many pushes PUSH-10 watches.
     *
     * @return at least 1
     */
    public static int pushes() {
        return Integer.getInteger("reliability.pushes", 300);
    }

    /**
     * How many entries the scope of CLEANUP-12 has.
     *
     * @return at least 10
     */
    public static int entries() {
        return Integer.getInteger("reliability.entries", 1_000_000);
    }

    /**
     * How many waiters MUTEX-12 lines up, as far as they need no threads.
     *
     * @return at least 1
     */
    public static int waiters() {
        return Integer.getInteger("reliability.waiters", 100_000);
    }

    /**
     * How many openings of a breaker BREAKER-12 goes through.
     *
     * @return at least 1
     */
    public static int openings() {
        return Integer.getInteger("reliability.openings", 10_000);
    }

    static @Nullable String seed() {
        return System.getProperty(SEED);
    }

    static int firstTry() {
        return Integer.getInteger(TRY, 1);
    }

    static Path conformance() {
        return Path.of(System.getProperty("reliability.conformance", "target/conformance"));
    }
}
