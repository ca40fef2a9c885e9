package dev.caravan.backfill;

import dev.caravan.database.Statements;
import dev.caravan.ingest.SeriesKey;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** What other orders of a source will ask when they go on: a repair leaves it to them. */
final class WaitingWindows {
    private final Map<List<String>, List<long[]>> bySeries = new HashMap<>();

    private WaitingWindows() {}

    /**
     * @param database the ledger
     * @param statements the SQL of {@code sql/backfill}
     * @param source the source
     * @param backfill the order that does not count, or 0
     * @return what the others have left to ask
     */
    static WaitingWindows of(NamedParameterJdbcTemplate database, Statements statements, String source, int backfill) {
        WaitingWindows waiting = new WaitingWindows();
        database.query(
                statements.text("backfill/waiting-windows"),
                new MapSqlParameterSource("source", source).addValue("backfill", backfill),
                waiting::add);
        return waiting;
    }

    private void add(ResultSet row) throws SQLException {
        long[] time = {row.getLong("first_second"), row.getLong("end_second")};
        for (String asset : texts(row.getArray("assets"))) {
            for (String metric : texts(row.getArray("metrics"))) {
                bySeries.computeIfAbsent(
                                List.of(asset, metric, row.getString("exchange"), row.getString("granularity")),
                                key -> new ArrayList<>())
                        .add(time);
            }
        }
    }

    private static String[] texts(Array array) throws SQLException {
        return (String[]) array.getArray();
    }

    /**
     * @param stretch a stretch
     * @return the parts of it that no other order will ask
     */
    List<Stretch> without(Stretch stretch) {
        SeriesKey key = stretch.series();
        List<Stretch> waiting = bySeries
                .getOrDefault(
                        List.of(
                                key.asset(),
                                key.metric(),
                                key.exchange(),
                                key.granularity().label()),
                        List.of())
                .stream()
                .map(time -> new Stretch(key, Instant.ofEpochSecond(time[0]), Instant.ofEpochSecond(time[1])))
                .toList();
        return stretch.without(waiting);
    }
}
