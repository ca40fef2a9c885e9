package dev.caravan.source.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.source.AskedOnce;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.PlannerTest;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What Artemis has of the past, in which windows it is asked, and how these are worded. */
final class ArtemisHistoryTest extends PlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:20:30Z");
    private static final Instant TODAY = Instant.parse("2026-11-20T00:00:00Z");
    private static final Instant FIRST = Instant.parse("2009-01-01T00:00:00Z");

    ArtemisHistoryTest() {
        super("artemis");
    }

    private static ArtemisHistory history(Path place, Map<String, String> settings) {
        return new ArtemisHistory(Settings.load(place, Map.of(), settings, false), caravan.ledger());
    }

    private static ArtemisHistory history() {
        return history(home.path(), Map.of());
    }

    private static void configure(String... rows) {
        List<String> lines = new ArrayList<>(List.of("symbol,name,category,metrics"));
        lines.addAll(List.of(rows));
        home.write("config/sources/artemis.csv", lines.toArray(String[]::new));
    }

    private static SeriesKey series(String symbol, String metric) {
        return SeriesKey.of("artemis", metric, symbol, Granularity.DAY);
    }

    private static Stretch stretch(String symbol, String metric, Instant from, Instant to) {
        return new Stretch(series(symbol, metric), from, to);
    }

    private static Window window(List<String> symbols, String metric, String from, String to) {
        return new Window(
                "series",
                metric,
                symbols,
                List.of(metric),
                "",
                Granularity.DAY,
                Instant.parse(from + "T00:00:00Z"),
                Instant.parse(to + "T00:00:00Z"));
    }

    private static List<String> symbols(int count) {
        return IntStream.range(0, count).mapToObj(i -> "coin-" + i).toList();
    }

    @Test
    void everyConfiguredPairIsOfferedUntilTheEndOfYesterday() {
        configure("btc,Bitcoin,Blockchain,PRICE FEES", "eq-coin,Coinbase,Equity,EQ_TOTAL_DEBT");
        assertThat(history().offered(Map.of(), NOW))
                .containsExactly(
                        stretch("btc", "PRICE", FIRST, TODAY),
                        stretch("btc", "FEES", FIRST, TODAY),
                        stretch("eq-coin", "EQ_TOTAL_DEBT", FIRST, TODAY));
    }

    @Test
    void aPairThatTheVendorDoesNotOfferIsLeftOutForAWeek() {
        configure("never-has-fees,X,App,PRICE FEES");
        VendorRequest fees = new ArtemisPlanner(caravan.settings(), caravan.ledger())
                .calls(pull).stream()
                        .filter(request -> request.subject().equals("FEES"))
                        .findFirst()
                        .orElseThrow();
        pull.answered(fees, NormalisedAnswer.of(ObservationBatch.EMPTY, List.of()));
        caravan.ledger().end(pull);
        begin();
        assertThat(history().offered(Map.of(), NOW))
                .extracting(Stretch::series)
                .containsExactly(series("never-has-fees", "PRICE"));
    }

    @Test
    void fiveYearsOfTheShippedFileAreItsBatchesTimesTheYears() {
        ArtemisHistory history = history(TestHome.project(), Map.of());
        assertThat(windows(history, 5 * 365)).hasSize(86 * 5).isSortedAccordingTo((a, b) -> b.to().compareTo(a.to()));
        // One day more is one window more for each batch.
        assertThat(windows(history, 1_826)).hasSize(86 * 6);
        assertThat(windows(history, 90)).hasSize(86);
    }

    private static List<Window> windows(ArtemisHistory history, int days) {
        List<Stretch> wanted = history.offered(Map.of(), NOW).stream()
                .map(stretch -> stretch.within(TODAY.minus(Duration.ofDays(days)), TODAY))
                .toList();
        return history.pack(wanted, Map.of(), NOW);
    }

    @Test
    void oneMissingDayOfOnePairIsOneRequestForThatDay() {
        Instant day = Instant.parse("2024-02-29T00:00:00Z");
        List<Window> windows =
                history().pack(List.of(stretch("usd*", "FEES", day, day.plus(Duration.ofDays(1)))), Map.of(), NOW);
        assertThat(windows).containsExactly(window(List.of("usd*"), "FEES", "2024-02-29", "2024-03-01"));
        VendorRequest request = history().request(windows.get(0));
        assertThat(request.description())
                .isEqualTo("GET /data/api/FEES/?symbols=usd%2A&startDate=2024-02-29&endDate=2024-02-29&APIKey={key}");
        assertThat(request.answer()).isEqualTo("series");
        assertThat(request.assets()).containsExactly("usd*");
        assertThat(request.metrics()).containsExactly("FEES");
    }

    @Test
    void metricsAreNotMixedAndStatementsAreAskedByTheQuarter() {
        Instant from = TODAY.minus(Duration.ofDays(10));
        List<Window> windows = history()
                .pack(
                        List.of(
                                stretch("eq-coin", "PRICE", from, TODAY),
                                stretch("eq-mstr", "PRICE", from, TODAY),
                                stretch("eq-coin", "EQ_TOTAL_DEBT", from, TODAY)),
                        Map.of(),
                        NOW);
        assertThat(windows)
                .extracting(window -> history().request(window).description())
                .containsExactly(
                        "GET /data/api/PRICE/?symbols=eq-coin,eq-mstr&startDate=2026-11-10&endDate=2026-11-19"
                                + "&APIKey={key}",
                        "GET /data/api/EQ_TOTAL_DEBT/?symbols=eq-coin&startDate=2026-11-10&endDate=2026-11-19"
                                + "&granularity=QUARTER&APIKey={key}");
    }

    @Test
    void theSettingsBoundSymbolsAndDaysOfAWindow() {
        ArtemisHistory history = history(home.path(), Map.of("artemis.batch-symbols", "2", "artemis.window-days", "5"));
        Instant from = TODAY.minus(Duration.ofDays(9));
        List<Stretch> wanted = symbols(3).stream()
                .map(symbol -> stretch(symbol, "PRICE", from, TODAY))
                .toList();
        assertThat(history.pack(wanted, Map.of(), NOW))
                .containsExactly(
                        window(List.of("coin-0", "coin-1"), "PRICE", "2026-11-15", "2026-11-20"),
                        window(List.of("coin-2"), "PRICE", "2026-11-15", "2026-11-20"),
                        window(List.of("coin-0", "coin-1"), "PRICE", "2026-11-11", "2026-11-15"),
                        window(List.of("coin-2"), "PRICE", "2026-11-11", "2026-11-15"));
        assertThatThrownBy(() ->
                        history(home.path(), Map.of("artemis.window-days", "0")).pack(wanted, Map.of(), NOW))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("artemis.window-days");
    }

    @Test
    void aWindowIsHalvedBySymbolsAndThenByTime() {
        List<String> symbols = symbols(3);
        assertThat(history().halves(window(symbols, "FEES", "2026-01-01", "2026-03-02")))
                .containsExactly(
                        window(symbols.subList(0, 1), "FEES", "2026-01-01", "2026-03-02"),
                        window(symbols.subList(1, 3), "FEES", "2026-01-01", "2026-03-02"));
        assertThat(history().halves(window(List.of("btc"), "FEES", "2026-01-01", "2026-03-02")))
                .containsExactly(
                        window(List.of("btc"), "FEES", "2026-01-31", "2026-03-02"),
                        window(List.of("btc"), "FEES", "2026-01-01", "2026-01-31"));
        assertThat(history().halves(window(List.of("btc"), "FEES", "2026-01-01", "2026-01-31")))
                .isEmpty();
    }

    @Test
    void statusesMeanWhatTheyMeanInALivePull() {
        assertThat(statuses(50)).containsExactlyInAnyOrder(400, 500);
        assertThat(statuses(11)).containsExactlyInAnyOrder(400, 500);
        assertThat(statuses(10)).containsExactly(400);
        assertThat(statuses(1)).isEmpty();
        VendorRequest single = history().request(window(symbols(1), "FEES", "2026-01-01", "2026-12-31"));
        assertThat(single.refusals()).containsExactly(400);
        VendorRequest pair = history().request(window(symbols(2), "FEES", "2026-01-01", "2026-01-03"));
        assertThat(pair.halves().get())
                .extracting(VendorRequest::assets)
                .containsExactly(List.of("coin-0"), List.of("coin-1"));
    }

    private static Iterable<Integer> statuses(int symbols) {
        return history()
                .request(window(symbols(symbols), "FEES", "2026-01-01", "2026-12-31"))
                .halved();
    }

    @Test
    void aWindowOfTheSandboxIsReadDayByDay() {
        try (Sandbox sandbox =
                Sandbox.start(TestHome.project().resolve("config/sources"), Clock.fixed(NOW, ZoneOffset.UTC), 0)) {
            ArtemisHistory history = history(
                    home.path(), Map.of("artemis.api.url", sandbox.endpoints().get("ARTEMIS_API_URL")));
            Window window = window(List.of("btc", "eth"), "PRICE", "2023-12-31", "2024-12-30");
            VendorRequest request = history.request(window);
            ObservationBatch days = new ArtemisNormaliser()
                    .normalise(request, AskedOnce.json(request, "k"), NOW)
                    .observations();
            assertThat(days.size()).isEqualTo(2 * 365);
            assertThat(days.epochSecond(0)).isEqualTo(window.from().getEpochSecond());
            assertThat(days.epochSecond(364)).isEqualTo(window.to().getEpochSecond() - 86_400);
            assertThat(IntStream.range(0, days.size())).noneMatch(days::open);
        }
    }
}
