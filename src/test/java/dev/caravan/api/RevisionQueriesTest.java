package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that were replaced, over real HTTP. */
final class RevisionQueriesTest {
    private static final SeriesKey FEES = SeriesKey.of("artemis", "FEES", "btc", Granularity.DAY);
    private static final SeriesKey PRICE = SeriesKey.of("artemis", "PRICE", "btc", Granularity.DAY);
    private static final SeriesKey BINANCE = venue("binance-futures");
    private static final SeriesKey BYBIT = venue("bybit");
    private static final List<Instant> COMMITTED = new ArrayList<>();

    private static AskedProgram program;

    @BeforeAll
    static void store() {
        program = AskedProgram.start(Map.of("caravan.now", "2026-11-20T10:10:00Z"));
        batch("2026-11-10T00:05:00Z", FEES, "08=8", "09=0", "10=1?");
        batch("2026-11-11T00:05:00Z", FEES, "09=11", "10=20");
        batch("2026-11-12T00:05:00Z", FEES, "09=0", "10=20");
        batch("2026-11-12T00:06:00Z", PRICE, "11=5");
        batch("2026-11-13T00:06:00Z", PRICE, "11=6");
        batch("2026-11-14T00:06:00Z", BINANCE, "12=1");
        batch("2026-11-14T01:06:00Z", BINANCE, "12=2");
        batch("2026-11-14T02:06:00Z", BYBIT, "13=3");
        batch("2026-11-14T03:06:00Z", BYBIT, "13=4");
    }

    @AfterAll
    static void stop() {
        program.close();
    }

    private static SeriesKey venue(String exchange) {
        return new SeriesKey("velo", "CLOSE_PRICE", "BTC", exchange, "", Granularity.HOUR);
    }

    private static void batch(String time, SeriesKey key, String... days) {
        ObservationBatch.Builder batch = new ObservationBatch.Builder();
        for (String day : days) {
            String[] parts = day.replace("?", "").split("=");
            batch.add(
                    key,
                    Instant.parse("2026-11-" + parts[0] + "T00:00:00Z"),
                    Double.parseDouble(parts[1]),
                    day.endsWith("?"));
        }
        program.writerAt(Instant.parse(time)).store(batch.build(), ConflictPolicy.REVISE, null);
        COMMITTED.add(program.sql()
                .queryForObject("SELECT committed_at FROM batch ORDER BY batch_id DESC LIMIT 1", Timestamp.class)
                .toInstant());
    }

    private static List<String> told(String query) {
        JsonNode answer = program.get("/revisions?" + query);
        List<String> rows = new ArrayList<>();
        answer.path("data")
                .forEach(row -> rows.add(row.path("timestamp").asText().substring(8, 10) + " "
                        + row.path("value").asInt() + ">"
                        + row.path("replaced_by").asInt()));
        assertThat(answer.path("count").asInt()).isEqualTo(rows.size());
        return rows;
    }

    @Test
    void everyValueThatWasReplacedIsToldTheNewestFirst() {
        // What was said of the tenth while it was open is no revision. A zero is a value.
        assertThat(told("asset=btc&source=artemis&metric=FEES")).containsExactly("09 11>0", "09 0>11");
        assertThat(told("asset=btc&source=artemis")).containsExactly("11 5>6", "09 11>0", "09 0>11");
        assertThat(told("source=artemis")).containsExactly("11 5>6", "09 11>0", "09 0>11");
        assertThat(told("asset=bitcoin")).containsExactly("13 3>4", "12 1>2", "11 5>6", "09 11>0", "09 0>11");
        assertThat(told("asset=btc&source=defillama")).isEmpty();
        assertThat(told("source=coingecko")).isEmpty();
    }

