package dev.caravan.source.alphavantage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.backfill.Known;
import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Alpha Vantage is asked of the past, by each tier. */
final class AlphaVantageHistoryTest {
    /** A Saturday. */
    private static final Instant NOW = Instant.parse("2026-11-21T12:05:00Z");

    private static final int TICKERS = 52;

    @TempDir
    Path folder;

    private static AlphaVantageHistory history(Path home, String tier, String... more) {
        Map<String, String> values = new HashMap<>();
        values.put("alphavantage.api.key", "AV-secret-of-history-test");
        values.put("alphavantage.api.tier", tier);
        for (int i = 0; i < more.length; i += 2) {
            values.put(more[i], more[i + 1]);
        }
        Settings settings = Settings.load(home, Map.of(), values, false);
        return new AlphaVantageHistory(settings, new Accounts(settings));
    }

    private AlphaVantageHistory twoTickers(String tier, String... more) {
        TestHome.copyTo(folder).write("config/sources/alphavantage.csv", "symbol,category,note", "IBM,x,", "C/D,x,");
        return history(folder, tier, more);
    }

    private static Stretch stretch(String metric, Granularity granularity, String from, String to) {
        return new Stretch(
                SeriesKey.of("alphavantage", metric, "IBM", granularity), Instant.parse(from), Instant.parse(to));
    }

    private static VendorRequest only(AlphaVantageHistory history, Stretch... wanted) {
        List<Window> windows = history.pack(List.of(wanted), Map.of(), NOW);
        assertThat(windows).hasSize(1);
        return history.request(windows.get(0));
    }

    @ParameterizedTest
    @CsvSource({
        "premium, TIME_SERIES_DAILY_ADJUSTED, full, 8, 1999-11-01T00:00:00Z",
        "free, TIME_SERIES_DAILY, compact, 5, 2026-07-10T00:00:00Z"
    })
    void theWholeHistoryIsOneRequestATicker(String tier, String function, String size, int metrics, Instant from) {
        AlphaVantageHistory history = history(TestHome.project(), tier);
        List<Window> windows = history.pack(history.offered(Map.of(), NOW), Map.of(), NOW);
        assertThat(windows).hasSize(TICKERS).allSatisfy(window -> {
            assertThat(window.from()).isEqualTo(from);
            // The Friday is over, the weekend has no days of its own.
            assertThat(window.to()).isEqualTo(Instant.parse("2026-11-21T00:00:00Z"));
            assertThat(window.metrics()).hasSize(metrics);
            VendorRequest request = history.request(window);
            assertThat(request.query().split("&"))
                    .contains("function=" + function, "outputsize=" + size, "datatype=csv", "apikey={key}");
            assertThat(request.toString()).doesNotContain("AV-secret");
        });
    }

    @ParameterizedTest
    @CsvSource({
        // winter: the day ends at 01:00 UTC
        "2026-11-20T00:59:59Z, 2026-11-19T00:00:00Z",
        "2026-11-20T01:00:00Z, 2026-11-20T00:00:00Z",
        // Thanksgiving
        "2026-11-27T12:00:00Z, 2026-11-26T00:00:00Z"
    })
    void noDayIsOfferedBeforeItsEveningInNewYork(Instant now, Instant end) {
        assertThat(twoTickers("premium").offered(Map.of(), now))
                .hasSize(2 * 8)
                .allSatisfy(stretch -> assertThat(stretch.to()).isEqualTo(end));
    }

    @Test
    void aGapAmongTheNewestHundredDaysIsACompactRequestAndAnOlderOneIsNot() {
        AlphaVantageHistory history = twoTickers("premium");
        Stretch lately = stretch("CLOSE", Granularity.DAY, "2026-07-10T00:00:00Z", "2026-07-11T00:00:00Z");
        Stretch before = stretch("OPEN", Granularity.DAY, "2026-07-09T00:00:00Z", "2026-07-10T00:00:00Z");
        assertThat(only(history, lately).query()).contains("outputsize=compact");
        assertThat(only(history, before).query()).contains("outputsize=full");
        VendorRequest both = only(history, lately, before);
        assertThat(both.query()).contains("outputsize=full");
        assertThat(both.metrics()).containsExactlyInAnyOrder("CLOSE", "OPEN");
        assertThat(both.subject()).isEqualTo("IBM");
    }

    @Test
    void hoursAreOnlyOfferedWhenTheyAreSetAndThePlanHasThem() {
        String set = "alphavantage.history.intraday";
        assertThat(twoTickers("premium").offered(Map.of(), NOW))
                .allSatisfy(
                        stretch -> assertThat(stretch.series().granularity()).isEqualTo(Granularity.DAY));
        assertThat(history(folder, "free", set, "true").offered(Map.of(), NOW))
                .allSatisfy(
                        stretch -> assertThat(stretch.series().granularity()).isEqualTo(Granularity.DAY));
        assertThat(history(folder, "premium", set, "true").offered(Map.of(), NOW))
                .filteredOn(stretch -> stretch.series().granularity() == Granularity.HOUR)
                .hasSize(2 * 5)
                .allSatisfy(stretch -> {
                    assertThat(stretch.from()).isEqualTo(Instant.parse("2020-01-01T05:00:00Z"));
                    assertThat(stretch.to()).isEqualTo(Instant.parse("2026-11-21T01:00:00Z"));
                });
    }

