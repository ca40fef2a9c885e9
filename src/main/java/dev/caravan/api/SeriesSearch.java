package dev.caravan.api;

import dev.caravan.database.Statements;
import dev.caravan.settings.Settings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** From the names that people give to the metrics and series that they mean. */
final class SeriesSearch {
    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Settings settings;

    /**
     * @param database series, entities and metrics
     * @param statements the SQL of {@code sql/queries}
     * @param settings the sources that there are, also without a series
     */
    SeriesSearch(NamedParameterJdbcTemplate database, Statements statements, Settings settings) {
        this.database = database;
        this.statements = statements;
        this.settings = settings;
    }

    /** A metric of a source. */
    record Metric(String source, String name, String unit, boolean preferred, int settlingHours) {
        boolean names(Series series) {
            return source.equals(series.source()) && name.equals(series.metric());
        }
    }

    /** A series that holds something; first is its first bucket. */
    record Series(
            int id, String source, String asset, String metric, String exchange, String granularity, Instant first) {}

    /** The entity that is meant, and by which kind of name. */
    record Resolved(String canonicalId, String why) {}

    /** What a question means that names an asset or a source, and may name a metric; entity is null where none is known. */
    record Found(Resolved entity, List<Series> series) {}

    /** The source that is asked for, in lower case, or null. */
    static String source(Parameters ask) {
        return ask.text("source").map(name -> name.toLowerCase(Locale.ROOT)).orElse(null);
    }

    /** The metrics meant by a name, the preferred source's first. */
    List<Metric> metrics(String name, String source) {
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

    static Metric metricOf(Series series, List<Metric> metrics) {
        return metrics.stream()
                .filter(metric -> metric.names(series))
                .findFirst()
                .orElseThrow();
    }

    /** The entity meant by an id, a symbol or a name; null where none is known by it. */
    Resolved resolve(String asset, String source) {
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

    /**
     * All series of an asset.
     *
     * @throws Problem 404 when it has none and no entity is known by that name either
     */
    List<Series> ofAsset(String asset, Resolved entity, String source) {
        List<Series> all = database.query(
                statements.text("queries/candidate-series"),
                new MapSqlParameterSource("asset", asset)
                        .addValue("entity", entity == null ? null : entity.canonicalId())
                        .addValue("source", source),
                (row, number) -> series(row));
        if (all.isEmpty() && entity == null) {
            throw Problem.notFound("unknown_asset", "no asset is known by this id, symbol or name", similar(asset));
        }
        return all;
    }

    /**
     * All series of a source.
     *
     * @throws Problem 404 when it has none and is no source of this installation either
     */
    private List<Series> ofSource(String source) {
        List<Series> all = database.query(
                statements.text("queries/source-series"), Map.of("source", source), (row, number) -> series(row));
        if (all.isEmpty() && !settings.sources().contains(source)) {
            throw Problem.notFound("unknown_source", "there is no such source", settings.sources());
        }
        return all;
    }

    /**
     * The series meant by {@code asset}, {@code source} and {@code metric}, of which one of the first two must be there.
     *
     * @throws Problem 400 when neither is, 404 when one of the three is unknown
     */
    Found matching(Parameters ask) {
        String source = source(ask);
        String asset = ask.text("asset").orElse(null);
        if (source == null && asset == null) {
            throw Problem.badParameter("one of the parameters source and asset is required");
        }
        Resolved entity = asset == null ? null : resolve(asset, source);
        List<Series> all = asset == null ? ofSource(source) : ofAsset(asset, entity, source);
        if (all.isEmpty() && source != null) {
            ofSource(source);
        }
        if (ask.text("metric").isPresent()) {
            List<Metric> metrics = metrics(ask.required("metric"), source);
            all = all.stream()
                    .filter(series -> metrics.stream().anyMatch(metric -> metric.names(series)))
                    .toList();
        }
        return new Found(entity, all);
    }

    private static Series series(ResultSet row) throws SQLException {
        return new Series(
                row.getInt("series_id"),
                row.getString("source"),
                row.getString("asset"),
                row.getString("metric"),
                row.getString("exchange"),
                row.getString("granularity"),
                row.getTimestamp("first_ts").toInstant());
    }

    private List<String> similar(String asset) {
        return database.queryForList(statements.text("queries/similar-assets"), Map.of("asset", asset), String.class);
    }
}
