package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A question about one entity and metric reads the observations of its series, and no others. */
final class ViewPlansTest {
    private static final int ENTITIES = 1_000;
    private static final int HOURS = 50;
    private static final int ALL = ENTITIES * 2 * HOURS;

    private static StoredSeries stored;

    @BeforeAll
    static void store() {
        stored = new StoredSeries()
                .metric("velo CLOSE_PRICE PRICE USD level last end one 1")
                .metric("velo DOLLAR_VOLUME FUTURES_VOLUME USD flow sum interval one 1");
        Instant start = Instant.parse("2026-01-20T00:00:00Z");
        ObservationBatch.Builder batch = new ObservationBatch.Builder();
        for (int i = 0; i < ENTITIES; i++) {
            for (String metric : List.of("CLOSE_PRICE", "DOLLAR_VOLUME")) {
                SeriesKey key = new SeriesKey("velo", metric, "C" + i, "one", "", Granularity.HOUR);
                for (int hour = 0; hour < HOURS; hour++) {
                    batch.add(key, start.plus(Duration.ofHours(hour)), i + hour, false);
                }
            }
        }
        stored.store(batch.build());
        String numbers = " FROM generate_series(0, " + (ENTITIES - 1) + ") AS n";
        stored.sql()
                .update("INSERT INTO entities (canonical_id, name, entity_type, sector)"
                        + " SELECT 'entity-' || n, 'Entity ' || n, 'token', 'meme'" + numbers);
        stored.sql()
                .update("INSERT INTO entity_source_ids (source, source_id, canonical_id)"
                        + " SELECT 'velo', 'C' || n, 'entity-' || n" + numbers);
        stored.sql().execute("ANALYZE");
    }

    @AfterAll
    static void close() {
        stored.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v_entity_comparison WHERE canonical_id = 'entity-7' AND metric_name = 'PRICE'",
                "v_entity_comparison WHERE canonical_id = 'entity-7' AND metric_name = 'PRICE'"
                        + " AND metric_date = DATE '2026-01-21'",
                "v_entity_comparison WHERE canonical_id = 'entity-7'",
                "v_metrics_daily WHERE canonical_id = 'entity-7' AND metric_name = 'PRICE' AND metric_date > '2026-01-21'",
                "v_metrics_daily WHERE source = 'velo' AND asset = 'C7' AND metric_name = 'PRICE'",
                "v_entity_metrics WHERE canonical_id = 'entity-7' AND metric_name = 'PRICE'",
                "v_normalized_metrics JOIN entities USING (entity_id) WHERE canonical_id = 'entity-7' AND metric_name = 'PRICE'",
                "v_normalized_metrics WHERE source = 'velo' AND asset = 'C7' AND metric_name = 'PRICE'",
                "metrics WHERE source = 'velo' AND asset = 'C7' AND metric_name = 'CLOSE_PRICE'",
                "v_metrics_daily d JOIN entities e USING (entity_id) WHERE e.canonical_id = 'entity-7'",
                "metrics WHERE entity_id = (SELECT entity_id FROM entities WHERE canonical_id = 'entity-7')"
            })
    void aFilterReachesTheSeries(String question) {
        // At most both metrics of the one entity.
        assertThat(observationsRead(question)).as(question).isPositive().isLessThanOrEqualTo(2 * HOURS);
    }

    @Test
    void withoutAFilterEverythingIsRead() {
        assertThat(observationsRead("v_metrics_daily"))
                .as("the measure measures")
                .isEqualTo(ALL);
        assertThat(observationsRead("v_metrics_daily WHERE metric_name = 'PRICE' AND metric_date = '2026-01-21'"))
                .as("a metric and a day without an entity: the series of the metric")
                .isEqualTo(ALL / 2);
    }

    /** Rows that the scans of observations touched: kept and thrown away. */
    private static long observationsRead(String question) {
        String plan = stored.sql()
                .queryForObject("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) SELECT * FROM " + question, String.class);
        try {
            return observationsRead(new ObjectMapper().readTree(plan).path(0).path("Plan"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(plan, e);
        }
    }

    private static long observationsRead(JsonNode node) {
        long rows = 0;
        if (node.path("Relation Name").asText().startsWith("observation")) {
            double each = node.path("Actual Rows").asDouble()
                    + node.path("Rows Removed by Filter").asDouble()
                    + node.path("Rows Removed by Index Recheck").asDouble();
            rows += Math.round(each * node.path("Actual Loops").asDouble());
        }
        for (JsonNode below : node.path("Plans")) {
            rows += observationsRead(below);
        }
        return rows;
    }
}
