package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.caravan.ingest.PullStatus;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded answers of the vendors, served on loopback and pulled by the real routes; skipped where they are not at hand. */
final class RecordingsTest {
    private static final Path RECORDINGS = Path.of(System.getProperty(
            "caravan.recordings",
            TestHome.project().resolve("../shared/recordings").toString()));
    private static final String KEY = "llama-secret-of-recordings-test";
    private static final String NO_TOTALS =
            "{\"totalDataChart\":[],\"totalDataChartBreakdown\":[],\"allChains\":[],\"total24h\":null,\"protocols\":[]}";
    private static final List<String> UNKNOWN = List.of("0g", "2z", "no such coin");

    @TempDir
    static Path folder;

    private static final Queue<String> ASKED = new ConcurrentLinkedQueue<>();
    private static HttpServer server;
    private static ExecutorService threads;
    private static TestHome home;
    private static TestCaravan caravan;
    private static PullStatus defillama;
    private static PullStatus coingecko;
    private static Map<String, Object> firstDefillama;
    private static Map<String, Object> firstCoingecko;

    @BeforeAll
    static void pullTheRecordings() throws IOException {
        if (!Files.isDirectory(RECORDINGS)) {
            return;
        }
        threads = Executors.newFixedThreadPool(4);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", RecordingsTest::answer);
        server.start();
        home = home();
        caravan = TestCaravan.start(home.path(), settings(Map.of()));
        defillama = caravan.pull("defillama");
        coingecko = caravan.pull("coingecko");
        firstDefillama = caravan.lastPull("defillama");
        firstCoingecko = caravan.lastPull("coingecko");
    }

    /** Here and not before all, so that each test is reported as skipped, with the notice. */
    @BeforeEach
    void skipWithoutRecordings() {
        assumeTrue(Files.isDirectory(RECORDINGS), "not checked: there are no recordings at " + RECORDINGS);
    }

