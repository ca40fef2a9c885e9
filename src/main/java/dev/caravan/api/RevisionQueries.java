package dev.caravan.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.api.SeriesSearch.Found;
import dev.caravan.api.SeriesSearch.Series;
import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import dev.caravan.settings.Settings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** What vendors have said and said otherwise later: the bean {@code revisions}. */
public final class RevisionQueries {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final SeriesSearch search;

    /**
     * @param database the revisions
     * @param statements the SQL of {@code sql/queries}
     * @param settings the sources that there are
     */
    public RevisionQueries(NamedParameterJdbcTemplate database, Statements statements, Settings settings) {
        this.database = database;
        this.statements = statements;
        this.search = new SeriesSearch(database, statements, settings);
    }

    /**
     * Values of ended buckets that were replaced, the newest bucket first, of one bucket the latest replacement first.
     *
     * @param ask the query parameters of {@code GET /revisions}
     * @return the answer; {@code believed_from} and {@code believed_to} are times of batches, UTC, the latter being the first
     *     moment at which the value no longer held
     * @throws Problem 400 for a bad parameter or when neither an asset nor a source is named, 404 for an unknown one
     */
    public ObjectNode revisions(@Variable("ask") Parameters ask) {
        ask.only("asset", "metric", "source", "start_date", "end_date", "exchange", "limit");
        Instant from = ask.from("start_date").orElse(Queries.FIRST);
        Instant to = ask.to("end_date").orElse(Queries.LAST);
        if (!from.isBefore(to)) {
            throw Problem.badParameter("start_date lies after end_date");
        }
        int limit = ask.number("limit", 1_000, 1, Queries.LARGEST_LIMIT);
        String exchange = ask.text("exchange").orElse(null);
        Found found = search.matching(ask);
        int[] series = found.series().stream()
                .filter(one -> exchange == null || one.exchange().equalsIgnoreCase(exchange))
                .mapToInt(Series::id)
                .toArray();
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode data = JSON.createArrayNode();
        boolean[] more = new boolean[1];
        database.query(
                statements.text("queries/revisions"),
                new MapSqlParameterSource("series", new SqlArray("int4", series))
                        .addValue("from", Timestamp.from(from))
                        .addValue("to", Timestamp.from(to))
                        .addValue("limit", limit + 1),
                row -> {
                    if (data.size() == limit) {
                        more[0] = true;
                    } else {
                        revision(data.addObject(), row);
                    }
                });
        answer.put("count", data.size());
        answer.put("truncated", more[0]);
        answer.set("data", data);
        ObjectNode meta = answer.putObject("_meta");
        meta.put("requested_asset", ask.text("asset").orElse(null));
        meta.put(
                "resolved_entity",
                found.entity() == null ? null : found.entity().canonicalId());
        meta.put("series", series.length);
        return answer;
    }

    private static void revision(ObjectNode item, ResultSet row) throws SQLException {
        item.put("timestamp", Queries.time(row, "ts"));
        item.put("value", row.getDouble("value"));
        Double next = row.getObject("replaced_by", Double.class);
        item.put("replaced_by", next);
        item.put("believed_from", Queries.time(row, "believed_from"));
        item.put("believed_to", Queries.time(row, "believed_to"));
        for (String name : new String[] {"source", "asset", "metric", "exchange", "product", "granularity", "unit"}) {
            item.put(name, row.getString(name));
        }
    }
}
