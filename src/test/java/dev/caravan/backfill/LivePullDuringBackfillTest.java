package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.Arrivals;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A live pull while the same account reads history, by the routes of both: it takes its own time and no longer. */
final class LivePullDuringBackfillTest {
    private static final String NOW = "2026-11-20T10:10:00Z";
    private static final List<String> METRICS = List.of(
            "PRICE",
            "MC",
            "FDMC",
            "FEES",
            "REVENUE",
            "DAU",
            "TXNS",
            "NEW_USERS",
            "SPOT_VOLUME",
            "SPOT_FEES",
            "PERP_VOLUME",
            "PERP_FEES");
    /** One request a metric. */
    private static final int LIVE = METRICS.size();

    /** Requests that had left, or had their slot, when the pull came up. */
    private static final int BETWEEN = 2;

    @TempDir
    Path folder;

    private Path home;
    private Sandbox sandbox;

    @BeforeEach
    void start() {
        String metrics = String.join(" ", METRICS);
        home = TestHome.copyTo(folder)
                .write(
                        "config/sources/artemis.csv",
                        "symbol,metrics,note",
                        "btc," + metrics + ",",
                        "eth," + metrics + ",",
                        "aave," + metrics + ",")
                .path();
        sandbox = Sandbox.start(home.resolve("config/sources"), Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC), 0);
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private TestCaravan caravan(String database) {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("database.url", database);
        settings.put("caravan.now", NOW);
        settings.put("artemis.api.key", "sandbox-key-of-artemis");
        settings.put("artemis.rate.key", "10/1s");
        settings.put("artemis.window-days", "100");
        return TestCaravan.start(home, settings);
    }

    private static boolean isLive(String target) {
        return target.endsWith("&endDate=2026-11-20"); // history ends with yesterday
    }

    private void aLivePullIsNotDelayed(TestCaravan filling, TestCaravan pulling) throws Exception {
        CompletableFuture<BackfillState> history =
                CompletableFuture.supplyAsync(() -> filling.backfill("artemis", Map.of("days", 1500)));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Arrivals.targets(sandbox, "artemis").size() >= 20);
        int before = Arrivals.targets(sandbox, "artemis").size();
        assertThat(pulling.pull("artemis")).isEqualTo(PullStatus.SUCCESS);
        assertThat(history).as("the backfill goes on meanwhile").isNotDone();
        List<String> targets = Arrivals.targets(sandbox, "artemis");
        List<Integer> live = java.util.stream.IntStream.range(0, targets.size())
                .filter(place -> isLive(targets.get(place)))
                .boxed()
                .toList();
        assertThat(live).hasSize(LIVE);
        int first = live.get(0);
        int last = live.get(live.size() - 1);
        assertThat(last - first + 1 - LIVE)
                .as("requests of history between the first of the pull and the last: %s", targets.subList(first, last))
                .isBetween(0, BETWEEN);
        assertThat(first - before)
                .as("requests of history between the beginning of the pull and its first")
                .isLessThanOrEqualTo(7 + BETWEEN);
        // History is not starved: it has the account again when the pull has ended.
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Arrivals.targets(sandbox, "artemis").size() > last + 10);
        filling.caravan().stopBackfills();
        assertThat(history.get(60, TimeUnit.SECONDS)).isEqualTo(BackfillState.INTERRUPTED);
    }

    @Test
    void aLivePullBesideABackfillOfItsOwnProcessTakesNoLongerThanItsOwnRequests() throws Exception {
        try (TestCaravan caravan = caravan(TestServer.newDatabase())) {
            aLivePullIsNotDelayed(caravan, caravan);
        }
    }

    @Test
    void aLivePullBesideABackfillOfAnotherProcessTakesNoLongerThanItsOwnRequests() throws Exception {
        String database = TestServer.newDatabase();
        try (TestCaravan filling = caravan(database);
                TestCaravan pulling = caravan(database)) {
            aLivePullIsNotDelayed(filling, pulling);
        }
    }
}
