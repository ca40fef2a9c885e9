package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.database.MigratedDatabase;
import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.ObservationWriter;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.Layers;
import dev.caravan.testing.TestHome;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** Questions about the past read by keys what they are about, whatever else has been replaced. */
final class AsOfPlansTest {
    private static final int SERIES = 40;
    private static final int HOURS = 500;
    private static final int BATCHES = 50_000;
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    private static MigratedDatabase database;
    private static NamedParameterJdbcTemplate named;
    private static Statements statements;
    private static int series;
    private static int first;
    private static int second;

    @BeforeAll
    static void store() {
        database = MigratedDatabase.create();
        named = new NamedParameterJdbcTemplate(database.dataSource());
        statements = new Statements(Layers.of(TestHome.project()));
        ObservationWriter writer = new ObservationWriter(database.dataSource(), statements);
        first = storeAll(writer, 1);
        second = storeAll(writer, 2);
        storeAll(writer, 3);
        series = database.sql()
                .queryForObject("SELECT series_id FROM series WHERE asset = 'C7' AND source = 'velo'", Integer.class);
        database.sql()
                .update("INSERT INTO batch (source, committed_at)"
                        + " SELECT CASE WHEN n % 2 = 0 THEN 'velo' ELSE 'artemis' END, timestamptz '2020-01-01 00:00+00'"
                        + " + n * interval '1 minute' FROM generate_series(1, " + BATCHES + ") AS n");
        database.sql().execute("VACUUM ANALYZE");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    /** Stores another value for everything; the number of the last batch. */
    private static int storeAll(ObservationWriter writer, double value) {
        ObservationBatch.Builder batch = new ObservationBatch.Builder();
        for (int i = 0; i < SERIES; i++) {
            SeriesKey key = new SeriesKey("velo", "CLOSE_PRICE", "C" + i, "one", "", Granularity.HOUR);
            for (int hour = 0; hour < HOURS; hour++) {
                batch.add(key, START.plus(Duration.ofHours(hour)), value, false);
            }
        }
        writer.store(batch.build(), ConflictPolicy.REVISE, null);
        return database.sql().queryForObject("SELECT max(batch_id) FROM batch", Integer.class);
    }

    private static MapSqlParameterSource question() {
        return new MapSqlParameterSource("series", series)
                .addValue("from", Timestamp.from(Instant.EPOCH))
                .addValue("to", Timestamp.from(START.plus(Duration.ofDays(3_650))))
                .addValue("now", Timestamp.from(START.plus(Duration.ofDays(30))))
                .addValue("bucket", "1 hour")
                .addValue("settling", 0)
                .addValue("limit", 1_001);
    }

    private static JsonNode plan(String statement, MapSqlParameterSource parameters) {
        String plan = named.queryForObject(
                "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) " + statements.text(statement),
                parameters,
                String.class);
        try {
            return new ObjectMapper().readTree(plan).path(0).path("Plan");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(plan, e);
        }
    }

    /** A scan of a plan: the table, by which index (a bitmap's is in the node below), and how many rows were touched. */
    private record Scan(String table, String index, long rows) {}

    private static List<Scan> scans(JsonNode node) {
        List<Scan> scans = new ArrayList<>();
        if (node.has("Relation Name")) {
            double each = node.path("Actual Rows").asDouble()
                    + node.path("Rows Removed by Filter").asDouble()
                    + node.path("Rows Removed by Index Recheck").asDouble();
            scans.add(new Scan(
                    node.path("Relation Name").asText(),
                    node.path("Index Name")
                            .asText(node.path("Plans")
                                    .path(0)
                                    .path("Index Name")
                                    .asText("none")),
                    Math.round(each * node.path("Actual Loops").asDouble())));
        }
        node.path("Plans").forEach(below -> scans.addAll(scans(below)));
        return scans;
    }

    private static List<Scan> of(String table, JsonNode plan) {
        return scans(plan).stream()
                .filter(scan -> scan.table().startsWith(table) && scan.rows() > 0)
                .toList();
    }

    private static long buffers(JsonNode plan) {
        return plan.path("Shared Hit Blocks").asLong()
                + plan.path("Shared Read Blocks").asLong();
    }

    @ParameterizedTest
    @ValueSource(strings = {"queries/time-series-as-of", "queries/time-series-as-of-ascending"})
    void ofRevisionsOnlyTheSeriesAreRead(String statement) {
        JsonNode plan = plan(statement, question().addValue("batch", first));
        assertThat(plan.path("Actual Rows").asInt()).isEqualTo(HOURS);
        // Each hour was replaced twice.
        assertThat(of("observation_revision", plan))
                .containsExactly(new Scan("observation_revision", "observation_revision_pkey", 2 * HOURS));
        assertThat(of("observation_2", plan)).hasSize(1).allSatisfy(scan -> {
            assertThat(scan.index()).isEqualTo("observation_2026_pkey");
            assertThat(scan.rows()).isEqualTo(HOURS);
        });
        assertThat(scans(plan)).noneMatch(scan -> scan.table().equals("series"));
    }

    @Test
    void ofALimitOnlyThatMuchIsRead() {
        JsonNode plan = plan(
                "queries/time-series-as-of",
                question().addValue("batch", second).addValue("limit", 10));
        assertThat(plan.path("Actual Rows").asInt()).isEqualTo(10);
        assertThat(of("observation_revision", plan)).hasSize(1).allSatisfy(scan -> assertThat(scan.rows())
                .isLessThanOrEqualTo(40));
    }

    @Test
    void withoutAMomentNoMoreIsReadThanTheSeries() {
        JsonNode plan = plan("queries/time-series", question());
        assertThat(plan.path("Actual Rows").asInt()).isEqualTo(HOURS);
        assertThat(of("observation_2", plan)).hasSize(1);
        assertThat(scans(plan))
                .allMatch(scan ->
                        scan.table().startsWith("observation_") && !scan.table().contains("revision"));
        JsonNode then = plan("queries/time-series-as-of", question().addValue("batch", first));
        assertThat(buffers(plan)).as("the measure measures").isPositive().isLessThan(buffers(then));
    }

    @Test
    void theLastBatchIsFoundByOneLook() {
        for (String moment : List.of("2020-01-02T00:00:00Z", "2020-01-20T00:00:00Z", "2030-01-01T00:00:00Z")) {
            JsonNode plan = plan(
                    "queries/as-of-batch",
                    new MapSqlParameterSource("source", "velo")
                            .addValue("moment", Timestamp.from(Instant.parse(moment))));
            assertThat(scans(plan)).as(moment).containsExactly(new Scan("batch", "batch_by_time", 1));
            assertThat(buffers(plan)).as(moment).isLessThan(10);
        }
    }

    @Test
    void ofRevisionsOnlyWhatIsAskedForIsRead() {
        JsonNode plan = plan(
                "queries/revisions",
                new MapSqlParameterSource("series", new SqlArray("int4", new int[] {series, series + 1}))
                        .addValue("from", Timestamp.from(Instant.EPOCH))
                        .addValue("to", Timestamp.from(START.plus(Duration.ofDays(3_650))))
                        .addValue("limit", 11));
        assertThat(plan.path("Actual Rows").asInt()).isEqualTo(11);
        List<Scan> revisions = of("observation_revision", plan);
        assertThat(revisions).isNotEmpty().allMatch(scan -> scan.index().equals("observation_revision_pkey"));
        assertThat(revisions.stream().mapToLong(Scan::rows).sum())
                .as("of both series eleven, and what followed on each of eleven")
                .isLessThanOrEqualTo(2 * 11 + 11);
        assertThat(of("observation_2", plan)).allMatch(scan -> scan.index().equals("observation_2026_pkey"));
    }

    @Test
    void aFilterReachesTheSeriesAlsoInSql() {
        String question = "SELECT * FROM observations_as_of('velo', '2090-01-01') WHERE asset = 'C7'";
        String plan =
                database.sql().queryForObject("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + question, String.class);
        try {
            JsonNode root = new ObjectMapper().readTree(plan).path(0).path("Plan");
            assertThat(of("observation_2", root).stream().mapToLong(Scan::rows).sum())
                    .isEqualTo(HOURS);
            assertThat(of("observation_revision", root).stream()
                            .mapToLong(Scan::rows)
                            .sum())
                    .isLessThanOrEqualTo(2 * HOURS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(plan, e);
        }
    }
}
