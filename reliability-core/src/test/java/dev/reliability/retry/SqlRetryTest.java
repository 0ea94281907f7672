package dev.reliability.retry;

import static dev.reliability.retry.SqlRetry.Phase.COMMIT;
import static dev.reliability.retry.SqlRetry.Phase.CONNECTING;
import static dev.reliability.retry.SqlRetry.Phase.STATEMENT;
import static dev.reliability.retry.SqlRetry.Verdict.FINAL;
import static dev.reliability.retry.SqlRetry.Verdict.NOTHING_SENT;
import static dev.reliability.retry.SqlRetry.Verdict.OUTCOME_UNKNOWN;
import static dev.reliability.retry.SqlRetry.Verdict.RETRYABLE_TRANSACTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.reliability.retry.SqlRetry.Phase;
import dev.reliability.retry.SqlRetry.Verdict;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a failure of a database says about the work: RETRY-20. */
class SqlRetryTest {
    private static SQLException state(String state) {
        return new SQLException("failed", state);
    }

    @ParameterizedTest
    @CsvSource({
        // state, connecting, statement, commit
        "40001, RETRYABLE_TRANSACTION, RETRYABLE_TRANSACTION, RETRYABLE_TRANSACTION", // write skew, also at commit
        "40P01, RETRYABLE_TRANSACTION, RETRYABLE_TRANSACTION, RETRYABLE_TRANSACTION", // deadlock
        "40000, RETRYABLE_TRANSACTION, RETRYABLE_TRANSACTION, RETRYABLE_TRANSACTION",
        "40002, RETRYABLE_TRANSACTION, RETRYABLE_TRANSACTION, RETRYABLE_TRANSACTION",
        "40003, FINAL,                 OUTCOME_UNKNOWN,       OUTCOME_UNKNOWN",
        "08001, NOTHING_SENT,          NOTHING_SENT,          OUTCOME_UNKNOWN",
        "08004, NOTHING_SENT,          NOTHING_SENT,          OUTCOME_UNKNOWN",
        "53300, NOTHING_SENT,          NOTHING_SENT,          OUTCOME_UNKNOWN",
        "57P03, NOTHING_SENT,          NOTHING_SENT,          OUTCOME_UNKNOWN",
        "08000, NOTHING_SENT,          OUTCOME_UNKNOWN,       OUTCOME_UNKNOWN",
        "08003, NOTHING_SENT,          OUTCOME_UNKNOWN,       OUTCOME_UNKNOWN",
        "08006, NOTHING_SENT,          OUTCOME_UNKNOWN,       OUTCOME_UNKNOWN",
        "08007, NOTHING_SENT,          OUTCOME_UNKNOWN,       OUTCOME_UNKNOWN",
        "08S01, NOTHING_SENT,          OUTCOME_UNKNOWN,       OUTCOME_UNKNOWN",
        "57P01, NOTHING_SENT,          OUTCOME_UNKNOWN,       OUTCOME_UNKNOWN",
        "57P02, NOTHING_SENT,          OUTCOME_UNKNOWN,       OUTCOME_UNKNOWN",
        "57014, FINAL,                 FINAL,                 FINAL", // cancelled
        "53200, FINAL,                 FINAL,                 FINAL", // out of memory
        "23505, FINAL,                 FINAL,                 FINAL", // a deferred constraint, also at commit
        "28P01, FINAL,                 FINAL,                 FINAL", // wrong password
        "42601, FINAL,                 FINAL,                 FINAL",
        "25P02, FINAL,                 FINAL,                 FINAL",
        "'',    FINAL,                 FINAL,                 FINAL",
    })
    void retry_20_theStateAndThePhaseGiveTheVerdict(
            String state, Verdict connecting, Verdict statement, Verdict commit) {
        assertThat(SqlRetry.verdict(state(state), CONNECTING)).isEqualTo(connecting);
        assertThat(SqlRetry.verdict(state(state), STATEMENT)).isEqualTo(statement);
        assertThat(SqlRetry.verdict(state(state), COMMIT)).isEqualTo(commit);
    }

    @Test
    void retry_20_withoutAStateTheTypeSpeaks() {
        SQLException pool = new SQLTransientConnectionException("no connection within 30 s");

        assertThat(SqlRetry.verdict(pool, CONNECTING)).isEqualTo(NOTHING_SENT);
        assertThat(SqlRetry.verdict(pool, STATEMENT)).isEqualTo(OUTCOME_UNKNOWN);
        assertThat(SqlRetry.verdict(new SQLNonTransientConnectionException(), COMMIT))
                .isEqualTo(OUTCOME_UNKNOWN);
        assertThat(SqlRetry.verdict(new SQLNonTransientConnectionException(), CONNECTING))
                .isEqualTo(FINAL);
        assertThat(SqlRetry.verdict(new SQLTransactionRollbackException(), COMMIT))
                .isEqualTo(RETRYABLE_TRANSACTION);
        assertThat(SqlRetry.verdict(new SQLTransientException(), CONNECTING)).isEqualTo(NOTHING_SENT);
        assertThat(SqlRetry.verdict(new SQLTransientException(), STATEMENT)).isEqualTo(FINAL);
        assertThat(SqlRetry.verdict(new SQLTimeoutException(), STATEMENT)).isEqualTo(FINAL);
        assertThat(SqlRetry.verdict(new SQLException(), COMMIT)).isEqualTo(FINAL);
    }