    @AfterAll
    static void stop() {
        if (caravan != null) {
            caravan.close();
        }
        if (server != null) {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private static TestHome home() throws IOException {
        List<String> coins = new ArrayList<>(List.of("id,symbol,name,note"));
        for (JsonNode row : recorded("coingecko/markets_usd_page1_2023-07-28.json")) {
            coins.add(row.get("id").textValue() + ",X,X,");
        }
        UNKNOWN.forEach(id -> coins.add(id + ",X,X,"));
        return TestHome.copyTo(folder)
                .write("config/sources/coingecko.csv", coins.toArray(String[]::new))
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "bsc,BSC,binancecoin,,,,Chain,",
                        "op-mainnet,OP Mainnet,optimism,,,,Chain,",
                        "ethereum,Ethereum,ethereum,,,,Chain,",
                        "iota,IOTA,iota,,,,Chain,",
                        "bittensor,Bittensor,bittensor,,,,Chain,",
                        "saga,Saga,saga-2,,,,Chain,",
                        "ronin,Ronin,ronin,chain,,,Chain,",
                        "arc,Arc,,chain,,,Chain,not in the list of 2026-05",
                        "celestia,Celestia,celestia,,,,Chain,not in the list of 2026-05",
                        "binance-cex,Binance CEX,binancecoin,protocol,,,CEX,",
                        "lido,Lido,lido-dao,,,,Liquid Staking,",
                        "aave-v3,Aave V3,,,,,Lending,",
                        "aave,Aave,aave,,,,Lending,a family",
                        "curve-dex,Curve DEX,curve-dao-token,,,,Dexs,",
                        "curve-finance,Curve Finance,,,,,Dexs,a family",
                        "balancer-v1,Balancer V1,,,,,Dexs,its row has no slug",
                        "hyperliquid-bridge,Hyperliquid Bridge,,protocol,,Hyperliquid,Bridge,",
                        "compound-v3,Compound V3,,,,,Lending,",
                        "synthetix-v1+v2,Synthetix v1+v2,,,,,Synthetics,",
                        "tether,Tether,tether,stablecoin,1,,Stablecoin,",
                        "terraclassicusd,TerraClassicUSD,terrausd,stablecoin,3,,Stablecoin,",
                        "reserve,Reserve,reserve,stablecoin,25,,Stablecoin,",
                        "spiceusd,SpiceUSD,,stablecoin,31,,Stablecoin,",
                        "sperax-usd,Sperax USD,,stablecoin,32,,Stablecoin,",
                        "volt,VOLT Protocol,,stablecoin,39,,Stablecoin,",
                        "celo-euro,Celo Euro,celo-euro,stablecoin,52,,Stablecoin,",
                        "celo-real,Celo Real,celo-real-creal,stablecoin,199,,Stablecoin,",
                        "sky-dollar,Sky Dollar,usds,stablecoin,209,,Stablecoin,");
    }

    private static Map<String, String> settings(Map<String, String> more) {
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        Map<String, String> settings = new HashMap<>(more);
        settings.put("caravan.now", "2026-10-09T12:00:00Z");
        settings.put("defillama.api.url", base + "/llama");
        settings.put("defillama.stablecoins.url", base + "/stable");
        settings.put("defillama.pro.url", base + "/pro");
        settings.put("coingecko.api.url", base + "/gecko/api/v3");
        for (String rate : List.of("defillama.rate.free", "defillama.rate.pro", "coingecko.rate.none")) {
            settings.put(rate, "2000/1s");
        }
        settings.put("fetch.backoff.first", "10ms");
        settings.put("fetch.backoff.longest", "50ms");
        return settings;
    }

    private static JsonNode recorded(String file) throws IOException {
        return new ObjectMapper().readTree(RECORDINGS.resolve(file).toFile());
    }

    /** The recording that answers the request; for what was not recorded, what the contract says. */
    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        ASKED.add(path + "?" + query);
        String free = path.replaceFirst("^/llama/", "api/").replaceFirst("^/stable/", "stablecoins/");
        free = free.replaceFirst("^/pro/" + KEY + "/", "");
        String file = file(free, query);
        if (file != null) {
            send(exchange, 200, Files.readAllBytes(RECORDINGS.resolve(file)));
        } else if (free.matches("api/overview/[^/]+") || free.startsWith("api/overview/dexs/")) {
            send(exchange, 200, NO_TOTALS.getBytes(StandardCharsets.UTF_8));
        } else if (free.startsWith("api/v2/metrics/derivatives/chain/")) {
            send(exchange, 200, "{\"total24h\":null}".getBytes(StandardCharsets.UTF_8));
        } else if (free.startsWith("api/overview/")) {
            send(exchange, 500, "Internal server error".getBytes(StandardCharsets.UTF_8));
        } else if (free.startsWith("api/inflows/")) {
            send(exchange, 400, "Protocol not found".getBytes(StandardCharsets.UTF_8));
        } else {
            send(exchange, 404, "Not found".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String file(String path, String query) {
        if (path.startsWith("api/inflows/compound-v3/")) {
            return "defillama/example_pro_inflows_compound-v3.json";
        }
        return switch (path) {
            case "api/v2/chains" -> "defillama/v2_chains_2026-05-29.json";
            case "api/protocols" -> "defillama/protocols_2026-10_rows.json";
            case "stablecoins/stablecoins" -> "defillama/stablecoins_2024-12-07.json";
            case "api/overview/dexs" -> "defillama/overview_dexs_2026-10-09.json";
            case "api/overview/fees/Arc" ->
                query.contains("dailyRevenue") ? null : "defillama/overview_fees_arc_2026-10-09.json";
            case "api/overview/derivatives" -> "defillama/example_pro_overview_derivatives.json";
            case "api/overview/options/Ethereum" -> "defillama/example_pro_overview_options_chain.json";
            case "bridges/bridges" -> "defillama/example_pro_bridges.json";
            case "yields/perps" -> "defillama/example_pro_yields_perps.json";
            case "/gecko/api/v3/coins/markets" -> "coingecko/markets_usd_page1_2023-07-28.json";
            default -> null;
        };
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders()
                .add("Content-Type", status == 200 ? "application/json; charset=utf-8" : "text/plain");
        exchange.sendResponseHeaders(status, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    private static Double defillama(String asset, String metric) {
        return caravan.latest("defillama", asset, metric);
    }

    private static Double coingecko(String asset, String metric) {
        return caravan.latest("coingecko", asset, metric);
    }

    private static List<String> notOffered(String source, String asset) {
        return caravan.sql()
                .queryForList(
                        "SELECT metric FROM not_offered WHERE source = ? AND asset = ? ORDER BY metric",
                        String.class,
                        source,
                        asset);
    }

    private static String stamp(String source, String asset, String metric) {
        return caravan.sql()
                .queryForObject(
                        "SELECT to_char(pulled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || CASE WHEN closed THEN"
                                + " ' closed' ELSE ' open' END FROM metrics"
                                + " WHERE source = ? AND asset = ? AND metric_name = ?",
                        String.class,
                        source,
                        asset,
                        metric);
    }

    @Test
    void bothPullsSucceedWithoutAFailureAndWithoutQuarantine() {
        assertThat(caravan.sql().queryForList("SELECT request || ': ' || reason FROM pull_failures", String.class))
                .isEmpty();
        assertThat(caravan.sql().queryForList("SELECT reason || ': ' || fragment FROM quarantine", String.class))
                .isEmpty();
        assertThat(defillama).isEqualTo(PullStatus.SUCCESS);
        assertThat(coingecko).isEqualTo(PullStatus.SUCCESS);
    }

    @Test
    void chainsWhoseGeckoIdRepeatsHaveTheirOwnTvl() {
        assertThat(defillama("bsc", "CHAIN_TVL")).isEqualTo(5463255008.798626);
        assertThat(defillama("op-mainnet", "CHAIN_TVL")).isEqualTo(323524541.34981436);
        assertThat(defillama("iota", "CHAIN_TVL")).isEqualTo(7291884.2921547005);
        assertThat(defillama("ethereum", "CHAIN_TVL")).isEqualTo(41981491471.79638);
    }

    @Test
    void aCentralisedExchangeIsNotTheChainOfItsCoin() {
        assertThat(defillama("binance-cex", "CHAIN_TVL")).isNull();
        assertThat(ASKED).noneMatch(asked -> asked.contains("Binance"));
    }

    @Test
    void aChainWithoutAGeckoIdIsFoundByItsName() {
        assertThat(defillama("ronin", "CHAIN_TVL")).isEqualTo(12262978.19793874);
    }

    @Test
    void chainsWithATvlOfZeroAreStoredAsZero() {
        assertThat(defillama("bittensor", "CHAIN_TVL")).isZero();
        assertThat(defillama("saga", "CHAIN_TVL")).isZero();
    }

    @Test
    void chainsThatTheListLacksAreNotOffered() {
        assertThat(defillama("arc", "CHAIN_TVL")).isNull();
        assertThat(notOffered("defillama", "arc")).contains("CHAIN_TVL");
        assertThat(notOffered("defillama", "celestia")).contains("CHAIN_TVL");
    }

    @Test
    void protocolsHaveTheValuesOfTheirRows() {
        assertThat(defillama("binance-cex", "TVL")).isEqualTo(179937216405.6992);
        assertThat(defillama("lido", "TVL")).isEqualTo(26705542541.919636);
        assertThat(defillama("aave-v3", "TVL")).isEqualTo(18494643359.805428);
        assertThat(defillama("aave-v3", "BORROWED")).isEqualTo(12668946994.569504);
    }

    @Test
    void aFamilyHasTheSumOfItsRecordedChildren() {
        assertThat(defillama("aave", "TVL")).isEqualTo(18494643359.805428);
        assertThat(defillama("aave", "BORROWED")).isEqualTo(12668946994.569504);
        assertThat(defillama("curve-finance", "DEX_VOLUME_24H")).isEqualTo(138253209.0);
    }

    @Test
    void figuresThatARowDoesNotHaveAreNotOffered() {
        assertThat(notOffered("defillama", "lido")).contains("STAKING", "POOL2", "BORROWED");
        assertThat(notOffered("defillama", "binance-cex")).contains("STAKING", "POOL2", "BORROWED");
        assertThat(defillama("lido", "BORROWED")).isNull();
    }

    @Test
    void volumesHaveTheLastCompletedDaysTotal() {
        assertThat(defillama("curve-dex", "DEX_VOLUME_24H")).isEqualTo(138253209.0);
        assertThat(defillama("balancer-v1", "DEX_VOLUME_24H")).isEqualTo(98427.0);
        assertThat(stamp("defillama", "curve-dex", "DEX_VOLUME_24H")).isEqualTo("2026-10-08 00:00 closed");
    }

    @Test
    void theFeesOfArcAreTheTotalOfItsOverview() {
        assertThat(defillama("arc", "CHAIN_FEES_24H")).isEqualTo(161595.44);
        assertThat(stamp("defillama", "arc", "CHAIN_FEES_24H")).isEqualTo("2026-10-08 00:00 closed");
    }

    @Test
    void aRefusedChainOverviewAndATotalOfNullAreNotOffered() {
        assertThat(defillama("bsc", "CHAIN_DEX_VOLUME_24H")).isNull();
        assertThat(defillama("bsc", "CHAIN_FEES_24H")).isNull();
        assertThat(notOffered("defillama", "bsc"))
                .contains("CHAIN_DEX_VOLUME_24H", "CHAIN_FEES_24H", "CHAIN_OPTIONS_VOLUME_24H", "CHAIN_REVENUE_24H");
    }

    @Test
    void aEuroCoinsSupplyIsTheDollarValueUnderItsPeg() {
        assertThat(defillama("celo-euro", "STABLECOIN_SUPPLY")).isEqualTo(4555140.58002293);
        assertThat(defillama("celo-euro", "STABLECOIN_PRICE")).isEqualTo(1.057);
        assertThat(defillama("celo-real", "STABLECOIN_SUPPLY")).isEqualTo(3941188.637858872);
        assertThat(defillama("celo-real", "STABLECOIN_PRICE")).isEqualTo(0.170881);
        assertThat(defillama("volt", "STABLECOIN_SUPPLY")).isEqualTo(77916.91771515958);
    }

    @Test
    void aStablecoinsPriceOfNullIsAbsentAndItsZerosAreStored() {
        assertThat(defillama("reserve", "STABLECOIN_SUPPLY")).isEqualTo(221656.39900233035);
        assertThat(defillama("reserve", "STABLECOIN_PRICE")).isNull();
        assertThat(notOffered("defillama", "reserve")).contains("STABLECOIN_PRICE");
        assertThat(defillama("terraclassicusd", "STABLECOIN_SUPPLY")).isZero();
        assertThat(defillama("terraclassicusd", "STABLECOIN_PRICE")).isZero();
    }

    @Test
    void threeCoinsCalledUsdsAreToldApart() {
        assertThat(defillama("spiceusd", "STABLECOIN_SUPPLY")).isEqualTo(18047728.62691072);
        assertThat(defillama("sperax-usd", "STABLECOIN_SUPPLY")).isEqualTo(812768.0636313192);
        assertThat(defillama("sky-dollar", "STABLECOIN_SUPPLY")).isEqualTo(898015337.1381109);
        assertThat(defillama("tether", "STABLECOIN_SUPPLY")).isEqualTo(127670074069.01582);
    }

    @Test
    void levelsStandOnTheDayOfThePullAndAreOpen() {
        for (String series : List.of("bsc CHAIN_TVL", "lido TVL", "celo-euro STABLECOIN_PRICE")) {
            List<String> parts = List.of(series.split(" ", -1));
            assertThat(stamp("defillama", parts.get(0), parts.get(1))).isEqualTo("2026-10-09 00:00 open");
        }
    }

    @Test
    void aRecordedCoinHasItsValues() {
        assertThat(coingecko("ethereum", "PRICE")).isEqualTo(1874.18);
        assertThat(coingecko("ethereum", "MARKET_CAP")).isEqualTo(226446470897.0);
        assertThat(coingecko("ethereum", "VOLUME_24H")).isEqualTo(5060980793.0);
        assertThat(coingecko("ethereum", "CIRCULATING_SUPPLY")).isEqualTo(120822157.344166);
        assertThat(coingecko("ethereum", "TOTAL_SUPPLY")).isEqualTo(120822157.344166);
        assertThat(coingecko("ethereum", "FDV")).isEqualTo(226446470897.0);
    }

    @Test
    void aMaximumSupplyOfNullIsNotOffered() {
        assertThat(coingecko("ethereum", "MAX_SUPPLY")).isNull();
        assertThat(notOffered("coingecko", "ethereum")).containsExactly("MAX_SUPPLY");
    }

    @Test
    void exponentsOfARecordedCoinAreRead() {
        assertThat(coingecko("baby-doge-coin", "PRICE")).isEqualTo(1.206e-9);
        assertThat(coingecko("baby-doge-coin", "CIRCULATING_SUPPLY"))
                .isEqualTo(Double.parseDouble("1.561248560922935e17"));
        assertThat(coingecko("baby-doge-coin", "MAX_SUPPLY")).isEqualTo(4.2e17);
    }

    @Test
    void coinsStandInTheHourOfTheirOwnTime() {
        assertThat(stamp("coingecko", "ethereum", "PRICE")).isEqualTo("2023-07-28 20:00 closed");
        assertThat(stamp("coingecko", "murasaki", "PRICE")).isEqualTo("2023-07-28 19:00 closed");
    }

    @Test
    void coinsThatTheAnswerLeavesOutAreNotOfferedAndNoFailure() {
        for (String id : UNKNOWN) {
            assertThat(notOffered("coingecko", id))
                    .containsExactly(
                            "CIRCULATING_SUPPLY",
                            "FDV",
                            "MARKET_CAP",
                            "MAX_SUPPLY",
                            "PRICE",
                            "TOTAL_SUPPLY",
                            "VOLUME_24H");
        }
        assertThat(ASKED)
                .anyMatch(asked -> asked.startsWith("/gecko/api/v3/coins/markets?")
                        && asked.endsWith("," + String.join(",", UNKNOWN)));
    }

    @Test
    void everyNumberOfTheRecordedPageIsStoredOnce() {
        // 212 coins with seven figures each, of which 84 have no maximum supply.
        assertThat(firstCoingecko.get("new_rows")).isEqualTo(1400L);
        assertThat(firstCoingecko.get("received")).isEqualTo(1400);
        assertThat(firstCoingecko.get("expected")).isEqualTo(1400);
        assertThat(firstCoingecko.get("requests")).isEqualTo(1);
        assertThat(caravan.sql()
                        .queryForObject("SELECT count(*) FROM not_offered WHERE source = 'coingecko'", Long.class))
                .isEqualTo(84L + 7L * UNKNOWN.size());
    }

    @Test
    void pullingTheSameRecordingsAgainWritesNothing() {
        for (String source : List.of("defillama", "coingecko")) {
            Map<String, Object> first = source.equals("defillama") ? firstDefillama : firstCoingecko;
            assertThat(caravan.pull(source)).isEqualTo(PullStatus.SUCCESS);
            Map<String, Object> again = caravan.lastPull(source);
            assertThat(again.get("pull_id")).isNotEqualTo(first.get("pull_id"));
            assertThat(again.get("new_rows")).isEqualTo(0L);
            assertThat(again.get("changed_rows")).isEqualTo(0L);
            assertThat(again.get("records_count")).isEqualTo(0L);
            assertThat(again.get("unchanged_rows")).isEqualTo(first.get("new_rows"));
            assertThat(again.get("received")).isEqualTo(first.get("received"));
        }
        assertThat(caravan.sql().queryForObject("SELECT count(*) FROM observation_revision", Long.class))
                .isZero();
    }

    @Test
    void withAKeyTheOfficialExamplesAreReadFromTheProHost() {
        int askedBefore = ASKED.size();
        try (TestCaravan paid = TestCaravan.start(home.path(), settings(Map.of("defillama.api.key", KEY)))) {
            assertThat(paid.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            assertThat(paid.latest("defillama", "bsc", "CHAIN_TVL")).isEqualTo(5463255008.798626);
            assertThat(paid.latest("defillama", "hyperliquid-bridge", "BRIDGE_VOLUME_24H"))
                    .isEqualTo(245562283.16810948);
            assertThat(paid.latest("defillama", "hyperliquid-bridge", "BRIDGE_VOLUME_7D"))
                    .isEqualTo(1700279485.290507);
            assertThat(paid.latest("defillama", "hyperliquid-bridge", "BRIDGE_VOLUME_30D"))
                    .isEqualTo(3986810177.448681);
            assertThat(paid.latest("defillama", "compound-v3", "OUTFLOW")).isEqualTo(160563462.23474675);
            assertThat(paid.latest("defillama", "compound-v3", "INFLOW")).isZero();
            assertThat(paid.latest("defillama", "synthetix-v1+v2", "DERIVATIVES_VOLUME_24H"))
                    .isEqualTo(8479946.0);
            assertThat(paid.latest("defillama", "ethereum", "CHAIN_OPTIONS_VOLUME_24H"))
                    .isEqualTo(38508.0);
            assertThat(paid.sql()
                            .queryForMap("SELECT asset, exchange, value, metric_date::text AS day, closed FROM metrics"
                                    + " WHERE metric_name = 'PERPS_OPEN_INTEREST'"))
                    .containsEntry("asset", "binance_1000000bobusdt")
                    .containsEntry("exchange", "binance")
                    .containsEntry("value", 51144394.0)
                    .containsEntry("day", "2025-07-18")
                    .containsEntry("closed", true);
            assertThat(ASKED.stream().skip(askedBefore))
                    .isNotEmpty()
                    .allMatch(asked -> asked.startsWith("/pro/" + KEY + "/"));
            assertThat(paid.sql()
                            .queryForList(
                                    "SELECT reason FROM not_offered WHERE reason LIKE ?",
                                    String.class,
                                    "%" + KEY + "%"))
                    .isEmpty();
        }
    }
}
