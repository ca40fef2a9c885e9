package dev.caravan.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import dev.caravan.settings.Settings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Variable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** The answers to questions about the data, each on a statement of {@code sql/queries}: the bean {@code queries}. */
public final class Queries {
    private static final int LARGEST_LIMIT = 100_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Clock clock;

    /**
     * @param database where the data is
     * @param statements the SQL of {@code sql/queries}
     * @param settings the clock
     */
    public Queries(NamedParameterJdbcTemplate database, Statements statements, Settings settings) {
        this.database = database;
        this.statements = statements;
        this.clock = settings.clock();
    }

    /**
     * Latest values of one metric over assets, ranked by value.
     *
     * @param ask the query parameters of {@code GET /latest}
     * @return the answer
     * @throws Problem 400 for a bad parameter, 404 for an unknown metric
     */
    public ObjectNode latest(@Variable("ask") Parameters ask) {
        ask.only("metric", "source", "assets", "limit", "exchange", "order");
        String source =
                ask.text("source").map(name -> name.toLowerCase(Locale.ROOT)).orElse(null);
        List<Metric> metrics = metrics(ask.required("metric"), source);
        int limit = ask.number("limit", 100, 1, LARGEST_LIMIT);
        String order = ask.choice("order", "desc", "asc", "asset");
        SqlArray assets = ask.list("assets")
                .map(list -> texts(list.stream().map(asset -> asset.toLowerCase(Locale.ROOT))))
                .orElseGet(() -> new SqlArray("text", null));
        ObjectNode answer = JSON.createObjectNode();
        answer.put("metric", ask.required("metric").toUpperCase(Locale.ROOT));
        ArrayNode data = JSON.createArrayNode();
        database.query(
                statements.text("queries/latest"),
                new MapSqlParameterSource("sources", texts(metrics.stream().map(Metric::source)))
                        .addValue("metrics", texts(metrics.stream().map(Metric::name)))
                        .addValue("assets", assets)
                        .addValue("exchange", ask.text("exchange").orElse(null))
                        .addValue("order", order)
                        .addValue("now", now())
                        .addValue("limit", limit + 1),
                row -> {
                    if (data.size() < limit) {
                        latestRow(data.addObject(), row);
                    } else {
                        answer.put("truncated", true);
                    }
                });
        answer.put("count", data.size());
        answer.set("data", data);
        return answer;
    }

    private static void latestRow(ObjectNode item, ResultSet row) throws SQLException {
        item.put("asset", row.getString("asset"));
        item.put("value", row.getDouble("value"));
        item.put("timestamp", time(row, "ts"));
        item.put("source", row.getString("source"));
        item.put("metric", row.getString("metric"));
        item.put("canonical_id", row.getString("canonical_id"));
        item.put("exchange", row.getString("exchange"));
        item.put("granularity", row.getString("granularity"));
        item.put("unit", row.getString("unit"));
        item.put("final", row.getBoolean("final"));
    }