    @Test
    void hoursAreOneRequestForEachTickerAndMonthOfNewYork() {
        AlphaVantageHistory history = twoTickers(
                "premium", "alphavantage.history.intraday", "true", "alphavantage.history.intraday-from", "2026-03");
        List<Window> windows = history.pack(history.offered(Map.of(), NOW), Map.of(), NOW).stream()
                .filter(window -> window.granularity() == Granularity.HOUR)
                .toList();
        assertThat(windows).hasSize(2 * 9);
        List<Window> march = windows.stream()
                .filter(window -> history.request(window).query().contains("month=2026-03&"))
                .toList();
        assertThat(march).hasSize(2).allSatisfy(window -> {
            assertThat(window.from()).isEqualTo(Instant.parse("2026-03-01T05:00:00Z"));
            assertThat(window.to()).isEqualTo(Instant.parse("2026-04-01T04:00:00Z"));
        });
        assertThat(history.request(march.get(1)).query())
                .isEqualTo("function=TIME_SERIES_INTRADAY&interval=60min&month=2026-03&adjusted=false"
                        + "&extended_hours=true&outputsize=full&symbol=C%2FD&datatype=csv&apikey={key}");
    }

    @Test
    void aMissingHourIsOneRequestForItsMonth() {
        AlphaVantageHistory history = twoTickers("premium");
        assertThat(only(history, stretch("CLOSE", Granularity.HOUR, "2026-04-01T00:00:00Z", "2026-04-01T01:00:00Z"))
                        .query())
                .contains("month=2026-03&");
        assertThat(only(history, stretch("CLOSE", Granularity.HOUR, "2026-04-01T14:00:00Z", "2026-04-01T15:00:00Z"))
                        .query())
                .contains("month=2026-04&");
    }

    private static Known known(String metric, String symbol, String date, double value, String readAt) {
        return new Known(
                SeriesKey.of("alphavantage", metric, symbol, Granularity.DAY),
                Instant.parse(date + "T00:00:00Z"),
                value,
                Instant.parse(readAt));
    }

    @Test
    void aSplitOrDividendCallsForTheWholeHistoryOfItsTicker() {
        List<Known> recent = List.of(
                known("DIVIDEND_AMOUNT", "IBM", "2026-11-10", 1.68, "2026-11-10T15:05:00Z"),
                known("SPLIT_COEFFICIENT", "IBM", "2026-11-10", 1, "2026-11-10T15:05:00Z"),
                known("SPLIT_COEFFICIENT", "NVDA", "2026-11-12", 0.1, "2026-11-12T15:05:00Z"),
                known("DIVIDEND_AMOUNT", "COIN", "2026-11-10", 0, "2026-11-10T15:05:00Z"),
                known("SPLIT_COEFFICIENT", "COIN", "2026-11-10", 1, "2026-11-10T15:05:00Z"),
                known("CLOSE", "COIN", "2026-11-10", 300, "2026-11-10T15:05:00Z"));
        AlphaVantageHistory history = twoTickers("premium");
        assertThat(history.restated(recent, Map.of(), NOW))
                .extracting(stretch -> stretch.series().asset())
                .containsExactly("IBM", "NVDA");
        Map<String, Instant> read =
                Map.of("IBM", Instant.parse("2026-11-11T04:00:00Z"), "NVDA", Instant.parse("2026-11-12T18:00:00Z"));
        // The one was read after its day, the other while it was under way.
        List<Stretch> again = history.restated(recent, read, NOW);
        assertThat(again).singleElement().satisfies(stretch -> {
            assertThat(stretch.series())
                    .isEqualTo(SeriesKey.of("alphavantage", "ADJUSTED_CLOSE", "NVDA", Granularity.DAY));
            assertThat(stretch.from()).isEqualTo(Instant.parse("1999-11-01T00:00:00Z"));
            assertThat(stretch.to()).isEqualTo(Instant.parse("2026-11-21T00:00:00Z"));
        });
        assertThat(history.request(history.pack(again, Map.of(), NOW).get(0)).query())
                .contains("outputsize=full");
        assertThat(history(folder, "free").restated(recent, Map.of(), NOW)).isEmpty();
        assertThat(history.restatedBy()).containsExactlyInAnyOrder("SPLIT_COEFFICIENT", "DIVIDEND_AMOUNT");
    }

    @ParameterizedTest
    @CsvSource({
        // today's event waits for the evening
        "2026-11-20T18:00:00Z, 2026-11-20T15:05:00Z, 2026-11-01T00:00:00Z, false",
        "2026-11-21T01:00:00Z, 2026-11-20T15:05:00Z, 2026-11-01T00:00:00Z, true",
        // one that was entered or corrected four days later counts again
        "2026-11-25T12:00:00Z, 2026-11-24T15:05:00Z, 2026-11-21T05:00:00Z, true",
        "2026-11-25T12:00:00Z, 2026-11-24T15:05:00Z, 2026-11-24T15:05:00Z, false"
    })
    void anEventCountsFromItsEveningOrFromWhenItIsKnown(Instant now, String known, Instant read, boolean again) {
        List<Known> recent = List.of(known("DIVIDEND_AMOUNT", "IBM", "2026-11-20", 1.68, known));
        assertThat(AlphaVantageRestatement.of(recent, Map.of("IBM", read), now).isEmpty())
                .isNotEqualTo(again);
    }
}