    @Test
    void retry_20_aRecoverableTypeIsALostConnectionWhateverItsState() {
        SQLException recoverable = new SQLRecoverableException("closed", "99999");

        assertThat(SqlRetry.verdict(recoverable, CONNECTING)).isEqualTo(NOTHING_SENT);
        assertThat(SqlRetry.verdict(recoverable, STATEMENT)).isEqualTo(OUTCOME_UNKNOWN);
        assertThat(SqlRetry.verdict(recoverable, COMMIT)).isEqualTo(OUTCOME_UNKNOWN);
    }

    @Test
    void retry_20_aStateBeatsTheTypeItContradicts() {
        SQLException unknown = new SQLTransactionRollbackException("completion unknown", "40003");

        assertThat(SqlRetry.verdict(unknown, STATEMENT)).isEqualTo(OUTCOME_UNKNOWN);
    }

    @Test
    void retry_20_anUnknownOutcomeIsRetriedOnlyIfIdempotentAndNeverAtCommit() {
        SQLException lost = state("08006");

        assertThat(SqlRetry.isRetryable(lost, STATEMENT, false)).isFalse();
        assertThat(SqlRetry.isRetryable(lost, STATEMENT, true)).isTrue();
        assertThat(SqlRetry.isRetryable(lost, COMMIT, true)).isFalse();
    }

    @Test
    void retry_20_whatWasRolledBackOrNeverSentIsRetriedAndWhatIsFinalIsNot() {
        for (boolean idempotent : new boolean[] {true, false}) {
            for (Phase phase : Phase.values()) {
                assertThat(SqlRetry.isRetryable(state("40001"), phase, idempotent))
                        .isTrue();
                assertThat(SqlRetry.isRetryable(state("23505"), phase, idempotent))
                        .isFalse();
            }
            assertThat(SqlRetry.isRetryable(state("08001"), CONNECTING, idempotent))
                    .isTrue();
        }
    }

    @Test
    void retry_20_theFirstExceptionThatHasAStateCounts() {
        SQLException deadlock = state("40P01");

        assertThat(SqlRetry.verdict(new IllegalStateException(new RuntimeException(deadlock)), STATEMENT))
                .isEqualTo(RETRYABLE_TRANSACTION);
        assertThat(SqlRetry.verdict(new SQLException("wrapped by the pool", deadlock), STATEMENT))
                .isEqualTo(RETRYABLE_TRANSACTION);
        assertThat(SqlRetry.verdict(new BatchUpdateException("batch", "23505", new int[0], deadlock), STATEMENT))
                .isEqualTo(FINAL);
        assertThat(SqlRetry.verdict(new IOException("no database"), STATEMENT)).isEqualTo(FINAL);
    }

    @Test
    void retry_20_anEmptyStateIsNone_asFarAsCausesGo() {
        SQLException wrapped = new SQLException("wrapped by the pool", "", state("40001"));

        assertThat(SqlRetry.verdict(wrapped, STATEMENT)).isEqualTo(RETRYABLE_TRANSACTION);
    }

    @Test
    void retry_20_causesThatFormACircleEnd() {
        Exception one = new Exception("one");
        Exception other = new Exception("other", one);
        one.initCause(other);

        assertThat(SqlRetry.verdict(one, STATEMENT)).isEqualTo(FINAL);
    }

    @Test
    void null_isRefusedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> SqlRetry.verdict(null, COMMIT))
                .withMessage("failure");
        assertThatNullPointerException()
                .isThrownBy(() -> SqlRetry.verdict(state("40001"), null))
                .withMessage("phase");
    }

    @Test
    void retry_20_nothingElseInCoreMentionsJavaSql() {
        JavaClasses core = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.reliability");

        assertThat(core.stream()
                        .filter(type -> type.getDirectDependenciesFromSelf().stream()
                                .anyMatch(to ->
                                        to.getTargetClass().getPackageName().startsWith("java.sql")))
                        .map(type -> type.getName()))
                .containsExactly(SqlRetry.class.getName());
    }

    /** A program in a JVM without the module. */
    static final class WithoutSql {
        public static void main(String[] arguments) {
            int[] runs = {0};
            Retry retry = Retry.builder("child")
                    .backoff(Backoff.none())
                    .budget(RetryBudget.of(0.2))
                    .build();
            String result = retry.<String, RuntimeException>call(() -> {
                if (runs[0]++ == 0) {
                    throw new IllegalStateException();
                }
                return "attempt " + Attempt.current().number();
            });
            boolean sql = ModuleLayer.boot().findModule("java.sql").isPresent();
            System.out.println(
                    result + ", java.sql " + sql + ", " + HttpRetry.of("GET").isRetryable(503));
        }
    }

    @Test
    @Timeout(60)
    void retry_20_theRestRunsWhereJavaSqlIsMissing() throws Exception {
        String classPath = Stream.of(Retry.class, WithoutSql.class)
                .map(SqlRetryTest::placeOf)
                .collect(Collectors.joining(File.pathSeparator));
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--limit-modules",
                        "java.base",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        WithoutSql.class.getName()))
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(output.strip()).isEqualTo("attempt 2, java.sql false, true");
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isZero();
        } finally {
            child.destroyForcibly();
        }
    }

    private static String placeOf(Class<?> type) {
        return Path.of(URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }
}
