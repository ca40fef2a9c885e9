package dev.caravan.source.defillama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Caravan;
import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.PullLedger;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** What of DefiLlama's history is offered, and in which requests it is asked. */
final class DefiLlamaHistoryTest {
    private static final String SECRET = "llama-secret-of-history-test";
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
    private static final Map<String, String> NAMES = Map.of(
            "bsc",
            "BSC",
            "op-mainnet",
            "OP Mainnet",
            "old-name",
            "New Name",
            "bridge axelar",
            "17",
            "bridge lido",
            "3");

    @TempDir
    static Path folder;

    private static Path small;
    private static Caravan caravan;

    @BeforeAll
    static void open() {
        small = folder.resolve("small");
        TestHome.copyTo(small)
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "bsc,Binance,binancecoin,,,,Chain,",
                        "op-mainnet,OP Mainnet,optimism,,,,Chain,",
                        "old-name,Old Name,,,,,Chain,",
                        "celestia,Celestia,celestia,,,,Chain,not in the vendor's list",
                        "lido,Lido,lido-dao,,,,Liquid Staking,",
                        "axelar,Axelar,axelar,protocol,,Axelar,Bridge,",
                        "across,Across,across,,,Across,Bridge,the list of bridges lacks it",
                        "tether,Tether,tether,stablecoin,1,,Stablecoin,",
                        "odd,Odd Dollar,,stablecoin,9,,Stablecoin,without a gecko_id");
        caravan = Caravan.open(Settings.load(small, Map.of(), Map.of("database.url", TestServer.newDatabase()), false));
    }

    @AfterAll
    static void close() {
        caravan.close();
    }

    @BeforeEach
    void forget() {
        new JdbcTemplate(caravan.database().dataSource()).execute("TRUNCATE not_offered");
    }

    private static DefiLlamaHistory history(Path home, String key) {
        Map<String, String> values = new HashMap<>(Map.of("caravan.now", NOW.toString()));
        if (key != null) {
            values.put("defillama.api.key", key);
        }
        Settings settings = Settings.load(home, Map.of(), values, false);
        PullLedger ledger = new PullLedger(caravan.database(), caravan.statements(), settings);
        return new DefiLlamaHistory(settings, new Accounts(settings), ledger);
    }

    private static DefiLlamaHistory free() {
        return history(small, null);
    }

    private static DefiLlamaHistory paid() {
        return history(small, SECRET);
    }

    private static List<String> series(List<Stretch> stretches) {
        return stretches.stream()
                .map(stretch ->
                        stretch.series().asset() + " " + stretch.series().metric())
                .toList();
    }

    private static List<Window> windows(DefiLlamaHistory history, Predicate<SeriesKey> wanted) {
        List<Stretch> stretches = history.offered(NAMES, NOW).stream()
                .filter(stretch -> wanted.test(stretch.series()))
                .toList();
        return history.pack(stretches, NAMES, NOW);
    }

    private static List<String> asked(DefiLlamaHistory history, List<Window> windows) {
        return windows.stream()
                .map(window -> history.request(window).description().substring("GET ".length()))
                .toList();
    }

    private static List<String> asked(DefiLlamaHistory history, String asset, String... metrics) {
        return asked(
                history,
                windows(
                        history,
                        key -> key.asset().equals(asset) && List.of(metrics).contains(key.metric())));
    }

    // --- what is offered

    @Test
    void aChainHasItsValueItsOverviewsAndItsGas() {
        assertThat(series(free().offered(NAMES, NOW)))
                .filteredOn(name -> name.startsWith("bsc "))
                .containsExactlyInAnyOrder(
                        "bsc CHAIN_TVL",
                        "bsc CHAIN_FEES_24H",
                        "bsc CHAIN_REVENUE_24H",
                        "bsc CHAIN_DEX_VOLUME_24H",
                        "bsc CHAIN_OPTIONS_VOLUME_24H",
                        "bsc FEES_24H",
                        "bsc REVENUE_24H",
                        "bsc EARNINGS");
    }

    @Test
    void aProtocolHasWhatTheLivePullExpectsOfIt() {
        assertThat(series(free().offered(NAMES, NOW)))
                .filteredOn(name -> name.startsWith("axelar "))
                .containsExactlyInAnyOrder(
                        "axelar TVL",
                        "axelar STAKING",
                        "axelar POOL2",
                        "axelar BORROWED",
                        "axelar FEES_24H",
                        "axelar REVENUE_24H",
                        "axelar EARNINGS",
                        "axelar DEX_VOLUME_24H",
                        "axelar OPTIONS_VOLUME_24H",
                        "axelar AGGREGATOR_VOLUME_24H",
                        "axelar OPEN_INTEREST");
    }

    @Test
    void aKeyAddsWhatIsPaid() {
        List<String> more = new ArrayList<>(series(paid().offered(NAMES, NOW)));
        more.removeAll(series(free().offered(NAMES, NOW)));
        assertThat(more)
                .filteredOn(name -> name.startsWith("axelar "))
                .containsExactlyInAnyOrder(
                        "axelar DERIVATIVES_VOLUME_24H", "axelar BRIDGE_VOLUME_24H", "axelar INFLOW", "axelar OUTFLOW");
        assertThat(more).filteredOn(name -> name.startsWith("bsc ")).containsExactly("bsc CHAIN_PERPS_VOLUME_24H");
        assertThat(more).doesNotContain("across BRIDGE_VOLUME_24H");
    }

    @Test
    void aStablecoinHasItsSupplyAndAPriceWhereItHasAGeckoId() {
        assertThat(series(free().offered(NAMES, NOW)))
                .contains("tether STABLECOIN_SUPPLY", "tether STABLECOIN_PRICE", "odd STABLECOIN_SUPPLY")
                .doesNotContain("odd STABLECOIN_PRICE");
    }

    @Test
    void noSeriesIsOfferedTwice() {
        assertThat(series(paid().offered(NAMES, NOW))).doesNotHaveDuplicates();
    }

    @Test
    void withoutTheListOfChainsTheConfigurationSaysWhatAChainIs() {
        for (Map<String, String> names : List.of(Map.<String, String>of(), Map.of("bridge axelar", "17"))) {
            assertThat(series(paid().offered(names, NOW))).contains("celestia CHAIN_TVL", "lido TVL");
        }
        assertThat(series(paid().offered(NAMES, NOW)))
                .contains("celestia TVL", "celestia FEES_24H")
                .doesNotContain("celestia CHAIN_TVL", "celestia DEX_VOLUME_24H");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-15T12:00:00Z,2026-01-15,2026-01-14",
        "2026-01-15T02:00:00Z,2026-01-15,2026-01-14",
        "2026-01-15T01:59:59Z,2026-01-14,2026-01-13"
    })
    void whatIsOfferedEndsWithTheLastDayThatTheVendorCanHaveTold(Instant now, String amounts, String levels) {
        Map<String, Instant> ends = new HashMap<>();
        free().offered(NAMES, now).forEach(stretch -> {
            assertThat(stretch.from()).isEqualTo("2009-01-01T00:00:00Z");
            ends.put(stretch.series().asset() + " " + stretch.series().metric(), stretch.to());
        });
        for (String name : List.of("bsc CHAIN_FEES_24H", "bsc FEES_24H", "lido TVL", "lido OPEN_INTEREST")) {
            assertThat(ends).containsEntry(name, Instant.parse(amounts + "T00:00:00Z"));
        }
        // Their last point moves under the midnight before it.
        for (String name : List.of("bsc CHAIN_TVL", "tether STABLECOIN_SUPPLY", "tether STABLECOIN_PRICE")) {
            assertThat(ends).containsEntry(name, Instant.parse(levels + "T00:00:00Z"));
        }
    }

    @Test
    void whatTheVendorDidNotOfferThisWeekIsNotOfferedHere() {
        JdbcTemplate sql = new JdbcTemplate(caravan.database().dataSource());
        String insert = "INSERT INTO not_offered (source, asset, metric, exchange, reason, first_asked, last_asked)"
                + " VALUES ('defillama', ?, ?, '', 'HTTP 500', ?::timestamptz, ?::timestamptz)";
        sql.update(insert, "lido", "DEX_VOLUME_24H", "2026-01-14T12:00:00Z", "2026-01-14T12:00:00Z");
        sql.update(insert, "lido", "STAKING", "2026-01-14T12:00:00Z", "2026-01-14T12:00:00Z");
        sql.update(insert, "lido", "OPTIONS_VOLUME_24H", "2026-01-01T12:00:00Z", "2026-01-01T12:00:00Z");
        DefiLlamaHistory history = free();
        assertThat(series(history.offered(NAMES, NOW)))
                .contains("lido OPTIONS_VOLUME_24H", "lido TVL", "axelar DEX_VOLUME_24H")
                .doesNotContain("lido DEX_VOLUME_24H", "lido STAKING");
        assertThat(windows(
                        history,
                        key -> key.asset().equals("lido") && key.metric().matches("TVL|STAKING|POOL2")))
                .singleElement()
                .satisfies(window -> assertThat(window.metrics()).containsExactly("TVL", "POOL2"));
    }

    // --- requests

    @Test
    void theListsAreThatOfChainsAndWithAKeyThatOfBridges() {
        assertThat(free().lists()).extracting(VendorRequest::path).containsExactly("/v2/chains");
        assertThat(paid().lists())
                .extracting(VendorRequest::path)
                .containsExactly("/{key}/api/v2/chains", "/{key}/bridges/bridges");
    }

    @Test
    void chainsAreAskedByTheVendorsNameAndTheirGasByItsSlug() {
        assertThat(asked(free(), "old-name", "CHAIN_TVL")).containsExactly("/v2/historicalChainTvl/New%20Name");
        assertThat(asked(free(), "old-name", "CHAIN_REVENUE_24H"))
                .containsExactly("/overview/fees/New%20Name?excludeTotalDataChartBreakdown=true&dataType=dailyRevenue");
        assertThat(asked(free(), "old-name", "FEES_24H"))
                .containsExactly("/summary/fees/new-name?excludeTotalDataChartBreakdown=true&dataType=dailyFees");
        assertThat(asked(free(), "op-mainnet", "CHAIN_OPTIONS_VOLUME_24H"))
                .containsExactly("/overview/options/OP%20Mainnet?excludeTotalDataChartBreakdown=true"
                        + "&dataType=dailyNotionalVolume");
    }

    @Test
    void oneRequestOfAProtocolHoldsAllItsLevelsAndOneItsRevenueAndItsEarnings() {
        assertThat(asked(free(), "lido", "TVL", "STAKING", "POOL2", "BORROWED")).containsExactly("/protocol/lido");
        assertThat(asked(free(), "lido", "REVENUE_24H", "EARNINGS"))
                .containsExactly("/summary/fees/lido?excludeTotalDataChartBreakdown=true&dataType=dailyRevenue");
        assertThat(asked(free(), "lido", "DEX_VOLUME_24H", "AGGREGATOR_VOLUME_24H"))
                .containsExactlyInAnyOrder(
                        "/summary/dexs/lido?excludeTotalDataChartBreakdown=true",
                        "/summary/aggregators/lido?excludeTotalDataChartBreakdown=true");
    }

    @Test
    void oneRequestHoldsAllOpenInterestAndOneAllPrices() {
        DefiLlamaHistory history = free();
        List<Window> interest = windows(history, key -> key.metric().equals("OPEN_INTEREST"));
        assertThat(asked(history, interest)).containsExactly("/overview/open-interest?excludeTotalDataChart=true");
        assertThat(interest.get(0).assets()).containsExactly("lido", "axelar", "across", "tether", "odd");
        assertThat(asked(history, windows(history, key -> key.metric().equals("STABLECOIN_PRICE"))))
                .containsExactly("/stablecoinprices");
        assertThat(asked(history, "tether", "STABLECOIN_SUPPLY")).containsExactly("/stablecoincharts/all?stablecoin=1");
    }

    @Test
    void withAKeyAllGoesToTheProHostAndTheKeyStaysOutOfTheRequest() {
        DefiLlamaHistory history = paid();
        assertThat(windows(history, key -> true)).isNotEmpty().allSatisfy(window -> {
            VendorRequest request = history.request(window);
            assertThat(request.base()).isEqualTo("https://pro-api.llama.fi");
            assertThat(request.path()).startsWith("/{key}/");
            assertThat(request.path() + request.query() + request.headers()).doesNotContain(SECRET);
        });
        assertThat(asked(history, "bsc", "CHAIN_PERPS_VOLUME_24H"))
                .containsExactly("/{key}/api/v2/chart/derivatives/chain/BSC");
        assertThat(asked(history, "lido", "DERIVATIVES_VOLUME_24H"))
                .containsExactly("/{key}/api/summary/derivatives/lido?excludeTotalDataChartBreakdown=true");
        assertThat(asked(history, "axelar", "BRIDGE_VOLUME_24H"))
                .containsExactly("/{key}/bridges/bridgevolume/all?id=17");
        assertThat(asked(history, "tether", "STABLECOIN_SUPPLY"))
                .containsExactly("/{key}/stablecoins/stablecoincharts/all?stablecoin=1");
    }

    @Test
    void netInflowsAreAskedDayByDayForThirtyDaysNewestFirst() {
        DefiLlamaHistory history = paid();
        List<String> asked = asked(history, "lido", "INFLOW", "OUTFLOW");
        assertThat(asked).hasSize(30).doesNotHaveDuplicates();
        assertThat(asked).startsWith("/{key}/api/inflows/lido/1768348800?end=1768435200");
        assertThat(asked).endsWith("/{key}/api/inflows/lido/1765843200?end=1765929600");
    }

    @Test
    void refusalsAreThoseOfTheContract() {
        DefiLlamaHistory history = paid();
        Map<String, List<Integer>> refusals = new HashMap<>();
        windows(history, key -> true)
                .forEach(window -> refusals.put(
                        window.answer(),
                        history.request(window).refusals().stream().sorted().toList()));
        assertThat(refusals)
                .containsEntry("history:chain-tvl", List.of(400))
                .containsEntry("history:chain:FEES_24H", List.of(500))
                .containsEntry("history:chain-perps", List.of(400, 404, 500))
                .containsEntry("history:protocol", List.of(400, 404))
                .containsEntry("history:protocol:DEX_VOLUME_24H", List.of(400))
                .containsEntry("history:gas:FEES_24H", List.of(400))
                .containsEntry("history:stablecoin", List.of(404))
                .containsEntry("history:bridge", List.of(400))
                .containsEntry("history:inflows", List.of(400))
                .containsEntry("history:open-interest", List.of());
    }

    // --- windows

    @Test
    void oneDayOfAnySeriesIsOneRequest() {
        DefiLlamaHistory history = paid();
        assertThat(history.offered(NAMES, NOW)).isNotEmpty().allSatisfy(stretch -> {
            Stretch day = new Stretch(stretch.series(), stretch.to().minus(Duration.ofDays(1)), stretch.to());
            assertThat(history.pack(List.of(day), NAMES, NOW)).singleElement().satisfies(window -> {
                assertThat(window.assets()).containsExactly(stretch.series().asset());
                assertThat(window.metrics()).containsExactly(stretch.series().metric());
                assertThat(window.from()).isEqualTo(day.from());
                assertThat(window.to()).isEqualTo(day.to());
                assertThat(window.granularity()).isEqualTo(Granularity.DAY);
                VendorRequest request = history.request(window);
                assertThat(request.answer()).isEqualTo(window.answer());
                assertThat(request.subject()).isEqualTo(window.subject());
                assertThat(request.assets()).isEqualTo(window.assets());
                assertThat(request.metrics()).isEqualTo(window.metrics());
            });
        });
    }

    @Test
    void everySeriesStandsInExactlyOneWindow() {
        DefiLlamaHistory history = free();
        List<Stretch> offered = history.offered(NAMES, NOW);
        List<String> held = new ArrayList<>();
        history.pack(offered, NAMES, NOW).forEach(window -> window.assets()
                .forEach(asset -> window.metrics().forEach(metric -> held.add(asset + " " + metric))));
        assertThat(held).containsExactlyInAnyOrderElementsOf(series(offered));
    }

    @Test
    void stretchesOfOneAnswerAreAskedAsTheirHull() {
        SeriesKey tvl = SeriesKey.of("defillama", "TVL", "lido", Granularity.DAY);
        SeriesKey staking = SeriesKey.of("defillama", "STAKING", "lido", Granularity.DAY);
        Instant march = Instant.parse("2025-03-01T00:00:00Z");
        List<Stretch> wanted = List.of(
                new Stretch(tvl, march.plus(Duration.ofDays(20)), march.plus(Duration.ofDays(21))),
                new Stretch(staking, march, march.plus(Duration.ofDays(1))),
                new Stretch(tvl, march.plus(Duration.ofDays(40)), march.plus(Duration.ofDays(42))));
        assertThat(free().pack(wanted, NAMES, NOW))
                .containsExactly(new Window(
                        "history:protocol",
                        "lido",
                        List.of("lido"),
                        List.of("TVL", "STAKING"),
                        "",
                        Granularity.DAY,
                        march,
                        march.plus(Duration.ofDays(42))));
    }

    @Test
    void windowsAreNewestFirstAndWhatIsNoLongerConfiguredHasNone() {
        Instant march = Instant.parse("2025-03-01T00:00:00Z");
        List<Stretch> wanted = new ArrayList<>();
        for (int i = 1; i < 4; i++) {
            String asset = List.of("lido", "axelar", "across").get(i - 1);
            wanted.add(new Stretch(
                    SeriesKey.of("defillama", "TVL", asset, Granularity.DAY), march, march.plus(Duration.ofDays(i))));
        }
        wanted.add(new Stretch(
                SeriesKey.of("defillama", "TVL", "removed", Granularity.DAY), march, march.plus(Duration.ofDays(9))));
        List<Window> windows = free().pack(wanted, NAMES, NOW);
        assertThat(windows).extracting(Window::subject).containsExactly("across", "axelar", "lido");
        assertThat(windows).isSortedAccordingTo(Comparator.comparing(Window::to).reversed());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWindowCarriesAllThatItsRequestNeeds(boolean keyed) {
        DefiLlamaHistory history = keyed ? paid() : free();
        Path empty = folder.resolve("empty-" + keyed);
        TestHome.copyTo(empty)
                .write("config/sources/defillama.csv", "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note");
        DefiLlamaHistory another = history(empty, keyed ? SECRET : null);
        assertThat(windows(history, key -> true)).isNotEmpty().allSatisfy(window -> assertThat(another.request(window))
                .usingRecursiveComparison()
                .ignoringFields("halves")
                .isEqualTo(history.request(window)));
    }

    // --- the shipped configuration

    @Test
    void theWholeHistoryOfTheShippedConfigurationIsAskedOnceForEachAssetAndKind() {
        DefiLlamaHistory shipped = history(TestHome.project(), null);
        List<Window> windows = shipped.pack(shipped.offered(Map.of(), NOW), Map.of(), NOW);
        Map<String, Integer> kinds = new HashMap<>();
        windows.forEach(window -> kinds.merge(window.answer(), 1, Integer::sum));
        int chains = 102;
        int protocols = 262;
        assertThat(kinds)
                .containsEntry("history:chain-tvl", chains)
                .containsEntry("history:gas:FEES_24H", chains)
                .containsEntry("history:protocol", protocols)
                .containsEntry("history:protocol:DEX_VOLUME_24H", protocols)
                .containsEntry("history:open-interest", 1)
                .containsEntry("history:stablecoin-prices", 1);
        int stablecoins = kinds.get("history:stablecoin");
        assertThat(windows).hasSize(7 * chains + 6 * protocols + stablecoins + 2);
    }
}
