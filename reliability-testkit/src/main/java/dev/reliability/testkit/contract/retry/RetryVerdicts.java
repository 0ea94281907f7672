package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.World;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which HTTP requests and which work on a database may be done again. */
final class RetryVerdicts {
    static final List<Integer> STATUSES = List.of(
            200, 301, 304, 400, 401, 403, 404, 405, 408, 409, 410, 413, 422, 425, 426, 429, 500, 501, 502, 503, 504,
            505);
    static final List<String> METHODS = List.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST", "PATCH");
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Set<String> UNSAFE = Set.of("POST", "PATCH");

    private RetryVerdicts() {}

    /** RETRY-19: an answer. */
    static void status(RetryAdapter adapter, World world, String method, boolean key, int status) {
        boolean expected = PASSING.contains(status) && (key || !UNSAFE.contains(method));
        same(
                world,
                expected,
                adapter.retriesStatus(method, key, status),
                method + keyed(key) + " answered by " + status);
    }

    /** How a connection fails, and whether that proves that nothing was sent. */
    enum Cut {
        REFUSED(true),
        NO_HOST(true),
        RESET(false),
        SILENT(false),
        SHORT(false);

        private final boolean nothingSent;

        Cut(boolean nothingSent) {
            this.nothingSent = nothingSent;
        }

        private IOException make() {
            return switch (this) {
                case REFUSED -> new ConnectException("refused");
                case NO_HOST -> new UnknownHostException("nowhere");
                case RESET -> new SocketException("reset");
                case SILENT -> new SocketTimeoutException("silent");
                case SHORT -> new EOFException("short");
            };
        }
    }

    /** RETRY-19: no answer. */
    static void cut(RetryAdapter adapter, World world, String method, boolean key, Cut cut) {
        boolean expected = cut.nothingSent || key || !UNSAFE.contains(method);
        same(
                world,
                expected,
                adapter.retriesFailure(method, key, cut.make()),
                method + keyed(key) + " that ended in " + cut.make());
    }

    private static String keyed(boolean key) {
        return key ? " with an idempotency key" : "";
    }

    /** RETRY-19: the header in its forms. */
    static void retryAfter(RetryAdapter adapter, World world) {
        String date = "Sun, 06 Nov 1994 08:49:37 GMT";
        String later = "Sun, 06 Nov 1994 08:51:37 GMT";
        hint(adapter, world, Map.of("Retry-After", "120"), Duration.ofMinutes(2));
        hint(adapter, world, Map.of("Retry-After", "0"), Duration.ZERO);
        hint(adapter, world, Map.of("Retry-After", later, "Date", date), Duration.ofMinutes(2));
        hint(adapter, world, Map.of("Retry-After", "soon"), null);
        hint(adapter, world, Map.of("Retry-After", "-1"), null);
        hint(adapter, world, Map.of(), null);
    }

    private static void hint(RetryAdapter adapter, World world, Map<String, String> headers, @Nullable Duration hint) {
        Duration seen = adapter.retryAfter(headers::get);
        world.history().expect(Objects.equals(hint, seen), "the hint " + hint + " of " + headers, "it is " + seen);
    }

    /** What a failure of a database says about the work. */
    enum Sql {
        SERIALIZATION("40001", true, true, true),
        DEADLOCK("40P01", true, true, true),
        COMPLETION_UNKNOWN("40003", false, false, false),
        CANNOT_CONNECT("08001", true, true, false),
        REFUSED("08004", true, true, false),
        TOO_MANY("53300", true, true, false),
        STARTING("57P03", true, true, false),
        BROKEN("08006", true, false, false),
        RESOLUTION_UNKNOWN("08007", true, false, false),
        SHUT_DOWN("57P01", true, false, false),
        CRASHED("57P02", true, false, false),
        UNIQUE("23505", false, false, false),
        SYNTAX("42601", false, false, false);

        private static final Set<String> LOST = Set.of("40003", "08006", "08007", "57P01", "57P02");

        private final String state;
        private final boolean connecting;
        private final boolean statement;
        private final boolean commit;

        Sql(String state, boolean connecting, boolean statement, boolean commit) {
            this.state = state;
            this.connecting = connecting;
            this.statement = statement;
            this.commit = commit;
        }

        /** Whether it certainly was not done, or not be kept. */
        boolean isUndone(SqlPhase phase) {
            return switch (phase) {
                case CONNECTING -> connecting;
                case STATEMENT -> statement;
                case COMMIT -> commit;
            };
        }

        boolean isLost(SqlPhase phase) {
            boolean refusedAtCommit = phase == SqlPhase.COMMIT && connecting && !commit && !state.startsWith("23");
            return phase != SqlPhase.CONNECTING && (LOST.contains(state) || refusedAtCommit);
        }
    }

    /** RETRY-20. */
    static void sql(RetryAdapter adapter, World world, Sql sql, SqlPhase phase, boolean idempotent) {
        if (sql == Sql.COMPLETION_UNKNOWN && phase == SqlPhase.CONNECTING) {
            return; // nothing was under way that could be complete
        }
        SQLException failure = new SQLException("state " + sql.state, sql.state);
        judged(adapter, world, failure, phase, idempotent, sql.isUndone(phase), sql.isLost(phase));
    }

    /** RETRY-20: failures that say by their type what others say by a state. */
    static void sqlTypes(RetryAdapter adapter, World world, SqlPhase phase, boolean idempotent) {
        boolean connecting = phase == SqlPhase.CONNECTING;
        SQLException recoverable = new SQLRecoverableException("recoverable");
        judged(adapter, world, recoverable, phase, idempotent, connecting, !connecting);
        if (connecting) {
            SQLException passing = new SQLTransientConnectionException("no connection from the pool");
            judged(adapter, world, passing, phase, idempotent, true, false);
        }
    }

    private static void judged(
            RetryAdapter adapter,
            World world,
            SQLException failure,
            SqlPhase phase,
            boolean idempotent,
            boolean undone,
            boolean lost) {
        String what = failure + " while " + phase + (idempotent ? ", idempotent" : "");
        same(world, lost, adapter.isOutcomeUnknown(failure, phase), what + ": outcome unknown");
        boolean expected = undone || (lost && idempotent && phase != SqlPhase.COMMIT);
        same(world, expected, adapter.retriesSql(failure, phase, idempotent), what + ": retried");
    }

    private static void same(World world, boolean expected, boolean seen, String what) {
        world.history().expect(expected == seen, expected + " for " + what, "it is " + seen);
    }
}
