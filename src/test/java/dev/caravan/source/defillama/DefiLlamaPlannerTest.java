package dev.caravan.source.defillama;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.Caravan;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Pull;
import dev.caravan.ingest.PullLedger;
import dev.caravan.ingest.PullStatus;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** What DefiLlama is asked, and what it is no longer asked for a week. */
final class DefiLlamaPlannerTest {
    private static final String SECRET = "llama-secret-of-planner-test";
    private static final String TODAY = "2026-01-15T12:00:00Z";
    private static final String LISTED = "[{\"name\":\"BSC\",\"gecko_id\":\"binancecoin\",\"tvl\":5},"
            + "{\"name\":\"OP Mainnet\",\"gecko_id\":\"optimism\",\"tvl\":4},"
            + "{\"name\":\"A/B & Ö+\",\"gecko_id\":null,\"tvl\":0}]";
    private static final String NOBODY = "{\"allChains\":[],\"protocols\":[]}";

    @TempDir
    static Path folder;

    private static TestHome home;
    private static Caravan caravan;

    @BeforeAll
    static void open() {
        home = TestHome.copyTo(folder)
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "bsc,Binance,binancecoin,,,,Chain,",
                        "op-mainnet,OP Mainnet,optimism,,,,Chain,",
                        "odd,A/B & Ö+,,,,,Chain,",
                        "ronin,Ronin,ronin,chain,,,Chain,",
                        "stride,Stride,stride,chain,,,Chain,",
                        "babylon-genesis,Babylon Genesis,babylon,chain,,,Chain,",
                        "celestia,Celestia,celestia,,,,Chain,",
                        "lido,Lido,lido-dao,,,,Liquid Staking,",
                        "axelar,Axelar,axelar,protocol,,Axelar,Bridge,",
                        "tether,Tether,tether,stablecoin,1,,Stablecoin,");
        caravan = Caravan.open(
                Settings.load(home.path(), Map.of(), Map.of("database.url", TestServer.newDatabase()), false));
    }

    @AfterAll
    static void close() {
        caravan.close();
    }

    @BeforeEach
    void forget() {
        new JdbcTemplate(caravan.database().dataSource()).execute("TRUNCATE not_offered");
    }

    /** One pull at a time of the clock, with or without a key. */
    private static final class World {
        final PullLedger ledger;
        final DefiLlamaPlanner planner;
        final DefiLlamaNormaliser normaliser;
        final Pull pull;
        List<VendorRequest> lists = List.of();
        List<VendorRequest> calls = List.of();

        World(String now, String key) {
            Map<String, String> values = new HashMap<>(Map.of("caravan.now", now));
            if (key != null) {
                values.put("defillama.api.key", key);
            }
            Settings settings = Settings.load(home.path(), Map.of(), values, false);
            ledger = new PullLedger(caravan.database(), caravan.statements(), settings);
            planner = new DefiLlamaPlanner(settings, new Accounts(settings), ledger);
            normaliser = new DefiLlamaNormaliser(settings);
            pull = ledger.begin("defillama");
        }

        /** Plans the pull; without a list the request for it fails. */
        World plan(String list) throws IOException {
            lists = planner.lists(pull);
            if (list == null) {
                pull.failed(lists.get(0), new TransientFailure("HTTP 503", 503, null, 4, null), 5, pull.startedAt());
            } else {
                answer(lists.get(0), list);
            }
            calls = planner.calls(pull);
            return this;
        }

        void answer(VendorRequest request, String json) throws IOException {
            pull.answered(request, normaliser.normalise(request, new ObjectMapper().readTree(json), pull.startedAt()));
        }

        VendorRequest call(String path, String query) {
            return calls.stream()
                    .filter(request ->
                            request.path().equals(path) && request.query().contains(query))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(path + " is not asked"));
        }

        List<String> paths() {
            return calls.stream().map(VendorRequest::path).toList();
        }

        PullStatus end() {
            return ledger.end(pull);
        }
    }

    private static World planned(String list) throws IOException {
        World world = new World(TODAY, null).plan(list);
        world.end();
        return world;
    }

    private static World paid() throws IOException {
        World world = new World(TODAY, SECRET).plan(LISTED);
        world.end();
        return world;
    }

    @Test
    void withoutAKeyEightLargeListsAndFourOverviewsAChainAreAsked() throws IOException {
        World world = planned(LISTED);
        int chains = 6;
        assertThat(world.lists).hasSize(1);
        assertThat(world.calls).hasSize(2 + 6 + 4 * chains);
        assertThat(world.pull.progress().planned()).isEqualTo(1 + 2 + 6 + 4 * chains);
        assertThat(world.paths().subList(0, 8))
                .containsExactlyInAnyOrder(
                        "/protocols",
                        "/stablecoins",
                        "/overview/fees",
                        "/overview/fees",
                        "/overview/dexs",
                        "/overview/options",
                        "/overview/aggregators",
                        "/overview/open-interest");
        assertThat(world.paths().stream().filter(path -> path.endsWith("/BSC")))
                .containsExactlyInAnyOrder(
                        "/overview/fees/BSC", "/overview/fees/BSC", "/overview/dexs/BSC", "/overview/options/BSC");
    }

    @Test
    void withoutAKeyTheFreeHostsAreAskedAndNothingPaid() throws IOException {
        World world = planned(LISTED);
        assertThat(world.lists.get(0).path()).isEqualTo("/v2/chains");
        assertThat(world.lists.get(0).base()).isEqualTo("https://api.llama.fi");
        assertThat(world.calls).allSatisfy(request -> {
            assertThat(request.base())
                    .isEqualTo(
                            request.answer().equals("stablecoins")
                                    ? "https://stablecoins.llama.fi"
                                    : "https://api.llama.fi");
            assertThat(request.toString()).doesNotContain("{key}", "derivatives", "inflows", "bridges");
        });
    }

    @Test
    void everyOverviewLeavesOutTheChartsAndOptionsAlwaysSayNotional() throws IOException {
        World world = planned(LISTED);
        List<VendorRequest> overviews = world.calls.stream()
                .filter(request -> request.path().startsWith("/overview/"))
                .toList();
        assertThat(overviews).allSatisfy(request -> assertThat(request.query())
                .contains("excludeTotalDataChart=true", "excludeTotalDataChartBreakdown=true"));
        assertThat(overviews.stream().filter(request -> request.path().startsWith("/overview/options")))
                .hasSize(7)
                .allSatisfy(request -> assertThat(request.query()).contains("dataType=dailyNotionalVolume"));
        assertThat(overviews.stream().filter(request -> request.path().equals("/overview/fees/BSC")))
                .extracting(request ->
                        request.metrics().get(0) + " " + request.query().replaceAll(".*dataType=", ""))
                .containsExactlyInAnyOrder("CHAIN_FEES_24H dailyFees", "CHAIN_REVENUE_24H dailyRevenue");
    }

    @Test
    void chainsAreAskedByTheVendorsNamePercentEncoded() throws IOException {
        World world = planned(LISTED);
        assertThat(world.paths())
                .contains(
                        "/overview/dexs/BSC",
                        "/overview/dexs/OP%20Mainnet",
                        "/overview/dexs/A%2FB%20%26%20%C3%96%2B",
                        "/overview/dexs/Babylon%20Genesis")
                .doesNotContain("/overview/dexs/Binance");
        assertThat(world.call("/overview/dexs/OP%20Mainnet", "").subject()).isEqualTo("OP Mainnet");
        assertThat(world.call("/overview/dexs/OP%20Mainnet", "").assets()).containsExactly("op-mainnet");
    }

    @Test
    void anOverrideIsAChainThoughTheListLacksItAndACategoryIsNot() throws IOException {
        World world = planned(LISTED);
        assertThat(world.paths())
                .contains("/overview/dexs/Ronin", "/overview/dexs/Stride", "/overview/dexs/Babylon%20Genesis")
                .doesNotContain("/overview/dexs/Celestia", "/overview/dexs/Axelar", "/overview/dexs/Lido");
        assertThat(world.call("/protocols", "").assets()).containsExactly("celestia", "lido", "axelar", "tether");
    }

    @Test
    void withoutTheListTheConfigurationSaysWhatAChainIs() throws IOException {
        World world = planned(null);
        assertThat(world.calls).hasSize(2 + 6 + 4 * 7);
        assertThat(world.paths())
                .contains(
                        "/overview/dexs/Binance",
                        "/overview/dexs/OP%20Mainnet",
                        "/overview/dexs/Ronin",
                        "/overview/dexs/Celestia")
                .doesNotContain("/overview/dexs/Lido", "/overview/dexs/Axelar", "/overview/dexs/Tether");
        assertThat(world.call("/protocols", "").assets()).containsExactly("lido", "axelar", "tether");
    }

    @Test
    void feesAreExpectedOfChainsTooAndVolumesOfProtocolsOnly() throws IOException {
        World world = planned(LISTED);
        assertThat(world.call("/overview/fees", "dailyFees").assets()).contains("bsc", "lido");
        assertThat(world.call("/overview/fees", "dailyRevenue").metrics())
                .containsExactlyInAnyOrder("REVENUE_24H", "EARNINGS");
        assertThat(world.call("/overview/dexs", "").assets()).contains("lido").doesNotContain("bsc");
        assertThat(world.call("/stablecoins", "").assets()).containsExactly("tether");
    }

    @Test
    void withAKeyAllGoesToTheProHostAndTheKeyStaysOutOfTheRequest() throws IOException {
        World world = paid();
        List<VendorRequest> all = new ArrayList<>(world.lists);
        all.addAll(world.calls);
        assertThat(all).allSatisfy(request -> {
            assertThat(request.base()).isEqualTo("https://pro-api.llama.fi");
            assertThat(request.path()).startsWith("/{key}/");
            assertThat(request.path() + request.query() + request.headers()).doesNotContain(SECRET);
        });
        assertThat(world.lists.get(0).path()).isEqualTo("/{key}/api/v2/chains");
        assertThat(world.paths()).contains("/{key}/api/protocols", "/{key}/stablecoins/stablecoins");
    }

    @Test
    void withAKeyDerivativesBridgesPerpsChainPerpsAndInflowsAreAskedAsWell() throws IOException {
        World world = paid();
        int chains = 6;
        int protocols = 4;
        assertThat(world.calls).hasSize(2 + 7 + 2 + 5 * chains + protocols);
        assertThat(world.paths())
                .contains(
                        "/{key}/api/overview/derivatives",
                        "/{key}/bridges/bridges",
                        "/{key}/yields/perps",
                        "/{key}/api/v2/metrics/derivatives/chain/OP%20Mainnet",
                        "/{key}/api/inflows/lido/1768348800");
        assertThat(world.call("/{key}/bridges/bridges", "").query()).isEqualTo("includeChains=true");
        assertThat(world.call("/{key}/bridges/bridges", "").assets()).containsExactly("axelar");
    }

    @Test
    void inflowsAreThoseOfTheWholeDayBeforeThePull() throws IOException {
        VendorRequest inflows = paid().call("/{key}/api/inflows/axelar/1768348800", "");
        assertThat(inflows.query()).isEqualTo("end=1768435200");
        assertThat(inflows.metrics()).containsExactlyInAnyOrder("INFLOW", "OUTFLOW");
        assertThat(inflows.refusals()).contains(400);
    }

    /** A pull in which the options of BSC are refused, by a vendor that is well otherwise. */
    private static PullStatus refuseOptionsOfBsc(String now, String options) throws IOException {
        World world = new World(now, null).plan(LISTED);
        world.answer(world.call("/overview/options", ""), options);
        VendorRequest refused = world.call("/overview/options/BSC", "");
        world.pull.failed(
                refused,
                new TransientFailure("HTTP 500: Internal server error", 500, null, 1, null),
                2,
                world.pull.startedAt());
        return world.end();
    }

    private static List<String> asked(String now) throws IOException {
        World world = new World(now, null).plan(LISTED);
        world.end();
        return world.paths();
    }

    @Test
    void whatIsNotOfferedIsNotAskedAgainWithinAWeek() throws IOException {
        assertThat(refuseOptionsOfBsc("2026-01-15T12:00:00Z", NOBODY)).isEqualTo(PullStatus.SUCCESS);
        assertThat(asked("2026-01-15T13:00:00Z"))
                .doesNotContain("/overview/options/BSC")
                .contains("/overview/options/OP%20Mainnet", "/overview/fees/BSC", "/overview/dexs/BSC");
        assertThat(asked("2026-01-22T11:00:00Z")).doesNotContain("/overview/options/BSC");
    }

    @Test
    void whatIsNotOfferedIsAskedAgainAfterAWeekAndThenRestsForAnother() throws IOException {
        refuseOptionsOfBsc("2026-01-15T12:00:00Z", NOBODY);
        assertThat(asked("2026-01-22T13:00:00Z")).contains("/overview/options/BSC");
        assertThat(refuseOptionsOfBsc("2026-01-22T13:30:00Z", NOBODY)).isEqualTo(PullStatus.SUCCESS);
        assertThat(asked("2026-01-23T13:00:00Z")).doesNotContain("/overview/options/BSC");
        assertThat(asked("2026-01-29T14:00:00Z")).contains("/overview/options/BSC");
    }

    @Test
    void aRefusalOfWhatTheVendorListsIsAFailureAndIsAskedAgain() throws IOException {
        assertThat(refuseOptionsOfBsc("2026-01-15T12:00:00Z", "{\"allChains\":[\"BSC\"],\"protocols\":[]}"))
                .isEqualTo(PullStatus.PARTIAL);
        assertThat(asked("2026-01-15T13:00:00Z")).contains("/overview/options/BSC");
    }

    @ParameterizedTest
    @ValueSource(ints = {402, 403, 503})
    void aFailureIsAskedAgain(int status) throws IOException {
        World world = new World(TODAY, null).plan(LISTED);
        world.answer(world.call("/overview/options", ""), NOBODY);
        world.pull.failed(
                world.call("/overview/options/BSC", ""),
                status >= 500
                        ? new TransientFailure("HTTP " + status, status, null, 4, null)
                        : new TerminalFailure("HTTP " + status, status),
                1,
                world.pull.startedAt());
        assertThat(world.end()).isEqualTo(PullStatus.PARTIAL);
        assertThat(asked("2026-01-15T13:00:00Z")).contains("/overview/options/BSC");
    }

    @Test
    void aChainWhoseTotalIsNullIsNotAskedAgainWithinAWeek() throws IOException {
        World world = new World(TODAY, null).plan(LISTED);
        world.answer(world.call("/overview/dexs/BSC", ""), "{\"total24h\":null,\"chain\":\"BSC\"}");
        assertThat(world.end()).isEqualTo(PullStatus.SUCCESS);
        assertThat(asked("2026-01-16T12:00:00Z")).doesNotContain("/overview/dexs/BSC");
    }
}
