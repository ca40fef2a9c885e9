package dev.caravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.sandbox.RequestLog;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pull makes of every way in which a vendor, a process or the database can fail. */
final class PullFaultsTest {
    private static final String NOW = "2026-11-20T10:10:00Z";
    private static final String CHAIN_TVL_STEP = "/v2/chains";

    @TempDir
    static Path folder;

    private static Sandbox sandbox;
    private static Path home;

    @BeforeAll
    static void start() {
        // Eight chains of which some lack options, and a protocol of each kind: small, so that a pull is quick.
        home = TestHome.copyTo(folder)
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "ethereum,Ethereum,ethereum,,,,Chain,",
                        "solana,Solana,solana,,,,Chain,",
                        "arbitrum,Arbitrum,arbitrum,,,,Chain,",
                        "base,Base,,,,,Chain,",
                        "k2,K2,,,,,Chain,",
                        "satoshivm,SatoshiVM,satoshivm,,,,Chain,",
                        "haqq,HAQQ,islamic-coin,,,,Chain,",
                        "smartbch,smartBCH,,,,,Chain,",
                        "lido,Lido,lido-dao,protocol,,,Liquid Staking,",
                        "quickswap-dex,Quickswap Dex,quickswap,,,,Dexs,",
                        "hegic,Hegic,hegic,,,,Options,",
                        "celo-euro,Celo Euro,celo-euro,stablecoin,52,,Stablecoin,")
                .write("config/sources/coingecko.csv", "id,symbol,name,note", "bitcoin,BTC,Bitcoin,", "aave,AAVE,Aave,")
                .path();
        sandbox = Sandbox.start(home.resolve("config/sources"), Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC), 0);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @BeforeEach
    void forget() {
        sandbox.faults().clear();
        sandbox.requests().clear();
    }

    private static TestCaravan caravan(String... more) {
        return caravan(home, more);
    }

    private static TestCaravan caravan(Path place, String... more) {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("caravan.now", NOW);
        settings.put("fetch.retries", "2");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return TestCaravan.start(place, settings);
    }

    private static long rows(TestCaravan caravan, String table) {
        return caravan.sql().queryForObject("SELECT count(*) FROM " + table, Long.class);
    }

    private static List<RequestLog.Entry> asked(String path) {
        return sandbox.requests().entries("defillama").stream()
                .filter(entry -> entry.path().endsWith(path))
                .toList();
    }

    private static List<Map<String, Object>> failures(TestCaravan caravan) {
        return caravan.sql()
                .queryForList("SELECT * FROM pull_failures WHERE pull_id = (SELECT max(pull_id) FROM pulls)");
    }

    private static void assertWell(TestCaravan caravan, String source) {
        sandbox.faults().clear();
        assertThat(caravan.pull(source)).isEqualTo(PullStatus.SUCCESS);
    }

    @Test
    void aFifthOfTheRequestsFailingOnceHeals() {
        try (TestCaravan caravan = caravan()) {
            sandbox.faults().add("defillama:server_error:status=503:share=0.2:times=1");
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            assertThat(sandbox.requests().entries("defillama"))
                    .filteredOn(entry -> entry.status() == 503)
                    .hasSizeGreaterThan(2);
            assertThat(failures(caravan)).isEmpty();
        }
    }

    @Test
    void aChainThatIsNotOfferedIsAskedTwiceAndThenNotAgainForAWeek() {
        try (TestCaravan caravan = caravan()) {
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            List<Map<String, Object>> listed = caravan.sql()
                    .queryForList(
                            "SELECT asset, metric FROM not_offered WHERE metric LIKE 'CHAIN%' AND reason LIKE 'HTTP 500%'");
            assertThat(listed).isNotEmpty();
            List<RequestLog.Entry> refused = sandbox.requests().entries("defillama").stream()
                    .filter(entry -> entry.status() == 500)
                    .toList();
            assertThat(refused).hasSizeBetween(listed.size(), listed.size() * 2);
            assertThat(failures(caravan)).isEmpty();
            assertThat(caravan.lastPull("defillama").get("failed")).isEqualTo(0);

            sandbox.requests().clear();
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            assertThat(sandbox.requests().entries("defillama"))
                    .isNotEmpty()
                    .allSatisfy(entry -> assertThat(entry.status()).isEqualTo(200));

            caravan.sql().update("UPDATE not_offered SET last_asked = last_asked - interval '8 days'");
            sandbox.requests().clear();
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            assertThat(sandbox.requests().entries("defillama").stream().filter(entry -> entry.status() == 500))
                    .isNotEmpty();
        }
    }

    @Test
    void aRefusalForAChainThatTheVendorListsIsAFailure() {
        try (TestCaravan caravan = caravan()) {
            sandbox.faults().add("defillama:server_error:status=500:path=/overview/dexs/Ethereum");
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.PARTIAL);
            assertThat(failures(caravan)).singleElement().satisfies(row -> {
                assertThat((String) row.get("request")).contains("/overview/dexs/Ethereum");
                assertThat(row.get("http_status")).isEqualTo(500);
                assertThat(row.get("attempts")).isEqualTo(2);
            });
            assertThat(asked("/overview/dexs/Ethereum")).hasSize(2);
            assertThat(caravan.sql()
                            .queryForObject(
                                    "SELECT count(*) FROM not_offered WHERE asset = 'ethereum' AND metric LIKE 'CHAIN_DEX%'",
                                    Long.class))
                    .isZero();
        }
    }

    @Test
    void aRefusalForAChainThatHasAnsweredBeforeIsAFailure() {
        try (TestCaravan caravan = caravan()) {
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            Map<String, Object> gone = caravan.sql()
                    .queryForList(
                            "SELECT asset, metric FROM not_offered WHERE metric LIKE 'CHAIN%' AND reason LIKE 'HTTP 500%'")
                    .get(0);
            answeredOnce(caravan, "defillama", (String) gone.get("asset"), (String) gone.get("metric"), "day");

            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.PARTIAL);
            Map<String, Object> pull = caravan.lastPull("defillama");
            assertThat(pull.get("failed")).isEqualTo(1);
            assertThat(pull.get("expected")).isEqualTo((Integer) pull.get("received") + 1);
        }
    }

    private static void answeredOnce(TestCaravan caravan, String source, String asset, String metric, String length) {
        caravan.sql().update("DELETE FROM not_offered WHERE asset = ? AND metric = ?", asset, metric);
        Integer id = caravan.sql()
                .queryForObject(
                        "INSERT INTO series (source, asset, metric, granularity) VALUES (?, ?, ?, ?) RETURNING series_id",
                        Integer.class,
                        source,
                        asset,
                        metric,
                        length);
        caravan.sql()
                .update("INSERT INTO series_state VALUES (?, 1, '2026-11-19 00:00+00', '2026-11-19 00:00+00', 1)", id);
    }

    @Test
    void aSeriesThatNoLongerAnswersMakesPullsPartialForAWeekAndIsThenForgotten() {
        Function<LoopbackVendor.Asked, LoopbackVendor.Reply> both = asked -> coins("bitcoin", "aave");
        try (LoopbackVendor vendor = LoopbackVendor.start(both);
                TestCaravan caravan = caravan("coingecko.api.url", vendor.url())) {
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);

            vendor.answer(asked -> coins("bitcoin"));
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.PARTIAL);
            Map<String, Object> pull = caravan.lastPull("coingecko");
            assertThat((String) pull.get("notes")).contains("no longer answer").contains("aave PRICE");
            assertThat(pull.get("failed")).isEqualTo(0);
            assertThat(pull.get("expected")).isEqualTo((Integer) pull.get("received") * 2);
            String silent = "SELECT count(*) FROM series WHERE asset = 'aave' AND silent_since IS NOT NULL";
            assertThat(caravan.sql().queryForObject(silent, Long.class)).isEqualTo(7);

            caravan.sql()
                    .update("UPDATE series SET silent_since = silent_since - interval '6 days' WHERE asset = 'aave'");
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.PARTIAL);
            caravan.sql()
                    .update("UPDATE series SET silent_since = silent_since - interval '2 days' WHERE asset = 'aave'");
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
            assertThat(caravan.lastPull("coingecko").get("expected")).isEqualTo(7);

            vendor.answer(both);
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
            assertThat(caravan.sql().queryForObject(silent, Long.class)).isZero();
        }
    }

    /** Rows of the markets call, all figures 5 but the volume, which is 0. */
    private static LoopbackVendor.Reply coins(String... ids) {
        StringBuilder rows = new StringBuilder("[");
        for (String id : ids) {
            rows.append(rows.length() > 1 ? "," : "").append("""
                    {"id":"%s","current_price":5,"market_cap":5,"total_volume":0,"circulating_supply":5,
                     "total_supply":5,"max_supply":5,"fully_diluted_valuation":5,
                     "last_updated":"2026-11-20T10:00:01.000Z"}""".formatted(id));
        }
        return LoopbackVendor.Reply.of(200, rows.append("]").toString());
    }

    @Test
    void aRequestForAnHourOfSilenceFailsAtOnce() {
        try (TestCaravan caravan = caravan()) {
            sandbox.faults().add("defillama:too_many_requests:retry_after=3600:path=/overview/dexs/Solana");
            CompletableFuture<PullStatus> pull = CompletableFuture.supplyAsync(() -> caravan.pull("defillama"));
            assertThat(pull).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(PullStatus.PARTIAL);
            assertThat(asked("/overview/dexs/Solana")).hasSize(1);
            assertThat(failures(caravan)).singleElement().satisfies(row -> {
                assertThat(row.get("http_status")).isEqualTo(429);
                assertThat(row.get("attempts")).isEqualTo(1);
            });
        }
    }

    @Test
    void anAnswerBeyondTheResponseTimeoutIsTriedAgain() {
        try (TestCaravan caravan = caravan("camel.component.http.response-timeout", "300")) {
            sandbox.faults().add("defillama:slow:delay_ms=2000:times=1:path=/overview/dexs/Solana");
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertThat(asked("/overview/dexs/Solana"))
                    .hasSize(2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"503", "500"})
    void aVendorThatIsDownIsNotAskedToTheEnd(String status) throws IOException {
        Path large = Files.createTempDirectory(folder, "large");
        TestHome.copyTo(large);
        try (TestCaravan caravan =
                caravan(large, "pull.hopeless-after", "3", "fetch.retries", "0", "defillama.rate.free", "50/1s")) {
            sandbox.faults().add("defillama:server_error:status=" + status);
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.ERROR);
            int planned = (Integer) caravan.lastPull("defillama").get("requests");
            assertThat(planned).isGreaterThan(100);
            // At most three failed in a row, and what was under way beside them: the pool has 32 threads.
            assertThat(sandbox.requests().entries("defillama").size()).isLessThan(3 + 2 * 32);
            assertThat(caravan.lastPull("defillama").get("failed")).isEqualTo(planned);
            List<Map<String, Object>> notAsked = failures(caravan).stream()
                    .filter(row -> ((String) row.get("reason")).startsWith("not asked"))
                    .toList();
            assertThat(notAsked).isNotEmpty().allSatisfy(row -> assertThat(row.get("attempts"))
                    .isEqualTo(0));
        }
    }

    @Test
    void aSecondPullOfASourceIsRefusedWhileOneRuns() throws InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Function<LoopbackVendor.Asked, LoopbackVendor.Reply> held = asked -> {
            arrived.countDown();
            try {
                assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return coins("bitcoin", "aave");
        };
        try (LoopbackVendor vendor = LoopbackVendor.start(held);
                TestCaravan caravan = caravan("coingecko.api.url", vendor.url())) {
            CompletableFuture<PullStatus> first = CompletableFuture.supplyAsync(() -> caravan.pull("coingecko"));
            assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> caravan.pull("coingecko"))
                    .isInstanceOf(CamelExecutionException.class)
                    .hasCauseInstanceOf(PullRunning.class);
            assertThatThrownBy(() -> caravan.caravan().ledger().begin("coingecko"))
                    .isInstanceOf(PullRunning.class);
            go.countDown();
            assertThat(first).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(PullStatus.SUCCESS);
            assertThat(rows(caravan, "pulls")).isEqualTo(1);
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
        }
    }

    @Test
    void aPullThatDiedWithItsProcessIsMarkedAndNotRunAgain() {
        try (TestCaravan caravan = caravan()) {
            caravan.sql()
                    .update("INSERT INTO pulls (source_name, pulled_at, status)"
                            + " VALUES ('coingecko', '2026-11-20 09:05+00', 'running'),"
                            + " ('defillama', '2026-11-20 09:05+00', 'running')");
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
            assertThat(caravan.sql()
                            .queryForList(
                                    "SELECT status FROM pulls WHERE source_name = 'coingecko' ORDER BY pull_id",
                                    String.class))
                    .containsExactly("interrupted", "success");
            assertThat(caravan.sql()
                            .queryForList("SELECT status FROM pulls WHERE source_name = 'defillama'", String.class))
                    .containsExactly("running");
            assertThat(sandbox.requests().entries("coingecko")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"observation", "series", "batch"})
    void anErrorOfTheDatabaseWhileStoringEndsThePullAndTheProgramStaysWell(String table) {
        try (TestCaravan caravan = caravan("store.retries", "1")) {
            for (String source : List.of("defillama", "coingecko")) {
                caravan.sql().execute("ALTER TABLE " + table + " RENAME TO moved_away");
                CompletableFuture<PullStatus> pull = CompletableFuture.supplyAsync(() -> caravan.pull(source));
                assertThat(pull).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(PullStatus.ERROR);
                caravan.sql().execute("ALTER TABLE moved_away RENAME TO " + table);
                Map<String, Object> row = caravan.lastPull(source);
                assertThat(row.get("status")).isEqualTo("error");
                assertThat((String) row.get("notes")).isNotBlank();
                assertWell(caravan, source);
            }
        }
    }

    @Test
    void aDatabaseThatFailsWithinThePullEndsItAndTheProgramStaysWell() {
        // The list of chains is stored before the other requests are planned; then the table is gone.
        try (TestCaravan caravan = caravan("store.retries", "1", "defillama.rate.free", "20/1s")) {
            CompletableFuture<PullStatus> pull = CompletableFuture.supplyAsync(() -> caravan.pull("defillama"));
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> asked("/overview/fees").size() > 0);
            caravan.sql().execute("ALTER TABLE observation RENAME TO moved_away");
            assertThat(pull).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(PullStatus.ERROR);
            caravan.sql().execute("ALTER TABLE moved_away RENAME TO observation");
            assertThat(asked(CHAIN_TVL_STEP)).hasSize(1);
            assertThat(caravan.latest("defillama", "ethereum", "CHAIN_TVL")).isPositive();
            assertWell(caravan, "defillama");
            assertThat(caravan.sql().queryForList("SELECT status FROM pulls ORDER BY pull_id", String.class))
                    .containsExactly("error", "success");
        }
    }

    @Test
    void theRowsOfAnAbortedPullThatWereStoredAreCounted() {
        try (TestCaravan caravan = caravan("store.retries", "1", "defillama.rate.free", "20/1s")) {
            CompletableFuture<PullStatus> pull = CompletableFuture.supplyAsync(() -> caravan.pull("defillama"));
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> asked("/overview/fees").size() > 0);
            caravan.sql().execute("ALTER TABLE observation RENAME TO moved_away");
            assertThat(pull).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(PullStatus.ERROR);
            caravan.sql().execute("ALTER TABLE moved_away RENAME TO observation");
            assertThat(rows(caravan, "observation")).isPositive();
            assertThat((Long) caravan.lastPull("defillama").get("new_rows")).isEqualTo(rows(caravan, "observation"));
        }
    }
}
