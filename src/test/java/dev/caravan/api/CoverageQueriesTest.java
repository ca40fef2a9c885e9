package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How whole series are, over real HTTP. */
final class CoverageQueriesTest {
    /** A Friday. */
    private static final Instant NOW = Instant.parse("2026-11-20T10:10:00Z");

    private static AskedProgram program;

    @BeforeAll
    static void store() {
        program = AskedProgram.start(Map.of("caravan.now", NOW.toString()));
        // Prices of Artemis settle for three days: of the days before the 17th one is missing, one is known to be
        // empty, one
        // was never finished.
        days(SeriesKey.of("artemis", "PRICE", "btc", Granularity.DAY), "09 10 12 14? 15 16 17 20?");
        program.sql()
                .update("INSERT INTO series_empty SELECT series_id, '{[2026-11-13 00:00+00, 2026-11-14 00:00+00)}'"
                        + " FROM series WHERE source = 'artemis'");
        days(SeriesKey.of("artemis", "PRICE", "eth", Granularity.DAY), "10 11 12 13 14 15 16");
        days(SeriesKey.of("defillama", "NOT_IN_THE_CATALOGUE", "btc", Granularity.DAY), "10");
        days(SeriesKey.of("alphavantage", "CLOSE", "COIN", Granularity.DAY), "12 17");
    }

    @AfterAll
    static void stop() {
        program.close();
    }

    private static void days(SeriesKey key, String days) {
        ObservationBatch.Builder batch = new ObservationBatch.Builder();
        for (String day : days.split(" ")) {
            batch.add(key, Instant.parse("2026-11-" + day.substring(0, 2) + "T00:00:00Z"), 1, day.endsWith("?"));
        }
        program.writerAt(NOW.minus(Duration.ofDays(1))).store(batch.build(), ConflictPolicy.REVISE, null);
    }

    private static List<String> periods(JsonNode series) {
        List<String> periods = new ArrayList<>();
        series.path("periods")
                .forEach(period -> periods.add(period.path("from").asText().substring(8, 10) + "-"
                        + period.path("to").asText().substring(8, 10) + " "
                        + period.path("state").asText() + " "
                        + period.path("buckets").asInt()));
        return periods;
    }

    @Test
    void aSeriesIsToldPeriodByPeriodAndCounted() {
        JsonNode answer = program.get("/coverage?asset=Bitcoin&metric=price&source=Artemis&days=10");
        assertThat(answer.path("count").asInt()).isEqualTo(1);
        assertThat(answer.path("days").asInt()).isEqualTo(10);
        JsonNode series = answer.path("data").get(0);
        assertThat(series.path("source").asText()).isEqualTo("artemis");
        assertThat(series.path("asset").asText()).isEqualTo("btc");
        assertThat(series.path("metric").asText()).isEqualTo("PRICE");
        assertThat(series.path("granularity").asText()).isEqualTo("day");
        assertThat(periods(series))
                .containsExactly(
                        "10-11 complete 1",
                        "11-12 missing 1",
                        "12-13 complete 1",
                        "13-14 known_empty 1",
                        "14-15 partial 1",
                        "15-17 complete 2",
                        "17-18 complete 1",
                        "18-20 not_expected 2",
                        "20-21 partial 1");
        JsonNode buckets = series.path("buckets");
        assertThat(buckets.path("complete").asInt()).isEqualTo(5);
        assertThat(buckets.path("partial").asInt()).isEqualTo(2);
        assertThat(buckets.path("known_empty").asInt()).isEqualTo(1);
        assertThat(buckets.path("missing").asInt()).isEqualTo(1);
        assertThat(buckets.path("not_expected").asInt()).isEqualTo(2);
    }

    @Test
    void weekendsWithinAGapAreNotExpected() {
        // From Friday the 13th to Monday the 16th nothing is there; settled until the 18th.
        JsonNode series =
                program.get("/coverage?asset=COIN&days=8").path("data").get(0);
        assertThat(periods(series))
                .containsExactly("12-13 complete 1", "13-17 missing 2", "17-18 complete 1", "18-21 not_expected 3");
        assertThat(series.path("buckets").path("missing").asInt()).isEqualTo(2);
        assertThat(series.path("buckets").path("not_expected").asInt())
                .as("a weekend and three days that have not settled")
                .isEqualTo(5);
    }

    @Test
    void withoutAnAssetItIsTheWholeSourceWithoutASourceEverySourceOfTheAsset() {
        assertThat(program.get("/coverage?source=artemis").findValuesAsText("asset"))
                .containsExactly("btc", "eth");
        assertThat(program.get("/coverage?source=artemis&metric=PRICE&days=92")
                        .path("count")
                        .asInt())
                .isEqualTo(2);
        assertThat(program.get("/coverage?asset=eth").findValuesAsText("source"))
                .containsExactly("artemis");
        assertThat(program.get("/coverage?source=artemis").path("days").asInt()).isEqualTo(30);
        assertThat(program.get("/coverage?source=velo").path("count").asInt()).isZero();
    }

    @Test
    void whatHasNoHistoryIsCountedAndNotTold() {
        JsonNode answer = program.get("/coverage?asset=btc&source=defillama");
        assertThat(answer.path("count").asInt()).isZero();
        assertThat(answer.path("_meta").path("without_history").asInt()).isEqualTo(1);
        assertThat(program.get("/coverage?source=artemis")
                        .path("_meta")
                        .path("without_history")
                        .asInt())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?metric=PRICE",
                "?days=30",
                "?source=artemis&days=0",
                "?source=artemis&days=93",
                "?asset=btc&days=36501",
                "?source=artemis&days=ten",
                "?source=artemis&limit=3"
            })
    void aBadParameterIs400(String query) {
        assertThat(program.refusal(400, "/coverage" + query)).isEqualTo("bad_parameter");
    }

    @Test
    void whatIsUnknownIs404() {
        assertThat(program.refusal(404, "/coverage?source=nobody")).isEqualTo("unknown_source");
        assertThat(program.refusal(404, "/coverage?asset=no-such-coin")).isEqualTo("unknown_asset");
        assertThat(program.refusal(404, "/coverage?source=artemis&metric=NO_SUCH"))
                .isEqualTo("unknown_metric");
    }
}
