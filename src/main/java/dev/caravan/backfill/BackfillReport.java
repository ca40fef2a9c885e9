package dev.caravan.backfill;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.database.Statements;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** How orders of history stand and how far they are: the same over HTTP and on the command line. */
public final class BackfillReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final BackfillLedger ledger;
    private final Clock clock;

    /**
     * @param database where the orders are
     * @param statements the SQL of {@code sql/backfill}
     * @param ledger tells whether a run is alive
     * @param clock the program's clock
     */
    public BackfillReport(
            NamedParameterJdbcTemplate database, Statements statements, BackfillLedger ledger, Clock clock) {
        this.database = database;
        this.statements = statements;
        this.ledger = ledger;
        this.clock = clock;
    }

    /**
     * @param source orders of this source only; null: of all
     * @param limit at most so many
     * @return the orders: what is under way first, then the newest
     */
    public List<ObjectNode> list(String source, int limit) {
        return query(source, null, limit);
    }

    /**
     * @param id an order's number
     * @return the order, if there is one
     */
    public Optional<ObjectNode> one(int id) {
        return query(null, id, 1).stream().findFirst();
    }

    private List<ObjectNode> query(String source, Integer id, int limit) {
        List<ObjectNode> reports = new ArrayList<>(database.query(
                statements.text("backfill/reports"),
                new MapSqlParameterSource()
                        .addValue("source", source, Types.VARCHAR)
                        .addValue("backfill", id, Types.INTEGER)
                        .addValue("limit", limit),
                (row, number) -> report(row)));
        for (ObjectNode report : reports) {
            boolean dead = report.path("state").asText().equals(BackfillState.RUNNING.label())
                    && !ledger.isAlive(report.path("id").asInt());
            if (dead) {
                report.put("state", BackfillState.INTERRUPTED.label());
                report.put("notes", "the process ended in the middle of it");
                report.putNull("seconds_left");
            }
        }
        return reports;
    }

    private ObjectNode report(ResultSet row) throws SQLException {
        ObjectNode report = JSON.createObjectNode();
        report.put("id", row.getInt("backfill_id"));
        report.put("source", row.getString("source"));
        report.put("kind", row.getString("kind"));
        String state = row.getString("state");
        report.put("state", state);
        report.put("wanted", row.getString("wanted"));
        report.put("from", time(row, row.getTimestamp("from_ts") == null ? "earliest" : "from_ts"));
        report.put("to", time(row, row.getTimestamp("to_ts") == null ? "latest" : "to_ts"));
        names(report.putArray("assets"), row.getArray("assets"));
        names(report.putArray("metrics"), row.getArray("metrics"));
        names(report.putArray("exchanges"), row.getArray("exchanges"));
        report.put("policy", row.getString("policy"));
        report.put("ordered_by", row.getString("ordered_by"));
        report.put("ordered_at", time(row, "ordered_at"));
        report.put("begun_at", time(row, "begun_at"));
        report.put("ended_at", time(row, "ended_at"));
        report.put("planned", row.getBoolean("planned"));
        long windows = row.getLong("windows");
        long done = row.getLong("windows_done");
        long failed = row.getLong("windows_failed");
        report.put("windows", windows);
        report.put("windows_done", done);
        report.put("windows_refused", row.getLong("windows_refused"));
        report.put("windows_failed", failed);
        report.put("windows_running", row.getLong("windows_running"));
        report.put("percent", windows == 0 ? 0 : Math.floor(1000.0 * (done + failed) / windows) / 10);
        report.put("requests", row.getLong("requests"));
        report.put("received", row.getLong("received"));
        for (String count : List.of("new_rows", "changed_rows", "unchanged_rows")) {
            report.put(count, row.getLong(count));
        }
        progress(report, row, state, windows - done - failed);
        report.put("last_error", row.getString("last_error"));
        report.put("notes", row.getString("notes"));
        return report;
    }

    /** The rate and the time left by what this run has done so far. */
    private void progress(ObjectNode report, ResultSet row, String state, long left) throws SQLException {
        Timestamp begun = row.getTimestamp("begun_at");
        long ended = row.getLong("ended_in_run");
        report.putNull("windows_a_minute");
        report.putNull("seconds_left");
        if (begun == null || ended == 0) {
            return;
        }
        Instant until = row.getTimestamp("ended_at") == null
                ? clock.instant()
                : row.getTimestamp("ended_at").toInstant();
        double seconds = Math.max(1, Duration.between(begun.toInstant(), until).toMillis()) / 1000.0;
        report.put("windows_a_minute", Math.round(600 * ended / seconds) / 10.0);
        if (state.equals(BackfillState.RUNNING.label())) {
            report.put("seconds_left", (long) Math.ceil(left * seconds / ended));
        }
    }

    private static void names(ArrayNode list, Array array) throws SQLException {
        for (String name : (String[]) array.getArray()) {
            list.add(name);
        }
    }

    private static String time(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant().toString();
    }
}
