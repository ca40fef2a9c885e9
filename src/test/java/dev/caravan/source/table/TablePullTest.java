package dev.caravan.source.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped example, installed as {@code docs/adding-a-source.md} says, through the whole program. */
final class TablePullTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:20:30Z");
    private static final String[] METRICS = {
        "DIFFICULTY",
        "HASH_RATE",
        "MEMPOOL_SIZE",
        "MINERS_REVENUE",
        "N_TRANSACTIONS",
        "N_UNIQUE_ADDRESSES",
        "TRANSACTION_FEES_USD"
    };

    @TempDir
    Path folder;

    private TestHome home;

    @BeforeEach
    void install() {
        home = TestHome.copyTo(folder);
        BlockchainExample.install(home);
    }

    private Sandbox sandbox() {
        return Sandbox.start(folder.resolve("config/sources"), Clock.fixed(NOW, ZoneOffset.UTC), 0);
    }

    private TestCaravan caravan(Map<String, String> settings) {
        settings.put("caravan.now", NOW.toString());
        settings.put("blockchain.api.tier", "none");
        settings.put("blockchain.rate.none", "2000/1s");
        settings.put("fetch.retries", "1");
        settings.put("fetch.backoff.first", "10ms");
        settings.put("fetch.backoff.longest", "50ms");
        return TestCaravan.start(home.path(), settings);
    }

    @Test
    void theExampleIsPulledWithoutALineOfJavaAndASecondPullWritesNothing() {
        try (Sandbox sandbox = sandbox();
                TestCaravan caravan = caravan(TestCaravan.vendors(sandbox))) {
            assertThat(caravan.pull("blockchain")).isEqualTo(PullStatus.SUCCESS);
            assertThat(sandbox.requests().entries("blockchain")).hasSize(7).allSatisfy(entry -> assertThat(
                            entry.query())
                    .isEqualTo("start=2026-11-14&timespan=7days&sampled=false&format=json"));
            assertThat(caravan.lastPull("blockchain"))
                    .containsEntry("requests", 7)
                    .containsEntry("expected", 7)
                    .containsEntry("received", 7)
                    .containsEntry("failed", 0);
            assertThat(caravan.sql()
                            .queryForList(
                                    "SELECT metric || ' ' || granularity || ' ' || count(*) || ' ' || max(ts)"
                                            + " FROM series JOIN observation USING (series_id)"
                                            + " WHERE source = 'blockchain' AND asset = 'bitcoin'"
                                            + " AND metric IN ('HASH_RATE', 'MEMPOOL_SIZE')"
                                            + " GROUP BY metric, granularity ORDER BY metric",
                                    String.class))
                    .containsExactly(
                            "HASH_RATE day 6 2026-11-19 00:00:00+00", "MEMPOOL_SIZE hour 155 2026-11-20 10:00:00+00");
            assertThat(caravan.sql()
                            .queryForList(
                                    "SELECT DISTINCT source_metric FROM v_normalized_metrics JOIN entities USING (entity_id)"
                                            + " WHERE source = 'blockchain' AND canonical_id = 'bitcoin' AND unit IS NOT NULL"
                                            + " ORDER BY source_metric",
                                    String.class))
                    .containsExactly(METRICS);
            assertThat(caravan.pull("blockchain")).isEqualTo(PullStatus.SUCCESS);
            assertThat(caravan.lastPull("blockchain"))
                    .containsEntry("new_rows", 0L)
                    .containsEntry("changed_rows", 0L);
        }
    }

    @Test
    void aChartThatDoesNotExistIsAFailureThatNamesItAndTheOthersAreStored() {
        List<String> table = BlockchainExample.table();
        table.set(1, table.get(1).replace("/charts/hash-rate", "/charts/hashrate"));
        home.write(BlockchainExample.TABLE, table.toArray(String[]::new));
        try (Sandbox sandbox = sandbox();
                TestCaravan caravan = caravan(TestCaravan.vendors(sandbox))) {
            assertThat(caravan.pull("blockchain")).isEqualTo(PullStatus.PARTIAL);
            assertThat(caravan.lastPull("blockchain"))
                    .containsEntry("expected", 7)
                    .containsEntry("received", 6);
            assertThat(caravan.sql().queryForList("SELECT request || ' ' || reason FROM pull_failures", String.class))
                    .singleElement()
                    .asString()
                    .contains("GET /charts/hashrate?start=2026-11-14&timespan=7days", "404", "No chart with this name");
        }
    }

    @Test
    void aMistakeInTheTableEndsThePullWithFileLineAndColumn() {
        home.write(BlockchainExample.TABLE, "asset,metric,path,rows", "bitcoin,HASH_RATE,/charts/x,values");
        try (Sandbox sandbox = sandbox();
                TestCaravan caravan = caravan(TestCaravan.vendors(sandbox))) {
            assertThat(caravan.pull("blockchain")).isEqualTo(PullStatus.ERROR);
            assertThat(sandbox.requests().entries("blockchain")).isEmpty();
            assertThat(caravan.lastPull("blockchain").get("notes"))
                    .asString()
                    .contains("blockchain.csv, line 2: column rows: 'values' is no JSON pointer")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void oneRequestServesSeveralSeriesAndOnlyThoseOfTheTableAreExpected() {
        home.write(
                BlockchainExample.TABLE,
                "asset,metric,exchange,path,query,where,value",
                "bitcoin,PRICE,okx,/coins,apikey={key},/id=bitcoin,/price",
                "ethereum,PRICE,,/coins,apikey={key},/id=ethereum,/price",
                "ethereum,SUPPLY,,/coins,apikey={key},/id=ethereum,/supply",
                "gone,PRICE,,/coins,apikey={key},/id=gone,/price");
        String answer = "[{'id':'bitcoin','price':7},{'id':'ethereum','price':0,'supply':'n/a'}]".replace('\'', '"');
        try (LoopbackVendor vendor = LoopbackVendor.start(asked -> Reply.of(200, answer));
                TestCaravan caravan = caravan(new HashMap<>(
                        Map.of("blockchain.api.url", vendor.url(), "blockchain.api.key", "table-pull-secret")))) {
            assertThat(caravan.pull("blockchain")).isEqualTo(PullStatus.SUCCESS);
            assertThat(vendor.asked()).singleElement().satisfies(asked -> assertThat(asked.target())
                    .isEqualTo("/coins?apikey=table-pull-secret"));
            assertThat(caravan.latest("blockchain", "ethereum", "PRICE")).isZero();
            assertThat(caravan.sql()
                            .queryForList(
                                    "SELECT asset || ' ' || metric FROM not_offered ORDER BY asset", String.class))
                    .containsExactly("ethereum SUPPLY", "gone PRICE");
            assertThat(caravan.sql().queryForList("SELECT request || ' ' || reason FROM quarantine", String.class))
                    .containsExactly("GET /coins?apikey={key} SUPPLY of ethereum is no number");
        }
    }

    @Test
    void aRouteNeedNotNameAUrlThatTheSettingsName() throws IOException {
        Path route = folder.resolve(BlockchainExample.ROUTE);
        Files.writeString(route, Files.readString(route).replace("'https://api.blockchain.info'", "''"));
        try (Sandbox sandbox = sandbox();
                TestCaravan caravan = caravan(TestCaravan.vendors(sandbox))) {
            assertThat(caravan.pull("blockchain")).isEqualTo(PullStatus.SUCCESS);
        }
        try (TestCaravan caravan = caravan(new HashMap<>())) {
            assertThat(caravan.pull("blockchain")).isEqualTo(PullStatus.ERROR);
            assertThat(caravan.lastPull("blockchain").get("notes")).asString().contains("blockchain.api.url");
        }
    }

    @Test
    void anAnswerOfAnotherShapeIsTriedOnceMoreAndThenAFailure() {
        home.write(
                BlockchainExample.TABLE,
                "asset,metric,path,rows,time,value",
                "bitcoin,HASH_RATE,/charts/hash-rate,/values,/x,/y");
        try (LoopbackVendor vendor = LoopbackVendor.start(asked -> Reply.of(200, "{\"error\":\"not today\"}"));
                TestCaravan caravan = caravan(new HashMap<>(Map.of("blockchain.api.url", vendor.url())))) {
            assertThat(caravan.pull("blockchain")).isEqualTo(PullStatus.ERROR);
            assertThat(vendor.asked()).hasSize(2);
            assertThat(caravan.lastPull("blockchain").get("notes"))
                    .asString()
                    .contains("there should be an array or object at /values", "not today");
        }
    }
}
