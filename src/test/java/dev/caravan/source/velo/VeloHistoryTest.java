package dev.caravan.source.velo;

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
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Velo has of the past, in which windows it is asked, and how these are worded. */
final class VeloHistoryTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:20:30Z");
    private static final Instant OPEN_HOUR = Instant.parse("2026-11-20T10:00:00Z");

    @TempDir
    static Path folder;

    private static TestHome home;
    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        home = TestHome.copyTo(folder);
        sandbox = Sandbox.start(TestHome.project().resolve("config/sources"), Clock.fixed(NOW, ZoneOffset.UTC), 0);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static VeloHistory history(Path place, String... settings) {
        Map<String, String> all = new HashMap<>();
        all.put("velo.api.url", sandbox.endpoints().get("VELO_API_URL"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new VeloHistory(Settings.load(place, Map.of(), all, false));
    }

    private static VeloHistory history(String... settings) {
        return history(home.path(), settings);
    }

    private static void configure(String... coins) {
        List<String> lines = new ArrayList<>(List.of("coin,note"));
        List.of(coins).forEach(coin -> lines.add(coin + ","));
        home.write("config/sources/velo.csv", lines.toArray(String[]::new));
    }

    /** The names that the sandbox's catalogue tells. */
    private static Map<String, String> catalogue(VeloHistory history) {
        VendorRequest request = history.lists().get(0);
        return new VeloNormaliser()
                .normalise(request, AskedOnce.rows(AskedOnce.text(request, "some-key")), NOW)
                .vendorNames();
    }

    private static Stretch stretch(String metric, String coin, String exchange, Instant from, Instant to) {
        return new Stretch(new SeriesKey("velo", metric, coin, exchange, "", Granularity.HOUR), from, to);
    }

    private static Instant ago(long hours) {
        return OPEN_HOUR.minus(Duration.ofHours(hours));
    }

    private static long hours(Window window) {
        return Duration.between(window.from(), window.to()).toHours();
    }

    private static long values(Window window) {
        return hours(window) * window.assets().size() * window.metrics().size();
    }

    private static List<Stretch> lately(List<Stretch> offered, long hours) {
        return offered.stream()
                .map(stretch -> stretch.within(ago(hours), OPEN_HOUR))
                .filter(stretch -> stretch != null)
                .toList();
    }

    @Test
    void theCatalogueIsAskedWithThoseThatAreNoLongerTraded() {
        assertThat(history().lists()).singleElement().satisfies(request -> {
            assertThat(request.description()).isEqualTo("GET /futures?delisted=1");
            assertThat(request.headers()).isEqualTo(Map.of("Authorization", "Basic {basic-key}"));
        });
    }

    @Test
    void aPairIsOfferedFromItsFirstHourToItsLastOrToTheOpenOne() {
        configure("BTC", "OLD", "NOWHERE", "LATE");
        VeloHistory history = history("velo.exchanges", "bybit", "velo.columns", "close_price,funding_rate");
        Map<String, String> names = new HashMap<>();
        names.put("BTC@bybit", "BTCUSDT");
        names.put("BTC@bybit@begin", millis("2020-03-04T05:06:07Z"));
        names.put("OLD@bybit", "OLDUSDT");
        names.put("OLD@bybit@begin", millis("2021-01-01T00:00:00Z"));
        names.put("OLD@bybit@end", millis("2022-01-01T12:59:59Z"));
        names.put("LATE@bybit", "LATEUSDT");
        names.put("LATE@bybit@begin", millis("2026-11-20T10:05:00Z"));
        Instant begin = Instant.parse("2020-03-04T05:00:00Z");
        Instant oldBegin = Instant.parse("2021-01-01T00:00:00Z");
        Instant oldEnd = Instant.parse("2022-01-01T13:00:00Z");
        assertThat(history.offered(names, NOW))
                .containsExactly(
                        stretch("CLOSE_PRICE", "BTC", "bybit", begin, OPEN_HOUR),
                        stretch("FUNDING_RATE", "BTC", "bybit", begin, OPEN_HOUR),
                        stretch("CLOSE_PRICE", "OLD", "bybit", oldBegin, oldEnd),
                        stretch("FUNDING_RATE", "OLD", "bybit", oldBegin, oldEnd));
    }

    private static String millis(String instant) {
        return String.valueOf(Instant.parse(instant).toEpochMilli());
    }

    @Test
    void withoutTheCatalogueAllConfiguredPairsAreOffered() {
        configure("BTC", "ETH");
        assertThat(history("velo.columns", "close_price").offered(Map.of(), NOW))
                .hasSize(8)
                .allSatisfy(stretch -> assertThat(stretch.to()).isEqualTo(OPEN_HOUR));
    }

    @Test
    void thirtyDaysOfTheShippedFileAreHardlyMoreRequestsThanTheVendorsLimitAsksFor() {
        VeloHistory history = history(TestHome.project());
        Map<String, String> names = catalogue(history);
        List<Stretch> wanted = lately(history.offered(names, NOW), 720);
        List<Window> windows = history.pack(wanted, names, NOW);
        long values = wanted.stream()
                .mapToLong(stretch ->
                        Duration.between(stretch.from(), stretch.to()).toHours())
                .sum();
        assertThat(windows)
                .hasSizeBetween((int) (values / 22_500), (int) (values / 22_500.0 * 1.03))
                .isSortedAccordingTo((a, b) -> b.to().compareTo(a.to()))
                .allSatisfy(window -> {
                    assertThat(values(window)).isLessThanOrEqualTo(22_500);
                    assertThat(window.assets()).hasSizeLessThanOrEqualTo(100);
                    assertThat(history.request(window).query()).hasSizeLessThan(2_000);
                });
        assertAllHeld(wanted, windows);
    }

    private static void assertAllHeld(List<Stretch> wanted, List<Window> windows) {
        Map<String, Long> held = new HashMap<>();
        for (Window window : windows) {
            for (String coin : window.assets()) {
                held.merge(
                        coin + "@" + window.exchange(),
                        hours(window) * window.metrics().size(),
                        Long::sum);
            }
        }
        Map<String, Long> asked = new HashMap<>();
        for (Stretch stretch : wanted) {
            asked.merge(
                    VeloProducts.pair(stretch.series().asset(), stretch.series().exchange()),
                    Duration.between(stretch.from(), stretch.to()).toHours(),
                    Long::sum);
        }
        assertThat(held.keySet()).isEqualTo(asked.keySet());
        asked.forEach((pair, hours) -> assertThat(held.get(pair)).as(pair).isGreaterThanOrEqualTo(hours));
    }

    @Test
    void allOfThePastIsPackedAlmostAsWell() {
        VeloHistory history = history(TestHome.project());
        Map<String, String> names = catalogue(history);
        List<Stretch> wanted = history.offered(names, NOW);
        List<Window> windows = history.pack(wanted, names, NOW);
        long values = wanted.stream()
                .mapToLong(stretch ->
                        Duration.between(stretch.from(), stretch.to()).toHours())
                .sum();
        assertThat(windows).hasSizeBetween((int) (values / 22_500), (int) (values / 22_500.0 * 1.05));
        assertAllHeld(wanted, windows);
    }

    @Test
    void oneMissingHourOfOneColumnIsOneRequestForThatHour() {
        List<Window> windows = history()
                .pack(
                        List.of(stretch("LIQ_DOLLAR_VOL", "1000BONK", "bybit", ago(5), ago(4))),
                        Map.of("1000BONK@bybit", "1000BONKUSDT"),
                        NOW);
        assertThat(windows)
                .containsExactly(new Window(
                        "rows",
                        "1000BONK=1000BONKUSDT",
                        List.of("1000BONK"),
                        List.of("LIQ_DOLLAR_VOL"),
                        "bybit",
                        Granularity.HOUR,
                        ago(5),
                        ago(4)));
        VendorRequest request = history().request(windows.get(0));
        assertThat(request.description())
                .isEqualTo("GET /rows?type=futures&exchanges=bybit&coins=1000BONK"
                        + "&columns=liquidations_dollar_volume&begin=" + ago(5).toEpochMilli() + "&end="
                        + ago(4).toEpochMilli() + "&resolution=60");
        assertThat(request.answer()).isEqualTo("rows");
        assertThat(request.subject()).isEqualTo("1000BONK=1000BONKUSDT");
        assertThat(request.exchange()).isEqualTo("bybit");
        assertThat(request.metrics()).containsExactly("LIQ_DOLLAR_VOL");
        assertThat(request.emptyIsNoData()).isTrue();
    }

    @Test
    void gapsOfManyColumnsOfOneCoinAreOneRequestWhereItHoldsThem() {
        List<Window> windows = history()
                .pack(
                        List.of(
                                stretch("CLOSE_PRICE", "BTC", "bybit", ago(5), ago(4)),
                                stretch("FUNDING_RATE", "BTC", "bybit", ago(100), ago(90)),
                                stretch("CLOSE_PRICE", "BTC", "okex-swap", ago(5), ago(4)),
                                stretch("CLOSE_PRICE", "BTC", "bybit", ago(50_000), ago(49_999))),
                        Map.of(),
                        NOW);
        assertThat(windows)
                .extracting(window -> window.exchange() + window.metrics() + hours(window))
                .containsExactlyInAnyOrder(
                        "bybit[CLOSE_PRICE, FUNDING_RATE]96", "okex-swap[CLOSE_PRICE]1", "bybit[CLOSE_PRICE]1");
    }

    @Test
    void scatteredHoursOfManyCoinsShareRequests() {
        List<Stretch> wanted = new ArrayList<>();
        for (long i = 0; i < 300; i++) {
            wanted.add(stretch("CLOSE_PRICE", "C" + i, "bybit", ago(i * 2 + 1), ago(i * 2)));
            wanted.add(stretch("CLOSE_PRICE", "C" + i, "bybit", ago(i * 2 + 101), ago(i * 2 + 100)));
        }
        List<Window> windows = history().pack(wanted, Map.of(), NOW);
        assertThat(windows).hasSizeLessThanOrEqualTo(5);
        assertThat(windows).allSatisfy(window -> assertThat(values(window)).isLessThanOrEqualTo(22_500));
        assertAllHeld(wanted, windows);
    }

    @Test
    void anInstrumentOfItsOwnIsAskedWithItsCoin() {
        SeriesKey perpetual = new SeriesKey("velo", "CLOSE_PRICE", "ETH", "bybit", "ETHPERP", Granularity.HOUR);
        List<Window> windows = history()
                .pack(
                        List.of(
                                stretch("CLOSE_PRICE", "ETH", "bybit", ago(9), ago(5)),
                                new Stretch(perpetual, ago(7), ago(3))),
                        Map.of("ETH@bybit", "ETHUSDT ETHPERP"),
                        NOW);
        assertThat(windows).singleElement().satisfies(window -> {
            assertThat(window.from()).isEqualTo(ago(9));
            assertThat(window.to()).isEqualTo(ago(3));
            assertThat(window.subject()).isEqualTo("ETH=ETHUSDT+ETHPERP");
        });
    }

    @ParameterizedTest
    @CsvSource({"22500", "1000", "30"})
    void noWindowHoldsMoreThanTheBudget(int cells) {
        List<Stretch> wanted = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            for (String metric : VeloColumns.metrics().values()) {
                wanted.add(stretch(metric, "C" + i, "bybit", ago(50 + i), OPEN_HOUR));
            }
        }
        List<Window> windows = history("velo.cells", String.valueOf(cells)).pack(wanted, Map.of(), NOW);
        assertThat(windows).allSatisfy(window -> assertThat(values(window)).isLessThanOrEqualTo(cells));
        assertAllHeld(wanted, windows);
        assertThatThrownBy(() -> history("velo.cells", "29").pack(wanted, Map.of(), NOW))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("velo.cells");
    }

    @Test
    void aWindowIsHalvedByCoinsAndThenByTimeWhileItsSizeMayBeTheReason() {
        Window pair = new Window(
                "rows",
                "BTC=BTCUSDT ETH=ETHUSDT+ETHPERP",
                List.of("BTC", "ETH"),
                List.of("CLOSE_PRICE"),
                "bybit",
                Granularity.HOUR,
                ago(1_100),
                OPEN_HOUR);
        List<Window> halves = history().halves(pair);
        assertThat(halves).extracting(Window::subject).containsExactly("BTC=BTCUSDT", "ETH=ETHUSDT+ETHPERP");
        assertThat(halves).extracting(Window::assets).containsExactly(List.of("BTC"), List.of("ETH"));
        List<Window> parts = history().halves(halves.get(1));
        assertThat(parts).extracting(Window::from).containsExactly(ago(550), ago(1_100));
        assertThat(parts).extracting(Window::to).containsExactly(OPEN_HOUR, ago(550));
        assertThat(parts).extracting(Window::subject).containsOnly("ETH=ETHUSDT+ETHPERP");
        assertThat(history().halves(parts.get(0))).isEmpty();
        assertThat(history().request(pair).halved()).containsExactlyInAnyOrder(400, 413, 414);
    }

    @Test
    void aWindowOfTheSandboxIsReadHourByHour() {
        VeloHistory history = history(TestHome.project());
        Map<String, String> names = catalogue(history);
        List<Stretch> wanted = history.offered(names, NOW).stream()
                .filter(stretch -> stretch.series().asset().equals("BTC")
                        && stretch.series().exchange().equals("bybit")
                        && !stretch.series().metric().equals("CLOSE_PRICE"))
                .map(stretch -> stretch.within(ago(5_000), OPEN_HOUR))
                .toList();
        List<Window> windows = history.pack(wanted, names, NOW);
        assertThat(windows).singleElement().satisfies(window -> assertThat(values(window))
                .isEqualTo(20_000));
        VendorRequest request = history.request(windows.get(0));
        NormalisedAnswer answer =
                new VeloNormaliser().normalise(request, AskedOnce.rows(AskedOnce.text(request, "some-key")), NOW);
        ObservationBatch hours = answer.observations();
        assertThat(answer.rejections()).isEmpty();
        assertThat(hours.size()).isEqualTo(20_000);
        assertThat(hours.keys()).hasSize(4).extracting(SeriesKey::product).containsOnly("");
        assertThat(hours.epochSecond(0)).isEqualTo(ago(5_000).getEpochSecond());
        assertThat(hours.epochSecond(4_999)).isEqualTo(ago(1).getEpochSecond());
        assertThat(IntStream.range(0, hours.size())).noneMatch(hours::open);
    }
}
