package dev.caravan.backfill;

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

/** What went wrong in the predecessor's backfills and gap repairs, and does not here; the rest of it is where pulls are. */
final class PredecessorHistoryFaultsTest {
    /** The Saturday after Thanksgiving. */
    private static final String NOW = "2026-11-28T10:10:00Z";

    @TempDir
    static Path folder;

    private static Sandbox sandbox;
    private static Path home;

    @BeforeAll
    static void start() {
        home = TestHome.copyTo(folder)
                .write("config/sources/artemis.csv", "symbol,metrics,note", "btc,PRICE FEES,", "eth,PRICE FEES,")
                .write("config/sources/coingecko.csv", "id,symbol,name,note", "bitcoin,BTC,Bitcoin,", "aave,AAVE,Aave,")
                .write("config/sources/alphavantage.csv", "symbol,name,note", "IBM,IBM,", "SPY,S&P 500,")
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

    private static TestCaravan caravan() {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("caravan.now", NOW);
        settings.put("artemis.api.key", "sandbox-key-of-artemis");
        settings.put("alphavantage.api.key", "premium-sandbox-key");
        settings.put("alphavantage.api.tier", "premium");
        return TestCaravan.start(home, settings);
    }

    private static List<RequestLog.Entry> asked(String source) {
        return sandbox.requests().entries(source);
    }

    private static long count(TestCaravan caravan, String where) {
        return caravan.sql()
                .queryForObject(
                        "SELECT count(*) FROM observation JOIN series USING (series_id) WHERE " + where, Long.class);
    }

    private static void assertDone(TestCaravan caravan, String source, Map<String, ?> order) {
        assertThat(caravan.backfill(source, order))
                .as(() -> caravan.windowErrors().toString())
                .isEqualTo(BackfillState.DONE);
    }

    @Test
    void fault07AMonthOfCoinGeckoKeepsEveryHour() {
        try (TestCaravan caravan = caravan()) {
            assertDone(caravan, "coingecko", Map.of("days", 30, "assets", "bitcoin", "metrics", "PRICE"));
            assertThat(count(caravan, "granularity = 'hour' AND metric = 'PRICE'"))
                    .as("30 days and the hours of today, of which the sandbox leaves out a few")
                    .isGreaterThan(30 * 24 - 20);
            assertThat(asked("coingecko")).hasSize(1);
        }
    }

    @Test
    void fault12OneErrorOfTheDatabaseLosesNoOtherWindow() {
        try (TestCaravan caravan = caravan()) {
            caravan.sql()
                    .execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                            + " 'BEGIN IF NEW.ts = ''2026-11-01Z'' AND NEW.series_id = (SELECT min(series_id) FROM series"
                            + " WHERE metric = ''FEES'') THEN RAISE EXCEPTION ''refused''; END IF; RETURN NEW; END'");
            caravan.sql()
                    .execute(
                            "CREATE TRIGGER refuse BEFORE INSERT ON observation FOR EACH ROW EXECUTE FUNCTION refuse()");
            assertThat(caravan.backfill("artemis", Map.of("days", 800))).isEqualTo(BackfillState.PARTIAL);
            assertThat(caravan.windowErrors()).singleElement().asString().contains("refused");
            long others = count(caravan, "true");
            assertThat(others).isGreaterThan(2_000);
            int before = asked("artemis").size();
            assertThat(before).isEqualTo(6);

            caravan.sql().execute("DROP TRIGGER refuse ON observation");
            Integer order = caravan.sql().queryForObject("SELECT max(backfill_id) FROM backfill", Integer.class);
            assertThat(caravan.backfill("artemis", order)).isEqualTo(BackfillState.DONE);
            assertThat(asked("artemis"))
                    .as("only the window that failed is asked again")
                    .hasSize(before + 1);
            assertThat(count(caravan, "true")).isGreaterThan(others + 600);
        }
    }

