package dev.caravan.source.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.backfill.History;
import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.ExpectedSeries;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.source.AskedOnce;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a source that a table describes has of the past, in which windows it is asked, and how these are worded. */
final class TableHistoryTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:20:30Z");
    private static final Instant TODAY = Instant.parse("2026-11-20T00:00:00Z");
    private static final Instant FIRST = Instant.parse("2009-01-01T00:00:00Z");
    private static final String URL = "https://api.example.com/v1";

    @TempDir
    Path folder;

    private TestHome home;

    @BeforeEach
    void copy() {
        home = TestHome.copyTo(folder);
        BlockchainExample.install(home);
    }

    private void table(String... lines) {
        home.write(
                "config/sources/some.csv",
                ("asset,metric,granularity,path,query,time,value\n" + String.join("\n", lines)).split("\n"));
    }

    private TableHistories histories(Map<String, String> settings) {
        return new TableHistories(Settings.load(home.path(), Map.of(), settings, false));
    }

    private History some() {
        return histories(Map.of()).at("some", URL);
    }

    private static Stretch stretch(String asset, String metric, Granularity granularity, Instant from, Instant to) {
        return new Stretch(SeriesKey.of("some", metric, asset, granularity), from, to);
    }

    private static Stretch days(String asset, String metric, String from, String to) {
        return stretch(
                asset, metric, Granularity.DAY, Instant.parse(from + "T00:00:00Z"), Instant.parse(to + "T00:00:00Z"));
    }

    private static List<Stretch> lately(History history, int days) {
        return history.offered(Map.of(), NOW).stream()
                .map(stretch -> stretch.within(TODAY.minus(Duration.ofDays(days)), NOW))
                .toList();
    }

    @Test
    void onlyLinesThatSayWhereToBeginAndWhoseRowsHaveTimesHaveAHistory() {
        table(
                "a,DAYS,day,/days,from={from}&to={to},/t,/v",
                "a,HOURS,hour,/hours/{from-seconds},,/t,/v",
                "a,MILLIS,,/millis,since={from-millis},/t,/v",
                "a,COUNTED_BACK,day,/back,days={days},/t,/v",
                "a,LATEST,day,/latest,,/t,/v",
                "a,UNDATED,day,/undated,from={from},,/v");
        assertThat(some().source()).isEqualTo("some");
        assertThat(some().lists()).isEmpty();
        assertThat(some().offered(Map.of(), NOW))
                .containsExactly(
                        stretch("a", "DAYS", Granularity.DAY, FIRST, TODAY),
                        stretch("a", "HOURS", Granularity.HOUR, FIRST, Instant.parse("2026-11-20T10:00:00Z")),
                        stretch("a", "MILLIS", Granularity.DAY, FIRST, TODAY));
    }

    @Test
    void aWindowIsAtMostAsLongAsTheSettingSaysAndLinesOfOneRequestShareIt() {
        table(
                "a,PRICE,day,/x,from={from}&to={to},/t,/a/p",
                "a,VOLUME,day,/x,from={from}&to={to},/t,/a/v",
                "b,PRICE,day,/x,from={from}&to={to},/t,/b/p",
                "b,VOLUME,day,/x,from={from}&to={to},/t,/b/v",
                "b,PRICE_ELSEWHERE,day,/y,from={from}&to={to},/t,/p");
        History history = some();
        List<Window> windows = history.pack(lately(history, 500), Map.of(), NOW);
        assertThat(windows)
                .extracting(window -> window.assets() + " " + window.metrics() + " "
                        + Duration.between(window.from(), window.to()).toDays())
                .containsExactly(
                        "[a, b] [PRICE, VOLUME] 365",
                        "[b] [PRICE_ELSEWHERE] 365",
                        "[a, b] [PRICE, VOLUME] 135",
                        "[b] [PRICE_ELSEWHERE] 135");
        History shorter = histories(Map.of("some.window-days", "100")).at("some", URL);
        assertThat(shorter.pack(lately(shorter, 500), Map.of(), NOW)).hasSize(10);
        VendorRequest request = history.request(windows.get(0));
        assertThat(request.base()).isEqualTo(URL);
        assertThat(request.description()).isEqualTo("GET /x?from=2025-11-20&to=2026-11-19");
        assertThat(request.series())
                .extracting(series -> series.asset() + " " + series.metric())
                .containsExactly("a PRICE", "a VOLUME", "b PRICE", "b VOLUME");
    }

    @Test
    void withoutAnEndOneWindowBringsAllThatCameAfter() {
        table("a,PRICE,day,/x,from={from},/t,/v");
        History history = some();
        assertThat(history.pack(lately(history, 4_000), Map.of(), NOW))
                .singleElement()
                .satisfies(window -> {
                    assertThat(window.to()).isEqualTo(TODAY);
                    assertThat(history.request(window).query()).isEqualTo("from=2015-12-08");
                });
    }

    @Test
    void oneMissingDayOfOneSeriesIsOneRequestForThatDay() {
        table("a,PRICE,day,/x,from={from}&to={to}&n={days},/t,/a", "b,PRICE,day,/x,from={from}&to={to}&n={days},/t,/b");
        List<Window> windows = some().pack(List.of(days("b", "PRICE", "2024-02-29", "2024-03-01")), Map.of(), NOW);
        assertThat(windows)
                .containsExactly(new Window(
                        "table",
                        URL,
                        List.of("b"),
                        List.of("PRICE"),
                        "",
                        Granularity.DAY,
                        Instant.parse("2024-02-29T00:00:00Z"),
                        Instant.parse("2024-03-01T00:00:00Z")));
        VendorRequest request = some().request(windows.get(0));
        assertThat(request.query()).isEqualTo("from=2024-02-29&to=2024-02-29&n=1");
        assertThat(request.series()).extracting(ExpectedSeries::asset).containsExactly("b");
    }

    @Test
    void hoursAreAskedByTheDaysThatTheyTouchAndEndWhereTheWindowDoes() {
        table("a,X,hour,/x,a={from-seconds}&b={to-seconds}&c={from-millis}&d={to-millis}&e={from}&f={to},/t,/v");
        Instant from = Instant.parse("2026-01-14T22:00:00Z");
        Instant to = Instant.parse("2026-01-15T03:00:00Z");
        List<Window> windows = some().pack(List.of(stretch("a", "X", Granularity.HOUR, from, to)), Map.of(), NOW);
        long begin = Instant.parse("2026-01-14T00:00:00Z").getEpochSecond();
        assertThat(some().request(windows.get(0)).query())
                .isEqualTo("a=" + begin + "&b=" + to.getEpochSecond() + "&c=" + begin + "000&d=" + to.toEpochMilli()
                        + "&e=2026-01-14&f=2026-01-15");
    }

    @Test
    void aWindowOfTheLedgerIsWordedByWhoeverKnowsOnlyTheName() {
        table("a,PRICE,day,/x,from={from}&to={to},/t,/v");
        Window window = some().pack(List.of(days("a", "PRICE", "2026-01-01", "2026-01-02")), Map.of(), NOW)
                .get(0);
        assertThat(histories(Map.of()).of("some").request(window).base()).isEqualTo(URL);
        assertThat(histories(Map.of("some.api.url", "http://127.0.0.1:9"))
                        .of("some")
                        .request(window)
                        .base())
                .isEqualTo("http://127.0.0.1:9");
        table("b,PRICE,day,/x,from={from}&to={to},/t,/v");
        assertThatThrownBy(() -> some().request(window))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("PRICE of a");
    }

    @Test
    void aNameThatNoFileCanHaveIsRefused() {
        assertThatThrownBy(() -> histories(Map.of()).of("../secrets"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("can name no source");
    }

    @Test
    void theExampleIsReadDayByDayFromTheSandbox() {
        try (Sandbox sandbox = Sandbox.start(folder.resolve("config/sources"), Clock.fixed(NOW, ZoneOffset.UTC), 0)) {
            History history =
                    histories(Map.of()).at("blockchain", sandbox.endpoints().get("BLOCKCHAIN_API_URL"));
            assertThat(history.pack(lately(history, 30), Map.of(), NOW)).hasSize(7);
            Instant from = Instant.parse("2023-12-31T00:00:00Z");
            Instant to = Instant.parse("2024-12-30T00:00:00Z");
            SeriesKey fees = SeriesKey.of("blockchain", "TRANSACTION_FEES_USD", "bitcoin", Granularity.DAY);
            List<Window> windows = history.pack(List.of(new Stretch(fees, from, to)), Map.of(), NOW);
            assertThat(windows).hasSize(1);
            VendorRequest request = history.request(windows.get(0));
            assertThat(request.query()).isEqualTo("start=2023-12-31&timespan=365days&sampled=false&format=json");
            ObservationBatch days = new TableNormaliser()
                    .normalise(request, AskedOnce.json(request, ""), NOW)
                    .observations();
            assertThat(days.size()).isEqualTo(365);
            assertThat(days.epochSecond(0)).isEqualTo(from.getEpochSecond());
            assertThat(days.epochSecond(364)).isEqualTo(to.getEpochSecond() - 86_400);
        }
    }
}
