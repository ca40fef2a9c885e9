package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.RequestLog;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sources read their own last days again through the path of history: last buckets become final, corrections arrive, and
 * what is missing or was never finished is asked for. Each program stands at its own time, on one database.
 */
final class RefreshTest {
    private static final String THURSDAY = "2026-11-19T10:10:00Z";
    private static final String SUNDAY = "2026-11-22T03:00:00Z";

    @TempDir
    static Path folder;

    private static Path home;

    private String database;

    @BeforeAll
    static void configure() {
        home = TestHome.copyTo(folder)
                .write(
                        "config/sources/defillama.csv",
                        "slug,name,gecko_id,kind,stablecoin_id,bridge,category,note",
                        "ethereum,Ethereum,ethereum,,,,Chain,",
                        "base,Base,,,,,Chain,",
                        "lido,Lido,lido-dao,protocol,,,Liquid Staking,",
                        "quickswap-dex,Quickswap Dex,quickswap,,,,Dexs,")
                .write("config/sources/coingecko.csv", "id,symbol,name,note", "bitcoin,BTC,Bitcoin,", "aave,AAVE,Aave,")
                .path();
    }

    @BeforeEach
    void database() {
        database = TestServer.newDatabase();
    }

    /** The program and its vendors at a moment. */
    private interface Moment {
        void see(TestCaravan caravan, Sandbox vendors);
    }

    private void at(String now, Moment moment) {
        Instant instant = Instant.parse(now);
        try (Sandbox vendors = Sandbox.start(home.resolve("config/sources"), Clock.fixed(instant, ZoneOffset.UTC), 0)) {
            Map<String, String> settings = TestCaravan.vendors(vendors);
            settings.put("caravan.now", now);
            settings.put("database.url", database);
            try (TestCaravan caravan = TestCaravan.start(home, settings)) {
                moment.see(caravan, vendors);
            }
        }
    }

    private static List<String> openDays(TestCaravan caravan, String source) {
        return caravan.sql()
                .queryForList(
                        "SELECT asset || ' ' || metric || ' ' || (ts AT TIME ZONE 'UTC') FROM observation"
                                + " JOIN series USING (series_id) JOIN metric USING (source, metric)"
                                + " WHERE open AND source = ? AND reread_hours IS NOT NULL ORDER BY 1",
                        String.class,
                        source);
    }

    private static List<RequestLog.Entry> asked(Sandbox vendors, String source) {
        return vendors.requests().entries(source);
    }

    @Test
    void wrong18TheOpenDaysOfDefiLlamaBecomeFinalByItsRefresh() {
        at(THURSDAY, (caravan, vendors) -> {
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            assertThat(openDays(caravan, "defillama")).contains("lido TVL 2026-11-19 00:00:00");
        });
        at(SUNDAY, (caravan, vendors) -> {
            int order = caravan.caravan().desk().refresh("defillama");
            assertThat(caravan.backfill("defillama", order))
                    .as(() -> caravan.windowErrors().toString())
                    .isEqualTo(BackfillState.DONE);
            assertThat(openDays(caravan, "defillama")).isEmpty();
            assertThat(caravan.sql()
                            .queryForObject(
                                    "SELECT count(*) FROM observation JOIN series USING (series_id)"
                                            + " WHERE asset = 'lido' AND metric = 'TVL'"
                                            + " AND ts >= '2026-11-19Z' AND ts < '2026-11-21Z'",
                                    Integer.class))
                    .as("Thursday was finished, and Friday, on which nobody pulled, is there")
                    .isEqualTo(2);
            // One answer for each asset and kind that has values, and the list of chains.
            long kinds = caravan.sql().queryForObject("SELECT count(*) FROM backfill_window", Long.class);
            assertThat(asked(vendors, "defillama")).hasSize((int) kinds + 1);
        });
    }

    @Test
    void wrong18TheHoursOfCoinGeckoBecomeFinalByItsRefreshInOneRequestACoin() {
        at(THURSDAY, (caravan, vendors) -> assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS));
        at("2026-11-20T10:10:00Z", (caravan, vendors) -> {
            int order = caravan.caravan().desk().refresh("coingecko");
            assertThat(caravan.backfill("coingecko", order))
                    .as(() -> caravan.windowErrors().toString())
                    .isEqualTo(BackfillState.DONE);
            assertThat(openDays(caravan, "coingecko")).isEmpty();
            assertThat(asked(vendors, "coingecko")).hasSize(2);
        });
    }

    @Test
    void wrong10ACorrectionBeyondTheLiveWindowArrivesAsARevision() {
        at(THURSDAY, (caravan, vendors) -> {
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            // What was believed of Wednesday before the vendor corrected it.
            caravan.sql()
                    .update("UPDATE observation o SET value = value + 1 FROM series s WHERE s.series_id = o.series_id"
                            + " AND s.metric = 'FEES_24H' AND s.asset = 'lido'");
        });
        at(SUNDAY, (caravan, vendors) -> {
            Double believed = caravan.sql()
                    .queryForObject(
                            "SELECT value FROM observation JOIN series USING (series_id)"
                                    + " WHERE metric = 'FEES_24H' AND asset = 'lido' AND ts = '2026-11-18Z'",
                            Double.class);
            assertThat(caravan.backfill("defillama", caravan.caravan().desk().refresh("defillama")))
                    .isEqualTo(BackfillState.DONE);
            Map<String, Object> revision = caravan.sql()
                    .queryForMap("SELECT r.value, o.value AS now, b.pull_id FROM observation_revision r"
                            + " JOIN observation o USING (series_id, ts) JOIN batch b ON b.batch_id = r.batch_to");
            assertThat(revision).containsEntry("value", believed);
            assertThat((Double) revision.get("now")).isNotEqualTo(believed);
            assertThat(caravan.sql()
                            .queryForObject(
                                    "SELECT kind FROM pulls WHERE pull_id = ?", String.class, revision.get("pull_id")))
                    .isEqualTo("refresh");
        });
    }

    @Test
    void aRefreshThatIsOpenIsNotOrderedAgainAndOneThatDiedIsFollowedByTheNext() {
        at(THURSDAY, (caravan, vendors) -> {
            BackfillDesk desk = caravan.caravan().desk();
            int first = desk.refresh("defillama");
            assertThat(first).isPositive();
            assertThat(desk.refresh("defillama")).isZero();
            caravan.sql().update("UPDATE backfill SET state = 'interrupted' WHERE backfill_id = ?", first);
            int second = desk.refresh("defillama");
            assertThat(second).isGreaterThan(first);
            assertThat(caravan.caravan().backfills().find(first).orElseThrow().state())
                    .isEqualTo(BackfillState.CANCELLED);
        });
    }

    @Test
    void aDayThatNobodyFinishedIsFilledByTheRepairWhenItIsBeyondTheRefresh() {
        at("2026-11-01T10:10:00Z", (caravan, vendors) -> assertThat(caravan.pull("defillama"))
                .isEqualTo(PullStatus.SUCCESS));
        at(SUNDAY, (caravan, vendors) -> {
            int order = caravan.caravan().desk().repair("defillama", Gaps.USUAL, "test");
            assertThat(order).isPositive();
            assertThat(caravan.backfill("defillama", order))
                    .as(() -> caravan.windowErrors().toString())
                    .isEqualTo(BackfillState.DONE);
            assertThat(openDays(caravan, "defillama")).isEmpty();
            assertThat(caravan.caravan().desk().repair("defillama", Gaps.USUAL, "test"))
                    .as("what was asked for is there or known to be empty")
                    .isZero();
        });
    }
}
