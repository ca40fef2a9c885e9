package dev.caravan.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.database.Statements;
import dev.caravan.settings.Settings;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * What was believed at a moment, exactly: batches of one source are numbered in the order of their commits, whoever wrote
 * them; so the last batch by that moment says of every value, kept or replaced, whether it stood then.
 */
final class AsOf {
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Supplier<Timestamp> now;

    /**
     * @param database the batches, whose times are by its clock
     * @param statements the SQL of {@code sql/queries}
     * @param settings the clock, where it has been set to another time: batches have theirs from it then
     */
    AsOf(NamedParameterJdbcTemplate database, Statements statements, Settings settings) {
        this.database = database;
        this.statements = statements;
        this.now = () -> settings.optional("caravan.now").isEmpty()
                ? null
                : Timestamp.from(settings.clock().instant());
    }

    /**
     * What stood at a moment of one source.
     *
     * @param at the moment, UTC; the present where a later one was asked for
     * @param batch the source's last batch by then, or null where there was none
     * @param committed when that was committed, UTC, or null
     */
    record Moment(Instant at, Integer batch, Instant committed) {
        /** Says in an answer's {@code _meta} what it holds. */
        void describe(ObjectNode meta) {
            meta.put("as_of", at.toString());
            meta.put("last_batch_at", committed == null ? null : committed.toString());
            meta.put(
                    "as_of_note",
                    "exact for values whose bucket had ended when they were read; one that was still open at as_of and has"
                            + " been replaced since is not kept, and is absent");
        }
    }

    /**
     * @param ask {@code as_of}: an instant, or a date, which means its end
     * @return the moment that is asked for, UTC, in whole microseconds as the database has them, or nothing
     * @throws Problem 400 when it is neither
     */
    static Optional<Instant> asked(Parameters ask) {
        return ask.to("as_of").map(end -> end.minusNanos(1_000).truncatedTo(ChronoUnit.MICROS));
    }

    /**
     * @param source the source
     * @param asked the moment, UTC; one that lies ahead means the present
     * @return what stood then
     * @throws Problem 503 when the moment is hardly past and somebody has been writing this source for more than five seconds
     */
    Moment moment(String source, Instant asked) {
        // Two statements, as each sees only what was committed when it began.
        Instant at = settled(source, asked);
        return database
                .query(
                        statements.text("queries/as-of-batch"),
                        new MapSqlParameterSource("source", source).addValue("moment", Timestamp.from(at)),
                        (row, number) -> new Moment(
                                at,
                                row.getInt("batch_id"),
                                row.getTimestamp("committed_at").toInstant()))
                .stream()
                .findFirst()
                .orElseGet(() -> new Moment(at, null, null));
    }

    private Instant settled(String source, Instant asked) {
        try {
            return database.queryForObject(
                    statements.text("queries/as-of-moment"),
                    new MapSqlParameterSource("source", source)
                            .addValue("as_of", Timestamp.from(asked))
                            .addValue("now", now.get(), Types.TIMESTAMP),
                    (row, number) -> row.getTimestamp("moment").toInstant());
        } catch (DataAccessException e) {
            if (e.getRootCause() instanceof SQLException cause && LOCK_NOT_AVAILABLE.equals(cause.getSQLState())) {
                throw new Problem(
                        503,
                        "being_written",
                        "this source is being written; try again, or ask for an earlier as_of",
                        List.of());
            }
            throw e;
        }
    }
}