    @Test
    void aRowSaysFromWhenToWhenItWasBelievedAndOfWhat() {
        JsonNode rows = program.get("/revisions?asset=Bitcoin&source=Artemis&metric=fees")
                .path("data");
        assertThat(rows.get(0).path("believed_from").asText())
                .isEqualTo(COMMITTED.get(1).toString());
        assertThat(rows.get(0).path("believed_to").asText())
                .isEqualTo(COMMITTED.get(2).toString());
        assertThat(rows.get(1).path("believed_from").asText())
                .isEqualTo(COMMITTED.get(0).toString());
        assertThat(rows.get(1).path("believed_to").asText())
                .isEqualTo(rows.get(0).path("believed_from").asText());
        assertThat(rows.get(0).path("source").asText()).isEqualTo("artemis");
        assertThat(rows.get(0).path("asset").asText()).isEqualTo("btc");
        assertThat(rows.get(0).path("metric").asText()).isEqualTo("FEES");
        assertThat(rows.get(0).path("granularity").asText()).isEqualTo("day");
        assertThat(rows.get(0).path("unit").asText()).isEqualTo("USD");
        JsonNode venue = program.get("/revisions?asset=BTC&source=velo&limit=1")
                .path("data")
                .get(0);
        assertThat(venue.path("exchange").asText()).isEqualTo("bybit");
    }

    /** The two calls say the same: at its first moment a value is believed, at its last no longer. */
    @Test
    void aValueIsTheAnswerAsOfTheTimeInWhichItWasBelieved() {
        JsonNode rows = program.get("/revisions?asset=btc&source=artemis").path("data");
        assertThat(rows).hasSize(3);
        for (JsonNode row : rows) {
            String day = row.path("timestamp").asText();
            String asked = "/time-series?asset=btc&source=artemis&metric="
                    + row.path("metric").asText() + "&start_date=" + day.substring(0, 10) + "&end_date=" + day
                    + "&as_of=";
            String from = row.path("believed_from").asText();
            Instant to = Instant.parse(row.path("believed_to").asText());
            for (String moment : List.of(from, to.minusNanos(1_000).toString())) {
                assertThat(AskedProgram.values(program.get(asked + moment)))
                        .as(asked + moment)
                        .isEqualTo(Map.of(day, row.path("value").asDouble()));
            }
            assertThat(AskedProgram.values(program.get(asked + to)))
                    .isEqualTo(Map.of(day, row.path("replaced_by").asDouble()));
        }
    }

    @Test
    void aVenueATimeAndALimitAreRespected() {
        assertThat(told("asset=BTC&source=velo&exchange=Bybit")).containsExactly("13 3>4");
        assertThat(told("source=artemis&start_date=2026-11-10")).containsExactly("11 5>6");
        assertThat(told("source=artemis&end_date=2026-11-09")).containsExactly("09 11>0", "09 0>11");
        JsonNode cut = program.get("/revisions?source=artemis&limit=2");
        assertThat(cut.path("truncated").asBoolean()).isTrue();
        assertThat(told("source=artemis&limit=2")).containsExactly("11 5>6", "09 11>0");
        assertThat(program.get("/revisions?source=artemis&limit=3")
                        .path("truncated")
                        .asBoolean())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?metric=FEES",
                "?source=",
                "?source=artemis&limit=0",
                "?source=artemis&limit=100001",
                "?source=artemis&days=3",
                "?source=artemis&start_date=2026-11-10&end_date=2026-11-09",
                "?source=artemis&start_date=soon"
            })
    void aBadParameterIs400(String query) {
        assertThat(program.refusal(400, "/revisions" + query)).isEqualTo("bad_parameter");
    }

    @Test
    void whatIsUnknownIs404() {
        assertThat(program.refusal(404, "/revisions?source=nobody")).isEqualTo("unknown_source");
        assertThat(program.refusal(404, "/revisions?asset=bitcoin&source=nobody"))
                .isEqualTo("unknown_source");
        assertThat(program.refusal(404, "/revisions?asset=no-such-coin")).isEqualTo("unknown_asset");
        assertThat(program.refusal(404, "/revisions?asset=bitcoin&metric=NO_SUCH"))
                .isEqualTo("unknown_metric");
    }
}