    /**
     * One series, newest first unless asked otherwise.
     *
     * @param ask the query parameters of {@code GET /time-series}
     * @return the answer; {@code _meta} says what was chosen and why
     * @throws Problem 400 for a bad parameter, 404 for an unknown asset or metric
     */
    public ObjectNode timeSeries(@Variable("ask") Parameters ask) {
        ask.only(
                "asset",
                "metric",
                "source",
                "start_date",
                "end_date",
                "days",
                "limit",
                "exchange",
                "order",
                "granularity");
        String source =
                ask.text("source").map(name -> name.toLowerCase(Locale.ROOT)).orElse(null);
        String asset = ask.required("asset");
        List<Metric> metrics = metrics(ask.required("metric"), source);
        Instant to = ask.to("end_date").orElse(Instant.parse("9999-01-01T00:00:00Z"));
        Instant from = ask.from("start_date").orElse(Instant.parse("0001-01-01T00:00:00Z"));
        int days = ask.number("days", 0, 1, 36_500);
        if (days > 0) {
            Instant since = clock.instant().minus(Duration.ofDays(days));
            from = since.isAfter(from) ? since : from;
        }
        if (!from.isBefore(to)) {
            throw Problem.badParameter("start_date lies after end_date");
        }
        int limit = ask.number("limit", 1_000, 1, LARGEST_LIMIT);
        boolean ascending = ask.choice("order", "desc", "asc").equals("asc");
        String granularity = ask.text("granularity").isPresent() ? ask.choice("granularity", "hour", "day") : null;

        Resolved entity = resolve(asset, source);
        List<Series> all = candidates(asset, entity, source);
        if (all.isEmpty() && entity == null) {
            throw Problem.notFound("unknown_asset", "no asset is known by this id, symbol or name", similar(asset));
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.put("asset", asset);
        answer.put("metric", ask.required("metric").toUpperCase(Locale.ROOT));
        Optional<Series> chosen = choose(all, metrics, ask.text("exchange").orElse(null), granularity, from);
        ArrayNode data = JSON.createArrayNode();
        boolean truncated = chosen.isPresent() && read(chosen.get(), metrics, from, to, limit, ascending, data);
        answer.put("count", data.size());
        answer.put("truncated", truncated);
        answer.set("data", data);
        ObjectNode meta = answer.putObject("_meta");
        meta.put("requested_asset", asset);
        meta.put("resolved_entity", entity == null ? null : entity.canonicalId());
        chosen.ifPresent(series -> describe(series, metrics, entity, source, meta));
        if (chosen.isEmpty()) {
            meta.put("resolved_asset", all.isEmpty() ? null : all.get(0).asset());
            meta.putNull("resolved_source");
            meta.put("why", "the asset is known but has no such metric; available_metrics says what it has");
            all.stream().map(Series::metric).distinct().sorted().forEach(meta.putArray("available_metrics")::add);
        }
        return answer;
    }

    private static void describe(Series series, List<Metric> metrics, Resolved entity, String source, ObjectNode meta) {
        Metric metric = metricOf(series, metrics);
        meta.put("resolved_asset", series.asset());
        meta.put("resolved_source", series.source());
        meta.put("resolved_metric", series.metric());
        meta.put("exchange", series.exchange());
        meta.put("granularity", series.granularity());
        meta.put("unit", metric.unit());
        String asset = entity == null ? "the asset is a source's own id" : "the asset matches as " + entity.why();
        String choice = source != null
                ? "the source was asked for"
                : metric.preferred()
                        ? "the source is the catalogue's preferred one"
                        : "the source is the first with data";
        meta.put("why", asset + "; " + choice);
    }

    private boolean read(
            Series series,
            List<Metric> metrics,
            Instant from,
            Instant to,
            int limit,
            boolean ascending,
            ArrayNode data) {
        boolean[] more = new boolean[1];
        database.query(
                statements.text(ascending ? "queries/time-series-ascending" : "queries/time-series"),
                new MapSqlParameterSource("series", series.id())
                        .addValue("from", Timestamp.from(from))
                        .addValue("to", Timestamp.from(to))
                        .addValue("now", now())
                        .addValue("bucket", "1 " + series.granularity())
                        .addValue("settling", metricOf(series, metrics).settlingHours())
                        .addValue("limit", limit + 1),
                row -> {
                    if (data.size() == limit) {
                        more[0] = true;
                        return;
                    }
                    ObjectNode point = data.addObject();
                    point.put("timestamp", time(row, "ts"));
                    point.put("value", row.getDouble("value"));
                    point.put("source", series.source());
                    point.put("exchange", series.exchange());
                    point.put("granularity", series.granularity());
                    point.put("final", row.getBoolean("final"));
                });
        return more[0];
    }

    private record Metric(String source, String name, String unit, boolean preferred, int settlingHours) {}

    private record Series(
            int id, String source, String asset, String metric, String exchange, String granularity, Instant first) {}

    private record Resolved(String canonicalId, String why) {}

    /** The metrics meant by a name, the preferred source's first. */
    private List<Metric> metrics(String name, String source) {
        List<Metric> metrics = database.query(
                statements.text("queries/metric-names"),
                new MapSqlParameterSource("metric", name).addValue("source", source),
                (row, number) -> new Metric(
                        row.getString("source"),
                        row.getString("metric"),
                        row.getString("unit"),
                        row.getBoolean("preferred"),
                        row.getInt("settling_hours")));
        if (metrics.isEmpty()) {
            String where = source == null ? "" : " at this source";
            throw Problem.notFound("unknown_metric", "no metric of this name is known" + where, List.of());
        }
        return metrics;
    }

    private static Metric metricOf(Series series, List<Metric> metrics) {
        return metrics.stream()
                .filter(metric ->
                        metric.source().equals(series.source()) && metric.name().equals(series.metric()))
                .findFirst()
                .orElseThrow();
    }

    private Resolved resolve(String asset, String source) {
        MapSqlParameterSource parameters = new MapSqlParameterSource("asset", asset).addValue("source", source);
        return database
                .query(
                        statements.text("queries/resolve-asset"),
                        parameters,
                        (row, number) -> new Resolved(row.getString("canonical_id"), row.getString("why")))
                .stream()
                .findFirst()
                .orElse(null);
    }

    private List<Series> candidates(String asset, Resolved entity, String source) {
        return database.query(
                statements.text("queries/candidate-series"),
                new MapSqlParameterSource("asset", asset)
                        .addValue("entity", entity == null ? null : entity.canonicalId())
                        .addValue("source", source),
                (row, number) -> new Series(
                        row.getInt("series_id"),
                        row.getString("source"),
                        row.getString("asset"),
                        row.getString("metric"),
                        row.getString("exchange"),
                        row.getString("granularity"),
                        row.getTimestamp("first_ts").toInstant()));
    }

    /** The preferred source first; of one source the finer granularity that covers the range, else the coarser one. */
    private static Optional<Series> choose(
            List<Series> all, List<Metric> metrics, String exchange, String granularity, Instant from) {
        Stream<Series> fitting = all.stream()
                .filter(series -> metrics.stream()
                        .anyMatch(metric -> metric.source().equals(series.source())
                                && metric.name().equals(series.metric())))
                .filter(series -> exchange == null || series.exchange().equalsIgnoreCase(exchange))
                .filter(series -> granularity == null || series.granularity().equals(granularity));
        return fitting.min(Comparator.<Series>comparingInt(series -> metrics.indexOf(metricOf(series, metrics)))
                .thenComparing(series -> series.first().isAfter(from))
                .thenComparing(Series::granularity, Comparator.reverseOrder())
                .thenComparing(Series::exchange));
    }

    private List<String> similar(String asset) {
        return database.queryForList(statements.text("queries/similar-assets"), Map.of("asset", asset), String.class);
    }

    /**
     * What the database holds, and the last pulls.
     *
     * @param ask no parameters
     * @return the answer of {@code GET /stats}
     */
    public ObjectNode stats(@Variable("ask") Parameters ask) {
        ask.only();
        ObjectNode answer = JSON.createObjectNode();
        database.query(statements.text("queries/stats"), row -> {
            for (String name :
                    List.of("total_records", "total_entities", "total_assets", "total_metrics", "total_series")) {
                answer.put(name, row.getLong(name));
            }
            ObjectNode range = answer.putObject("date_range");
            range.put("earliest", time(row, "earliest"));
            range.put("latest", time(row, "latest"));
        });
        ArrayNode pulls = answer.putArray("recent_pulls");
        database.query(statements.text("queries/recent-pulls"), Map.of("limit", 20), row -> {
            ObjectNode pull = pulls.addObject();
            pull.put("pull_id", row.getInt("pull_id"));
            pull.put("source", row.getString("source"));
            pull.put("last_pull", time(row, "last_pull"));
            pull.put("status", row.getString("status"));
            for (String name : List.of("records_count", "requests", "failed", "expected", "received")) {
                pull.put(name, row.getLong(name));
            }
            pull.put("notes", row.getString("notes"));
        });
        return answer;
    }

    private static SqlArray texts(Stream<String> values) {
        return new SqlArray("text", values.toArray(String[]::new));
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }

    /** ISO 8601 in UTC, whatever the process's zone; null stays null. */
    static String time(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant().toString();
    }
}
