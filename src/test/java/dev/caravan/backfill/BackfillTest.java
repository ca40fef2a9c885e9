package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Orders of history, from the order to the rows: Artemis' route, the real ledger, vendors on loopback. */
final class BackfillTest {
    private static final String NOW = "2026-11-20T10:10:00Z";

    @TempDir
    static Path folder;

    private static Sandbox sandbox;
    private static Path home;

    @BeforeAll
    static void start() {
        home = TestHome.copyTo(folder)
                .write(
                        "config/sources/artemis.csv",
                        "symbol,metrics,note",
                        "btc,PRICE MC FEES,",
                        "eth,PRICE MC FEES,",
                        "sol,PRICE MC FEES,",
                        "aave,PRICE FEES,",
                        "uni,PRICE FEES,")
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
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("caravan.now", NOW);
        settings.put("artemis.api.key", "sandbox-key-of-artemis");
        settings.put("fetch.retries", "2");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return TestCaravan.start(home, settings);
    }

    private static List<RequestLog.Entry> asked() {
        return sandbox.requests().entries("artemis");
    }

    private static List<Map<String, Object>> rows(TestCaravan caravan) {
        return caravan.sql()
                .queryForList("SELECT metric, asset, ts, value, open FROM observation JOIN series USING (series_id)"
                        + " ORDER BY metric, asset, ts");
    }

    @Test
    void anOrderOfDaysIsStoredWholeAndAgainWritesNothing() {
        try (TestCaravan caravan = caravan()) {
            assertThat(caravan.backfill("artemis", Map.of("days", 800)))
                    .as(() -> caravan.windowErrors().toString())
                    .isEqualTo(BackfillState.DONE);
            // Three metrics, five symbols a request, a year a request: three windows each.
            assertThat(asked()).hasSize(9);
            assertThat(rows(caravan)).hasSizeGreaterThan(8_000).allSatisfy(row -> assertThat(row.get("open"))
                    .isNull());
            Map<String, Object> pull = caravan.lastPull("artemis");
            assertThat(pull).containsEntry("kind", "backfill").containsEntry("status", "success");
            assertThat(caravan.backfill("artemis", Map.of("days", 800))).isEqualTo(BackfillState.DONE);
            assertThat(caravan.lastPull("artemis"))
                    .containsEntry("new_rows", 0L)
                    .containsEntry("changed_rows", 0L);
        }
    }
}
