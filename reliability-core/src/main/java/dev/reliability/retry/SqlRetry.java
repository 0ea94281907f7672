package dev.reliability.retry;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which failures of a database are worth another attempt, by SQLState (ISO 9075, and the classes 53 and 57 of
 * PostgreSQL). Where a driver gives no state, the subclass of {@link SQLException} speaks.
 *
 * <p>The first line that applies decides:
 *
 * <table>
 * <caption>From failure and phase to verdict</caption>
 * <tr><th>failure</th><th>phase</th><th>verdict</th></tr>
 * <tr><td>class 40 except 40003</td><td>any</td><td>{@link Verdict#RETRYABLE_TRANSACTION}</td></tr>
 * <tr><td>class 08, 53300, 57P01, 57P02, 57P03, transient and recoverable types</td><td>connecting</td>
 * <td>{@link Verdict#NOTHING_SENT}</td></tr>
 * <tr><td>08001, 08004, 53300, 57P03</td><td>statement</td><td>{@link Verdict#NOTHING_SENT}</td></tr>
 * <tr><td>class 08, 40003, 53300, 57P01, 57P02, 57P03, recoverable types</td><td>statement, commit</td>
 * <td>{@link Verdict#OUTCOME_UNKNOWN}</td></tr>
 * <tr><td>any other</td><td>any</td><td>{@link Verdict#FINAL}</td></tr>
 * </table>
 *
 * <p>At a commit nothing proves that nothing was sent: the statements were. The methods are pure functions, for any
 * thread. This is the only class of the library that needs the module {@code java.sql}; without that module all others
 * work.
 */
public final class SqlRetry {
    /** What was under way when it failed. */
    public enum Phase {
        /** A connection was being acquired, from a pool or the driver. */
        CONNECTING,
        /** A statement, or anything else on a connection but the commit. With auto-commit, this too. */
        STATEMENT,
        /** The commit. */
        COMMIT
    }

    /** What a failure says about the work. */
    public enum Verdict {
        /** It was rolled back, certainly: the whole transaction may run again, from its beginning. */
        RETRYABLE_TRANSACTION,
        /** Nothing of it has reached the database: it may run again. */
        NOTHING_SENT,
        /** The connection was lost: it may have been done, or not. Only what does no harm twice may run again. */
        OUTCOME_UNKNOWN,
        /** It failed, certainly, and would again. */
        FINAL
    }

    private static final Set<String> REFUSED = Set.of("08001", "08004", "53300", "57P03");
    private static final Set<String> SHUT_DOWN = Set.of("57P01", "57P02");
    private static final String COMPLETION_UNKNOWN = "40003";
    private static final int DEEPEST_CAUSE = 32; // chains of causes may be circles

    private SqlRetry() {}

    /**
     * Whether the work may run again: the whole transaction, or what was done with auto-commit.
     *
     * @param failure what was thrown
     * @param phase where
     * @param idempotent whether the work does no harm when it is done twice; not believed at the commit
     * @return true if it was rolled back or nothing was sent, and for idempotent work also if the outcome of a statement
     *     is unknown
     */
    public static boolean isRetryable(Throwable failure, Phase phase, boolean idempotent) {
        return switch (verdict(failure, phase)) {
            case RETRYABLE_TRANSACTION, NOTHING_SENT -> true;
            case OUTCOME_UNKNOWN -> idempotent && phase != Phase.COMMIT;
            case FINAL -> false;
        };
    }

    /**
     * What a failure says about the work.
     *
     * @param failure what was thrown; its first {@link SQLException} counts, itself or among its causes, one with an
     *     SQLState before one without
     * @param phase where
     * @return the verdict; {@link Verdict#FINAL} if there is no SQLException
     */
    public static Verdict verdict(Throwable failure, Phase phase) {
        requireNonNull(phase, "phase");
        SQLException sql = find(requireNonNull(failure, "failure"));
        if (sql == null) {
            return Verdict.FINAL;
        }
        String state = stateOf(sql);
        if (isRollback(sql, state)) {
            return Verdict.RETRYABLE_TRANSACTION;
        }
        boolean connection = state.startsWith("08") || REFUSED.contains(state) || SHUT_DOWN.contains(state);
        if (phase == Phase.CONNECTING) {
            boolean passing = sql instanceof SQLTransientException || sql instanceof SQLRecoverableException;
            return connection || passing ? Verdict.NOTHING_SENT : Verdict.FINAL;
        }
        if (phase == Phase.STATEMENT && REFUSED.contains(state)) {
            return Verdict.NOTHING_SENT;
        }
        boolean lost = connection || state.equals(COMPLETION_UNKNOWN) || isLostConnection(sql, state);
        return lost ? Verdict.OUTCOME_UNKNOWN : Verdict.FINAL;
    }

    private static @Nullable SQLException find(Throwable failure) {
        SQLException first = null;
        Throwable at = failure;
        for (int depth = 0; at != null && depth < DEEPEST_CAUSE; depth++) {
            if (at instanceof SQLException sql) {
                if (!stateOf(sql).isEmpty()) {
                    return sql;
                }
                first = first == null ? sql : first;
            }
            at = at.getCause();
        }
        return first;
    }

    /** The SQLState; empty if there is none, as with drivers that say so by an empty one. */
    private static String stateOf(SQLException sql) {
        return sql.getSQLState() == null ? "" : sql.getSQLState();
    }

    private static boolean isRollback(SQLException sql, String state) {
        return state.isEmpty()
                ? sql instanceof SQLTransactionRollbackException
                : state.startsWith("40") && !state.equals(COMPLETION_UNKNOWN);
    }

    /** JDBC: the connection types stand for class 08. */
    private static boolean isLostConnection(SQLException sql, String state) {
        return sql instanceof SQLRecoverableException
                || (state.isEmpty()
                        && (sql instanceof SQLTransientConnectionException
                                || sql instanceof SQLNonTransientConnectionException));
    }
}