    @Test
    void fault14ABackfillCountsTheRowsThatAreThere() {
        try (TestCaravan caravan = caravan()) {
            assertDone(caravan, "coingecko", Map.of());
            long rows = count(caravan, "true");
            assertThat(caravan.lastPull("coingecko"))
                    .containsEntry("new_rows", rows)
                    .containsEntry("records_count", rows);
            assertThat(caravan.sql().queryForObject("SELECT sum(new_rows) FROM backfill_window", Long.class))
                    .isEqualTo(rows);
        }
    }

    @Test
    void fault23ABackfillIsInTheListOfPulls() {
        try (TestCaravan caravan = caravan()) {
            assertDone(caravan, "artemis", Map.of("days", 30));
            assertThat(caravan.lastPull("artemis"))
                    .containsEntry("kind", "backfill")
                    .containsEntry("status", "success");
        }
    }

    @Test
    void wrong11AGapOfADayIsOneRequestAMetricAndNotOneAnAsset() {
        try (TestCaravan caravan = caravan()) {
            assertDone(caravan, "artemis", Map.of("days", 60));
            caravan.sql().update("DELETE FROM observation WHERE ts = '2026-11-05Z'");
            sandbox.requests().clear();
            int order = caravan.caravan().desk().repair("artemis", Gaps.USUAL, "test");
            assertThat(caravan.backfill("artemis", order)).isEqualTo(BackfillState.DONE);
            assertThat(asked("artemis")).hasSize(2).allSatisfy(entry -> assertThat(entry.query())
                    .contains("symbols=btc,eth")
                    .contains("startDate=2026-11-05&endDate=2026-11-05"));
        }
    }

    @Test
    void wrong17WeekendsAndThanksgivingAreNoGaps() {
        try (TestCaravan caravan = caravan()) {
            assertThat(caravan.pull("alphavantage")).isEqualTo(PullStatus.SUCCESS);
            Instant now = Instant.parse(NOW);
            assertThat(caravan.caravan().gaps().missing("alphavantage", null, null, now))
                    .isEmpty();
            assertThat(count(caravan, "ts = '2026-11-26Z'")).as("Thanksgiving").isZero();

            caravan.sql()
                    .update("DELETE FROM observation o USING series s WHERE s.series_id = o.series_id"
                            + " AND s.asset = 'IBM' AND s.metric = 'CLOSE' AND o.ts = '2026-11-20Z'");
            assertThat(caravan.caravan().gaps().missing("alphavantage", null, null, now))
                    .singleElement()
                    .satisfies(gap -> {
                        assertThat(gap.series().asset()).isEqualTo("IBM");
                        assertThat(gap.from()).isEqualTo("2026-11-20T00:00:00Z");
                        assertThat(gap.to()).isEqualTo("2026-11-21T00:00:00Z");
                    });
            sandbox.requests().clear();
            int order = caravan.caravan().desk().repair("alphavantage", Gaps.USUAL, "test");
            assertThat(caravan.backfill("alphavantage", order)).isEqualTo(BackfillState.DONE);
            assertThat(asked("alphavantage")).hasSize(1);
            assertThat(caravan.caravan().gaps().missing("alphavantage", null, null, now))
                    .isEmpty();
        }
    }

    @Test
    void wrong11WhatTheConfigurationNoLongerNamesIsLookedForOnce() {
        try (TestCaravan caravan = caravan()) {
            assertDone(caravan, "artemis", Map.of("days", 60));
            caravan.sql().update("UPDATE series SET asset = 'gone' WHERE asset = 'eth'");
            caravan.sql()
                    .update("DELETE FROM observation o USING series s WHERE s.series_id = o.series_id"
                            + " AND s.asset = 'gone' AND o.ts = '2026-11-05Z'");
            sandbox.requests().clear();
            int order = caravan.caravan().desk().repair("artemis", Gaps.USUAL, "test");
            assertThat(caravan.backfill("artemis", order)).isEqualTo(BackfillState.DONE);
            assertThat(asked("artemis")).isEmpty();
            assertThat(caravan.caravan().desk().repair("artemis", Gaps.USUAL, "test"))
                    .isZero();
        }
    }
}
