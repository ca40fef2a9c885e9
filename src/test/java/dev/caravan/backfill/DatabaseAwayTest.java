package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.database.StoppableServer;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.Arrivals;
import dev.caravan.testing.StoredObservations;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database goes away in the middle of everything and comes back: the program waits, and nothing is lost. */
final class DatabaseAwayTest {
    private static final String NOW = "2026-11-20T10:10:00Z";
    private static final Duration AWAY = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private static TestCaravan caravan(Path home, Sandbox sandbox, String database, String rate, String liveRate) {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("database.url", database);
        settings.put("caravan.now", NOW);
        settings.put("artemis.api.key", "sandbox-key-of-artemis");
        settings.put("artemis.rate.key", rate);
        settings.put("artemis.batch-symbols", "4");
        settings.put("defillama.rate.free", liveRate);
        return TestCaravan.start(home, settings);
    }

    @Test
    void twentySecondsWithoutADatabaseLoseNothingOfABackfillNorOfALivePullAndBothGoOnByThemselves() throws Exception {
        Path home = TestHome.copyTo(folder.resolve("home"))
                .write(
                        "config/sources/artemis.csv",
                        "symbol,metrics,note",
                        "btc,PRICE MC FDMC FEES REVENUE DAU TXNS,",
                        "eth,PRICE MC FDMC FEES REVENUE DAU TXNS,",
                        "sol,PRICE MC FDMC FEES REVENUE DAU TXNS,",
                        "aave,PRICE FEES REVENUE DAU,",
                        "acx,PRICE FEES REVENUE DAU,",
                        "usdt,PRICE MC,")
                .path();
        try (Sandbox sandbox = Sandbox.start(
                        home.resolve("config/sources"), Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC), 0);
                StoppableServer server = StoppableServer.open(folder.resolve("server"))) {
            List<String> expected;
            int windows;
            int livePull;
            try (TestCaravan undisturbed = caravan(home, sandbox, TestServer.newDatabase(), "2000/1s", "2000/1s")) {
                assertThat(undisturbed.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
                assertThat(undisturbed.backfill("artemis", Map.of("days", 1826)))
                        .isEqualTo(BackfillState.DONE);
                expected = StoredObservations.of(undisturbed.sql());
                windows = sandbox.requests().entries("artemis").size();
                livePull = sandbox.requests().entries("defillama").size();
            }
            sandbox.requests().clear();
            try (TestCaravan caravan = caravan(home, sandbox, server.url(), "12/1s", "80/1s")) {
                CompletableFuture<PullStatus> live = CompletableFuture.supplyAsync(() -> caravan.pull("defillama"));
                CompletableFuture<BackfillState> history =
                        CompletableFuture.supplyAsync(() -> caravan.backfill("artemis", Map.of("days", 1826)));
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> sandbox.requests().entries("artemis").size() >= windows / 4
                                && sandbox.requests().entries("defillama").size() >= livePull / 4);
                server.stop();
                assertThat(live.isDone() || history.isDone()).isFalse();
                long before = System.nanoTime();
                await().pollDelay(AWAY).atMost(AWAY.plusSeconds(10)).until(() -> true);
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(AWAY);
                assertThat(live.isDone() || history.isDone()).isFalse();
                server.startAgain();

                assertThat(live.get(90, TimeUnit.SECONDS)).isEqualTo(PullStatus.SUCCESS);
                assertThat(history.get(90, TimeUnit.SECONDS))
                        .as(() -> caravan.windowErrors().toString())
                        .isEqualTo(BackfillState.DONE);
                assertThat(StoredObservations.differences(StoredObservations.of(caravan.sql()), expected))
                        .isEmpty();
                // What was in flight is asked once more at most; an answer that waits to be stored is not asked again.
                assertThat(Arrivals.counts(sandbox, "artemis").values()).allMatch(times -> times <= 2);
                assertThat(sandbox.requests().entries("artemis").size()).isBetween(windows, windows + 7);
                assertThat(caravan.sql()
                                .queryForList("SELECT kind || ' ' || status FROM pulls ORDER BY 1", String.class))
                        .containsExactly("backfill success", "live success");
            }
        }
    }
}
