package dev.caravan.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.api.SeriesSearch.Metric;
import dev.caravan.api.SeriesSearch.Resolved;
import dev.caravan.api.SeriesSearch.Series;
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
    /** Rows of an answer at the most. */
    static final int LARGEST_LIMIT = 100_000;
    /** Before all buckets, UTC. */
    static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    /** After all buckets, UTC. */
    static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final SeriesSearch search;
    private final AsOf past;
    private final Clock clock;

    /**
     * @param database where the data is
     * @param statements the SQL of {@code sql/queries}
     * @param settings the clock
     */
    public Queries(NamedParameterJdbcTemplate database, Statements statements, Settings settings) {
        this.database = database;
        this.statements = statements;
        this.search = new SeriesSearch(database, statements, settings);
        this.past = new AsOf(database, statements, settings);
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
        String source = SeriesSearch.source(ask);
        List<Metric> metrics = search.metrics(ask.required("metric"), source);
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
                "granularity",
                "as_of");
        String source = SeriesSearch.source(ask);
        String asset = ask.required("asset");
        List<Metric> metrics = search.metrics(ask.required("metric"), source);
        Optional<Instant> asOf = AsOf.asked(ask);
        Instant to = ask.to("end_date").orElse(LAST);
        Instant from = ask.from("start_date").orElse(FIRST);
        int days = ask.number("days", 0, 1, 36_500);
        if (days > 0) {
            Instant now = clock.instant();
            Instant since = asOf.filter(now::isAfter).orElse(now).minus(Duration.ofDays(days));
            from = since.isAfter(from) ? since : from;
        }
        if (!from.isBefore(to)) {
            throw Problem.badParameter("start_date lies after end_date");
        }
        int limit = ask.number("limit", 1_000, 1, LARGEST_LIMIT);
        boolean ascending = ask.choice("order", "desc", "asc").equals("asc");
        String granularity = ask.text("granularity").isPresent() ? ask.choice("granularity", "hour", "day") : null;

        Resolved entity = search.resolve(asset, source);
        List<Series> all = search.ofAsset(asset, entity, source);
        ObjectNode answer = JSON.createObjectNode();
        answer.put("asset", asset);
        answer.put("metric", ask.required("metric").toUpperCase(Locale.ROOT));
        Optional<Series> chosen = choose(all, metrics, ask.text("exchange").orElse(null), granularity, from);
        Optional<AsOf.Moment> moment = chosen.flatMap(series -> asOf.map(asked -> past.moment(series.source(), asked)));
        ArrayNode data = JSON.createArrayNode();
        boolean truncated = chosen.isPresent() && read(chosen.get(), metrics, from, to, moment, limit, ascending, data);
        answer.put("count", data.size());
        answer.put("truncated", truncated);
        answer.set("data", data);
        ObjectNode meta = answer.putObject("_meta");
        meta.put("requested_asset", asset);
        meta.put("resolved_entity", entity == null ? null : entity.canonicalId());
        chosen.ifPresent(series -> describe(series, metrics, entity, source, meta));
        moment.ifPresent(then -> then.describe(meta));
        if (chosen.isEmpty()) {
            meta.put("resolved_asset", all.isEmpty() ? null : all.get(0).asset());
            meta.putNull("resolved_source");
            meta.put("why", "the asset is known but has no such metric; available_metrics says what it has");
            all.stream().map(Series::metric).distinct().sorted().forEach(meta.putArray("available_metrics")::add);
        }
        return answer;
    }

    private static void describe(Series series, List<Metric> metrics, Resolved entity, String source, ObjectNode meta) {
        Metric metric = SeriesSearch.metricOf(series, metrics);
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
            Optional<AsOf.Moment> moment,
            int limit,
            boolean ascending,
            ArrayNode data) {
        if (moment.isPresent() && moment.get().batch() == null) {
            return false; // nothing was known of the source then
        }
        boolean[] more = new boolean[1];
        database.query(
                statements.text(
                        "queries/time-series" + (moment.isPresent() ? "-as-of" : "") + (ascending ? "-ascending" : "")),
                new MapSqlParameterSource("series", series.id())
                        .addValue("from", Timestamp.from(from))
                        .addValue("to", Timestamp.from(to))
                        .addValue("batch", moment.map(AsOf.Moment::batch).orElse(null))
                        .addValue(
                                "now",
                                moment.map(then -> Timestamp.from(then.at())).orElseGet(this::now))
                        .addValue("bucket", "1 " + series.granularity())
                        .addValue(
                                "settling",
                                SeriesSearch.metricOf(series, metrics).settlingHours())
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

    /** The preferred source first; of one source the finer granularity that covers the range, else the coarser one. */
    private static Optional<Series> choose(
            List<Series> all, List<Metric> metrics, String exchange, String granularity, Instant from) {
        Stream<Series> fitting = all.stream()
                .filter(series -> metrics.stream().anyMatch(metric -> metric.names(series)))
                .filter(series -> exchange == null || series.exchange().equalsIgnoreCase(exchange))
                .filter(series -> granularity == null || series.granularity().equals(granularity));
        return fitting.min(
                Comparator.<Series>comparingInt(series -> metrics.indexOf(SeriesSearch.metricOf(series, metrics)))
                        .thenComparing(series -> series.first().isAfter(from))
                        .thenComparing(Series::granularity, Comparator.reverseOrder())
                        .thenComparing(Series::exchange));
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
