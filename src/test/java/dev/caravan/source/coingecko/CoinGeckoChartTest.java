package dev.caravan.source.coingecko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What CoinGecko's histories are taken to say. */
final class CoinGeckoChartTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:20:30Z");
    private static final Path RECORDINGS = Path.of(System.getProperty(
                    "caravan.recordings",
                    TestHome.project().resolve("../shared/recordings").toString()))
            .resolve("coingecko");

    private static NormalisedAnswer read(String kind, JsonNode answer, Instant now, String... metrics) {
        VendorRequest request = VendorRequest.get("coingecko", "http://127.0.0.1", "/coins/bitcoin/market_chart/range")
                .answer(kind, "bitcoin")
                .expects(List.of("bitcoin"), metrics.length == 0 ? CoinGeckoChart.METRICS : List.of(metrics))
                .build();
        return new CoinGeckoNormaliser().normalise(request, answer, now);
    }

    /** An answer with these pairs of instant and value as its prices, and nothing else. */
    private static NormalisedAnswer prices(String kind, String... pairs) {
        return read(kind, json(list("prices", pairs)), NOW, "PRICE");
    }

    private static String list(String name, String... pairs) {
        StringBuilder text = new StringBuilder("{\"" + name + "\":[");
        for (String pair : pairs) {
            String[] parts = pair.split(" ", -1);
            text.append(text.charAt(text.length() - 1) == '[' ? "[" : ",[")
                    .append(Instant.parse(parts[0]).toEpochMilli())
                    .append(',')
                    .append(parts[1])
                    .append(']');
        }
        return text.append("]}").toString();
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Double> values(NormalisedAnswer answer) {
        Map<String, Double> values = new TreeMap<>();
        ObservationBatch batch = answer.observations();
        for (int i = 0; i < batch.size(); i++) {
            assertThat(batch.open(i)).isFalse();
            values.put(
                    batch.key(i).metric() + " " + Instant.ofEpochSecond(batch.epochSecond(i)) + " "
                            + batch.key(i).granularity().label(),
                    batch.value(i));
        }
        return values;
    }

    @Test
    void anHourHasTheLastOfItsPoints() {
        NormalisedAnswer answer = prices(
                CoinGeckoHistory.HOURS,
                "2026-11-20T06:03:11.123Z 1",
                "2026-11-20T07:01:02.500Z 2",
                "2026-11-20T07:58:59.001Z 3",
                "2026-11-20T09:00:00.001Z 4");
        assertThat(values(answer))
                .containsOnly(
                        entry("PRICE 2026-11-20T06:00:00Z hour", 1.0),
                        entry("PRICE 2026-11-20T07:00:00Z hour", 3.0),
                        entry("PRICE 2026-11-20T09:00:00Z hour", 4.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void thePointOfTheMomentIsNoHoursValue() {
        assertThat(values(prices(
                        CoinGeckoHistory.HOURS,
                        "2026-11-20T08:03:11.123Z 1",
                        "2026-11-20T09:01:02.500Z 2",
                        "2026-11-20T09:50:00Z 3")))
                .containsEntry("PRICE 2026-11-20T09:00:00Z hour", 2.0);
        assertThat(values(prices(
                        CoinGeckoHistory.HOURS,
                        "2026-11-20T09:01:02.500Z 2",
                        "2026-11-20T10:01:02.500Z 3",
                        "2026-11-20T10:20:29Z 4")))
                .containsOnly(entry("PRICE 2026-11-20T09:00:00Z hour", 2.0));
    }

    @Test
    void aMidnightIsTheEndOfTheDayBefore() {
        assertThat(values(prices(
                        CoinGeckoHistory.DAYS,
                        "2026-05-10T00:00:00Z 1",
                        "2026-05-11T00:00:00Z 2",
                        "2026-05-12T00:00:00Z 3")))
                .containsOnly(
                        entry("PRICE 2026-05-09T00:00:00Z day", 1.0),
                        entry("PRICE 2026-05-10T00:00:00Z day", 2.0),
                        entry("PRICE 2026-05-11T00:00:00Z day", 3.0));
    }

    /** The original cut times to days, so that the moment of the answer stood for the day that had begun. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-20T10:19:54Z 9", // seldom more than a minute ago
                "2026-11-20T00:00:00Z 9", // the midnight itself, repeated
                "2026-11-20T00:00:00.400Z 9",
                "2026-11-19T23:59:59.600Z 9" // a fraction of a second before the last one
            })
    void thePointOfTheMomentIsNoDaysValue(String moment) {
        assertThat(values(prices(CoinGeckoHistory.DAYS, "2026-11-19T00:00:00Z 1", "2026-11-20T00:00:00Z 2", moment)))
                .containsOnly(
                        entry("PRICE 2026-11-18T00:00:00Z day", 1.0), entry("PRICE 2026-11-19T00:00:00Z day", 2.0));
    }

    @Test
    void aMidnightAheadOfTheClockIsLeftOut() {
        assertThat(values(prices(CoinGeckoHistory.DAYS, "2026-11-20T00:00:00Z 1", "2026-11-21T00:00:00Z 2")))
                .containsOnly(entry("PRICE 2026-11-19T00:00:00Z day", 1.0));
    }

    @Test
    void daysAreNotTakenForHours() {
        assertThatThrownBy(() -> prices(
                        CoinGeckoHistory.HOURS,
                        "2026-11-18T00:00:00Z 1",
                        "2026-11-19T00:00:00Z 2",
                        "2026-11-20T10:20:29Z 3"))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContaining("bitcoin was asked for by the hour and came by the day");
    }

    @Test
    void hoursAreNotFoldedIntoDays() {
        assertThatThrownBy(() -> prices(
                        CoinGeckoHistory.DAYS,
                        "2026-11-19T22:03:10.120Z 1",
                        "2026-11-19T23:01:10.120Z 1",
                        "2026-11-20T00:00:00Z 2",
                        "2026-11-20T01:02:10.120Z 3"))
                .isInstanceOf(TransientFailure.class)
                .hasMessageContaining("bitcoin was asked for by the day and came in shorter steps");
    }

    @Test
    void nullIsAbsentAndSoIsAMarketCapOfZeroAndNoOtherZero() {
        String zeros = "[[1763503200123,0],[1763506800123,null],[1763510400123,'']]";
        NormalisedAnswer answer = read(
                CoinGeckoHistory.HOURS,
                json("{'prices':" + zeros + ",'market_caps':" + zeros + ",'total_volumes':" + zeros + "}"),
                NOW);
        assertThat(values(answer))
                .containsOnly(
                        entry("PRICE 2025-11-18T22:00:00Z hour", 0.0),
                        entry("VOLUME_24H 2025-11-18T22:00:00Z hour", 0.0));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void aNullLaterInTheHourLeavesTheValueBeforeIt() {
        assertThat(values(prices(
                        CoinGeckoHistory.HOURS,
                        "2026-11-20T07:01:02.500Z 2",
                        "2026-11-20T07:58:59.001Z null",
                        "2026-11-20T08:00:00.001Z 4")))
                .containsEntry("PRICE 2026-11-20T07:00:00Z hour", 2.0);
    }

    @Test
    void pointsOutOfTheirOrderAreRead() {
        assertThat(values(prices(
                        CoinGeckoHistory.HOURS,
                        "2026-11-20T07:58:59.001Z 3",
                        "2026-11-20T07:01:02.500Z 2",
                        "2026-11-20T06:01:02.500Z 1")))
                .containsOnly(
                        entry("PRICE 2026-11-20T06:00:00Z hour", 1.0), entry("PRICE 2026-11-20T07:00:00Z hour", 3.0));
    }

    @Test
    void aCoinWithoutAPastHasNoObservations() {
        NormalisedAnswer answer =
                read(CoinGeckoHistory.DAYS, json("{'prices':[],'market_caps':[],'total_volumes':[]}"), NOW);
        assertThat(answer.observations().size()).isZero();
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void whatIsNoPairAndNoNumberIsRejectedAndTheRestIsKept() {
        NormalisedAnswer answer = read(
                CoinGeckoHistory.HOURS,
                json("{'prices':[5,[1],['x',2],[1763503200123,'n/a'],[1763506800123,7],[1763510400123,8,9]]}"),
                NOW,
                "PRICE");
        assertThat(values(answer)).containsOnly(entry("PRICE 2025-11-18T23:00:00Z hour", 7.0));
        assertThat(answer.rejections()).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{'error':'coin not found'}", "{'prices':{}}", "{'prices':[[1763503200,5]]}"})
    void anAnswerOfAnotherShapeIsAFailure(String answer) {
        assertThatThrownBy(() -> read(CoinGeckoHistory.HOURS, json(answer), NOW, "PRICE"))
                .isInstanceOf(TransientFailure.class);
    }

    private static JsonNode recorded(String file) throws IOException {
        assumeTrue(Files.isDirectory(RECORDINGS), "not checked: there are no recordings at " + RECORDINGS);
        return new ObjectMapper().readTree(RECORDINGS.resolve(file).toFile());
    }

    @Test
    void theRecordedHoursOfAMonthAreRead() throws IOException {
        JsonNode answer = recorded("market_chart_bitcoin_days30_2021-05-15.json");
        Instant now = Instant.parse("2021-05-15T14:42:23Z");
        NormalisedAnswer read = read(CoinGeckoHistory.HOURS, answer, now, "PRICE");
        // 722 points in 716 hours, of which the last is the open one.
        assertThat(read.observations().size()).isEqualTo(715);
        assertThat(read.rejections()).isEmpty();
        assertThat(read.observations().keys()).singleElement().satisfies(key -> assertThat(key.granularity())
                .isEqualTo(Granularity.HOUR));
        assertThatThrownBy(() -> read(CoinGeckoHistory.DAYS, answer, now)).isInstanceOf(TransientFailure.class);
    }

    @Test
    void theRecordedDaysOfAQuarterAreRead() throws IOException {
        JsonNode answer = recorded("market_chart_bitcoin_days90_daily_2021-05-15.json");
        Instant now = Instant.parse("2021-05-15T14:42:27Z");
        NormalisedAnswer read = read(CoinGeckoHistory.DAYS, answer, now);
        assertThat(read.observations().size()).isEqualTo(90 * 3);
        Map<String, Double> values = values(read);
        assertThat(values)
                .containsEntry(
                        "PRICE 2021-05-14T00:00:00Z day",
                        answer.at("/prices/89/1").asDouble())
                .containsEntry(
                        "VOLUME_24H 2021-02-14T00:00:00Z day",
                        answer.at("/total_volumes/0/1").asDouble())
                .doesNotContainKey("PRICE 2021-05-15T00:00:00Z day");
        assertThatThrownBy(() -> read(CoinGeckoHistory.HOURS, answer, now)).isInstanceOf(TransientFailure.class);
    }

    @Test
    void theRecordedFiveMinutesOfADayAreHours() throws IOException {
        JsonNode answer = recorded("market_chart_bitcoin_days1_2021-05-16.json");
        NormalisedAnswer read =
                read(CoinGeckoHistory.HOURS, answer, Instant.parse("2021-05-16T08:21:20Z"), "VOLUME_24H");
        assertThat(read.observations().size())
                .isEqualTo((int) Duration.ofDays(1).toHours());
    }
}
