package dev.caravan.source.defillama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.RequestLog;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real route with a key: what the Pro host gives beyond the free ones. */
final class DefiLlamaPaidPullTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T10:10:00Z"), ZoneOffset.UTC);
    private static final String KEY = "llama-secret-of-paid-pull-test";

    @TempDir
    static Path folder;

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        TestHome.copyTo(folder)
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "ethereum,Ethereum,ethereum,,,,Chain,",
                        "lido,Lido,lido-dao,protocol,,,Liquid Staking,",
                        "across,Across,across-protocol,,,Across,Cross Chain Bridge,");
        sandbox = Sandbox.start(folder.resolve("config/sources"), CLOCK, 0);
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

    private static TestCaravan caravan(String key) {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("caravan.now", CLOCK.instant().toString());
        settings.put("defillama.api.key", key);
        settings.put("fetch.retries", "1");
        return TestCaravan.start(folder, settings);
    }

    private static long perps(TestCaravan caravan, String condition) {
        return caravan.sql()
                .queryForObject(
                        "SELECT count(*) FROM series JOIN series_state USING (series_id)"
                                + " WHERE metric = 'PERPS_OPEN_INTEREST' AND " + condition,
                        Long.class);
    }

    private static List<RequestLog.Entry> askedForPerps() {
        return sandbox.requests().entries("defillama").stream()
                .filter(entry -> entry.path().contains("/yields/"))
                .toList();
    }

    @Test
    void allMarketsAreStoredUnderTheirVenuesByOneRequest() {
        try (TestCaravan caravan = caravan(KEY)) {
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            assertThat(askedForPerps())
                    .singleElement()
                    .extracting(RequestLog.Entry::path)
                    .isEqualTo("/defillama-pro/" + KEY + "/yields/perps");
            assertThat(perps(caravan, "true")).isEqualTo(960);
            assertThat(perps(caravan, "exchange = 'binance' AND asset LIKE 'binance\\_%usdt'"))
                    .isEqualTo(240);
            assertThat(perps(caravan, "exchange = 'hyperliquid' AND asset = 'hyperliquid_btc'"))
                    .isEqualTo(1);
            assertThat(caravan.latest("defillama", "lido", "INFLOW")).isNotNegative();
            assertThat(caravan.latest("defillama", "across", "BRIDGE_VOLUME_24H"))
                    .isPositive();
            assertThat(caravan.latest("defillama", "ethereum", "CHAIN_PERPS_VOLUME_24H"))
                    .isPositive();

            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            assertThat(caravan.lastPull("defillama"))
                    .containsEntry("new_rows", 0L)
                    .containsEntry("changed_rows", 0L);
        }
    }

    @Test
    void withoutTheListOfPerpsTheRestIsStoredAndThePullIsPartial() {
        sandbox.faults().add("defillama:server_error:status=503:path=/yields/");
        try (TestCaravan caravan = caravan(KEY)) {
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.PARTIAL);
            assertThat(caravan.lastPull("defillama")).containsEntry("failed", 1);
            assertThat(perps(caravan, "true")).isZero();
            assertThat(caravan.latest("defillama", "ethereum", "CHAIN_TVL")).isPositive();
        }
    }

    @Test
    void withoutAKeyTheListIsNotAsked() {
        try (TestCaravan caravan = caravan("")) {
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            assertThat(askedForPerps()).isEmpty();
            assertThat(perps(caravan, "true")).isZero();
        }
    }
}
