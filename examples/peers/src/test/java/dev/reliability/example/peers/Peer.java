package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Contract;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.rule.Mark;
import dev.reliability.testkit.rule.Rule;
import java.util.List;
import java.util.Set;

/** A column of the page: one primitive of one library, and the contract that it is run through. */
enum Peer {
    RESILIENCE4J_RETRY(Library.RESILIENCE4J, "`Retry`", "RETRY", TimeMode.VIRTUAL, 60, Resilience4jRetry.class),
    FAILSAFE_RETRY(Library.FAILSAFE, "`RetryPolicy`", "RETRY", TimeMode.REAL, 20, FailsafeRetry.class),
    SMALLRYE_RETRY(Library.SMALLRYE, "`Guard.withRetry`", "RETRY", TimeMode.REAL, 20, SmallRyeRetry.class),
    SPRING_RETRY(Library.SPRING, "`RetryTemplate`", "RETRY", TimeMode.REAL, 20, SpringRetry7.class),
    SPRING_RETRY_2(Library.SPRING_RETRY, "`RetryTemplate`", "RETRY", TimeMode.VIRTUAL, 60, SpringRetry2.class),
    RESILIENCE4J_BREAKER(
            Library.RESILIENCE4J, "`CircuitBreaker`", "BREAKER", TimeMode.OWN_CLOCK, 20, Resilience4jBreaker.class),
    RESILIENCE4J_ONE_PROBE(
            Library.RESILIENCE4J,
            "`CircuitBreaker`, one probe",
            "BREAKER",
            TimeMode.OWN_CLOCK,
            20,
            Resilience4jOneProbe.class),
    FAILSAFE_BREAKER(Library.FAILSAFE, "`CircuitBreaker`", "BREAKER", TimeMode.REAL, 20, FailsafeBreaker.class),
    FAILSAFE_ONE_PROBE(
            Library.FAILSAFE, "`CircuitBreaker`, one probe", "BREAKER", TimeMode.REAL, 20, FailsafeOneProbe.class),
    SMALLRYE_BREAKER(
            Library.SMALLRYE, "`Guard.withCircuitBreaker`", "BREAKER", TimeMode.REAL, 20, SmallRyeBreaker.class),
    JDK_LOCK(Library.JDK, "`ReentrantLock`", "MUTEX", TimeMode.REAL, 20, JdkLock.class),
    JDK_FAIR_LOCK(Library.JDK, "`ReentrantLock`, fair", "MUTEX", TimeMode.REAL, 20, JdkFairLock.class),
    JDK_SEMAPHORE(Library.JDK, "`Semaphore(1)`, fair", "MUTEX", TimeMode.REAL, 20, JdkSemaphore.class),
    RESILIENCE4J_TIME_LIMITER(
            Library.RESILIENCE4J, "`TimeLimiter`", "DEADLINE", TimeMode.REAL, 4, Resilience4jTimeLimiter.class),
    FAILSAFE_TIMEOUT(Library.FAILSAFE, "`Timeout`", "DEADLINE", TimeMode.REAL, 4, FailsafeTimeout.class),
    SMALLRYE_TIMEOUT(Library.SMALLRYE, "`Guard.withTimeout`", "DEADLINE", TimeMode.REAL, 4, SmallRyeTimeout.class),
    RESILIENCE4J_RATE(Library.RESILIENCE4J, "`RateLimiter`", "LIMIT", TimeMode.OWN_CLOCK, 40, Resilience4jRate.class),
    RESILIENCE4J_BULKHEAD(Library.RESILIENCE4J, "`Bulkhead`", "LIMIT", TimeMode.REAL, 20, Resilience4jBulkhead.class),
    FAILSAFE_LIMITER(Library.FAILSAFE, "`RateLimiter`, `Bulkhead`", "LIMIT", TimeMode.REAL, 20, FailsafeLimiter.class),
    JDK_SEMAPHORE_LIMIT(Library.JDK, "`Semaphore`, fair", "LIMIT", TimeMode.REAL, 20, JdkSemaphoreLimit.class);

    private static final Set<String> COMPUTED = Set.of("RETRY-4", "RETRY-5", "RETRY-6");
    private static final int TRIES_OF_COMPUTED = 200; // they take no time, and much of their data is passed over

    private static final int TRIES_OF_STAGES = 20; // one in four never ends, which is what is hard

    private final Library library;
    private final String title;
    private final String area;
    private final TimeMode time;
    private final int tries;
    private final Class<? extends Contract<?>> contract;

    Peer(Library library, String title, String area, TimeMode time, int tries, Class<? extends Contract<?>> contract) {
        this.library = library;
        this.title = title;
        this.area = area;
        this.time = time;
        this.tries = tries;
        this.contract = contract;
    }

    Library library() {
        return library;
    }

    /** As the page heads its column. */
    String title() {
        return library.title() + " " + title;
    }

    String area() {
        return area;
    }

    /** Of a rule, in the default run. */
    int tries(String rule) {
        return COMPUTED.contains(rule) ? TRIES_OF_COMPUTED : rule.equals("DEADLINE-11") ? TRIES_OF_STAGES : tries;
    }

    Class<? extends Contract<?>> contract() {
        return contract;
    }

    /** What can be seen of it from outside. */
    List<Rule> rules() {
        return Rule.all().stream()
                .filter(rule -> rule.area().equals(area) && rule.mark() != Mark.I)
                .toList();
    }

    /** How time passes for it. */
    String mode() {
        return switch (time) {
            case VIRTUAL -> "judged in virtual time";
            case OWN_CLOCK -> "judged in virtual time, by its own clock";
            case REAL -> "judged in real time";
        };
    }

    /** The command that repeats one cell. */
    String command(String rule) {
        return "examples/peers/judge " + contract.getSimpleName() + " " + rule;
    }
}
