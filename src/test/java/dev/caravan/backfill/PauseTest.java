package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.Arrivals;
import dev.caravan.testing.StoredObservations;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people tell an order while it runs, what vendors do to it, and how it stands afterwards. */
final class PauseTest {
    private static final String NOW = "2026-11-20T10:10:00Z";
    private static final int SYMBOLS = 24;
    private static final int METRICS = 4;
    private static final int YEARS = 2;
    private static final int WINDOWS = METRICS * YEARS;
    private static final Map<String, Object> ORDER = Map.of("days", 365 * YEARS);
    /** What is under way when an order is told to stop: as many as there are threads, and the one that hands out. */
    private static final int AT_A_TIME = 7;

    @TempDir
    static Path folder;

    private static Sandbox sandbox;
    private static Path home;

    @BeforeAll
    static void start() {
        String[] lines = new String[SYMBOLS + 1];
        lines[0] = "symbol,metrics,note";
        List<String> known = List.of("btc", "eth", "sol", "aave", "acx", "usdt");
        for (int i = 1; i < lines.length; i++) {
            lines[i] = (i <= known.size() ? known.get(i - 1) : "coin-" + i) + ",PRICE FEES REVENUE DAU,";
        }
        home = TestHome.copyTo(folder)
                .write("config/sources/artemis.csv", lines)
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

    private static int asked() {
        return sandbox.requests().entries("artemis").size();
    }

    private static BackfillLedger ledger(TestCaravan caravan) {
        return caravan.caravan().backfills();
    }

    private static BackfillState state(TestCaravan caravan, int id) {
        return ledger(caravan).find(id).orElseThrow().state();
    }

    private static CompletableFuture<BackfillState> begin(TestCaravan caravan, Object order) {
        return CompletableFuture.supplyAsync(() -> caravan.backfill("artemis", order));
    }

    private static void awaitAsked(int requests) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> asked() >= requests);
    }

    private static long windows(TestCaravan caravan, String state) {
        return caravan.sql().queryForObject("SELECT count(*) FROM backfill_window WHERE state = ?", Long.class, state);
    }

    private static List<String> wholeHistory() {
        try (TestCaravan undisturbed = caravan()) {
            assertThat(undisturbed.backfill("artemis", ORDER)).isEqualTo(BackfillState.DONE);
            return StoredObservations.of(undisturbed.sql());
        }
    }

    @Test
    void aPausedOrderAsksNothingMoreUntilItIsResumedAndThenOnlyWhatIsLeft() throws Exception {
        List<String> whole = wholeHistory();
        sandbox.requests().clear();
        try (TestCaravan caravan = caravan("artemis.rate.key", "10/1s", "artemis.batch-symbols", "3")) {
            CompletableFuture<BackfillState> running = begin(caravan, ORDER);
            awaitAsked(10);
            assertThat(ledger(caravan).want(1, "pause")).isTrue();
            assertThat(running.get(60, TimeUnit.SECONDS)).isEqualTo(BackfillState.PAUSED);
            int whenPaused = asked();
            assertThat(whenPaused).isLessThanOrEqualTo(10 + 2 * AT_A_TIME);
            assertThat(windows(caravan, "done")).isEqualTo(whenPaused);
            assertThat(windows(caravan, "pending")).isEqualTo(8L * WINDOWS - whenPaused);
            assertThat(caravan.lastPull("artemis")).containsEntry("status", "interrupted");

            caravan.caravan().desk().look(caravan.caravan().context()); // leaves alone what was told to pause
            assertThat(state(caravan, 1)).isEqualTo(BackfillState.PAUSED);

            assertThat(ledger(caravan).want(1, "run")).isTrue();
            assertThat(state(caravan, 1)).isEqualTo(BackfillState.QUEUED);
            assertThat(asked()).isEqualTo(whenPaused);
            caravan.caravan().desk().look(caravan.caravan().context());
            await().atMost(Duration.ofSeconds(60)).until(() -> state(caravan, 1) == BackfillState.DONE);
            assertThat(Arrivals.counts(sandbox, "artemis"))
                    .as("each window once")
                    .hasSize(8 * WINDOWS)
                    .allSatisfy((target, times) -> assertThat(times).isEqualTo(1));
            assertThat(StoredObservations.differences(StoredObservations.of(caravan.sql()), whole))
                    .isEmpty();
        }
    }

    @Test
    void anOrderThatIsResumedBeforeItsPauseTookEffectGoesOn() throws Exception {
        try (TestCaravan caravan = caravan("artemis.rate.key", "20/1s", "artemis.batch-symbols", "3")) {
            sandbox.faults().add("artemis:slow:delay_ms=1000");
            CompletableFuture<BackfillState> running = begin(caravan, ORDER);
            await().atMost(Duration.ofSeconds(60)).until(() -> windows(caravan, "running") > 3);
            assertThat(ledger(caravan).want(1, "pause")).isTrue();
            await().atMost(Duration.ofSeconds(60)).until(() -> windows(caravan, "done") > 3);
            assertThat(running).isNotDone();
            assertThat(ledger(caravan).want(1, "run")).isTrue();
            sandbox.faults().clear();
            // Its run has stopped handing out by now: the order waits to be begun again and is not left lying.
            assertThat(running.get(60, TimeUnit.SECONDS)).isIn(BackfillState.QUEUED, BackfillState.DONE);
            caravan.caravan().desk().look(caravan.caravan().context());
            await().atMost(Duration.ofSeconds(60)).until(() -> state(caravan, 1) == BackfillState.DONE);
        }
    }

    @Test
    void aCancelledOrderEndsKeepsWhatItStoredAndCannotBeResumed() throws Exception {
        try (TestCaravan caravan = caravan("artemis.rate.key", "10/1s", "artemis.batch-symbols", "3")) {
            CompletableFuture<BackfillState> running = begin(caravan, ORDER);
            awaitAsked(8);
            assertThat(ledger(caravan).want(1, "cancel")).isTrue();
            assertThat(running.get(60, TimeUnit.SECONDS)).isEqualTo(BackfillState.CANCELLED);
            assertThat(asked()).isLessThanOrEqualTo(8 + 2 * AT_A_TIME);
            assertThat(caravan.sql().queryForObject("SELECT count(*) FROM observation", Long.class))
                    .isPositive();
            assertThat(ledger(caravan).want(1, "run")).isFalse();
            caravan.caravan().desk().look(caravan.caravan().context());
            assertThat(state(caravan, 1)).isEqualTo(BackfillState.CANCELLED);
        }
    }

    @Test
    void aSecondOrderOfTheKindWaitsUntilTheFirstHasEnded() throws Exception {
        try (TestCaravan caravan = caravan("artemis.rate.key", "20/1s", "artemis.batch-symbols", "6")) {
            CompletableFuture<BackfillState> running = begin(caravan, ORDER);
            awaitAsked(3);
            int second = ledger(caravan)
                    .add(BackfillOrder.of("artemis", BackfillKind.BACKFILL, ConflictPolicy.KEEP, "test")
                            .over(Instant.parse("2023-01-01T00:00:00Z"), Instant.parse("2023-02-01T00:00:00Z")));
            caravan.caravan().desk().look(caravan.caravan().context());
            assertThat(state(caravan, second)).isEqualTo(BackfillState.QUEUED);
            assertThat(running.get(60, TimeUnit.SECONDS)).isEqualTo(BackfillState.DONE);
            assertThat(Arrivals.targets(sandbox, "artemis"))
                    .noneMatch(target -> target.contains("startDate=2023-01-01"));
            assertThat(state(caravan, second)).isEqualTo(BackfillState.QUEUED);
            caravan.caravan().desk().look(caravan.caravan().context());
            await().atMost(Duration.ofSeconds(60)).until(() -> state(caravan, second) == BackfillState.DONE);
            assertThat(Arrivals.targets(sandbox, "artemis"))
                    .anyMatch(target -> target.contains("startDate=2023-01-01"));
        }
    }

    @Test
    void aProgramThatIsToldToStopLeavesItsOrderInterrupted() throws Exception {
        try (TestCaravan caravan = caravan("artemis.rate.key", "10/1s", "artemis.batch-symbols", "3")) {
            CompletableFuture<BackfillState> running = begin(caravan, ORDER);
            awaitAsked(6);
            caravan.caravan().stopBackfills(); // what a SIGTERM does first
            assertThat(running.get(60, TimeUnit.SECONDS)).isEqualTo(BackfillState.INTERRUPTED);
            assertThat(windows(caravan, "done")).isEqualTo(asked());
            assertThat(windows(caravan, "running")).isZero();
            int before = asked();
            caravan.caravan().desk().look(caravan.caravan().context());
            assertThat(state(caravan, 1)).isEqualTo(BackfillState.INTERRUPTED);
            assertThat(caravan.backfill("artemis", 1)).isEqualTo(BackfillState.DONE);
            assertThat(asked()).isEqualTo(8 * WINDOWS).isGreaterThan(before);
        }
    }

    @Test
    void windowsThatFailMakeItPartialAndOnlyTheyAreAskedAgain() {
        List<String> whole = wholeHistory();
        sandbox.requests().clear();
        try (TestCaravan caravan = caravan()) {
            sandbox.faults().add("artemis:server_error:status=503:path=/FEES/");
            assertThat(caravan.backfill("artemis", ORDER)).isEqualTo(BackfillState.PARTIAL);
            assertThat(windows(caravan, "failed")).isEqualTo(YEARS);
            assertThat(windows(caravan, "done")).isEqualTo(WINDOWS - YEARS);
            assertThat(caravan.lastPull("artemis"))
                    .containsEntry("status", "partial")
                    .containsEntry("failed", YEARS);
            assertThat(Arrivals.counts(sandbox, "artemis"))
                    .allSatisfy((target, times) -> assertThat(times).isEqualTo(target.contains("/FEES/") ? 3 : 1));
            sandbox.faults().clear();
            sandbox.requests().clear();
            assertThat(caravan.backfill("artemis", 1)).isEqualTo(BackfillState.DONE);
            assertThat(Arrivals.targets(sandbox, "artemis"))
                    .hasSize(YEARS)
                    .allMatch(target -> target.contains("/FEES/"));
            assertThat(StoredObservations.differences(StoredObservations.of(caravan.sql()), whole))
                    .isEmpty();
        }
    }

    @Test
    void aRefusedKeyEndsItAndTheRestIsLeftToAskLater() {
        try (TestCaravan caravan = caravan("artemis.rate.key", "20/1s", "artemis.batch-symbols", "3")) {
            sandbox.faults().add("artemis:status:status=401:after=5");
            assertThat(caravan.backfill("artemis", ORDER)).isEqualTo(BackfillState.FAILED);
            assertThat(asked()).isBetween(6, 5 + AT_A_TIME + 1);
            assertThat(windows(caravan, "done")).isEqualTo(5);
            assertThat(windows(caravan, "running")).isZero();
            assertThat(windows(caravan, "pending")).isPositive();
            assertThat(windows(caravan, "pending") + windows(caravan, "failed")).isEqualTo(8L * WINDOWS - 5);
            assertThat(caravan.sql().queryForObject("SELECT notes FROM backfill", String.class))
                    .contains("refuses the key")
                    .contains("caravan backfills resume 1");
            sandbox.faults().clear();
            assertThat(caravan.backfill("artemis", 1)).isEqualTo(BackfillState.DONE);
            assertThat(windows(caravan, "done")).isEqualTo(8L * WINDOWS);
        }
    }

    @Test
    void windowsThatAreTooLargeAreHalvedUntilTheyAreSmallEnoughAndTheResultIsWhole() {
        List<String> whole = wholeHistory();
        sandbox.requests().clear();
        try (TestCaravan caravan = caravan()) {
            // 24 and 12 symbols are too many, 6 are not.
            sandbox.faults().add("artemis:server_error:status=500:path=symbols=(?:[^&,]+,){10,}");
            assertThat(caravan.backfill("artemis", ORDER))
                    .as(() -> caravan.windowErrors().toString())
                    .isEqualTo(BackfillState.DONE);
            assertThat(windows(caravan, "halved")).isEqualTo(3L * WINDOWS);
            assertThat(windows(caravan, "done")).isEqualTo(4L * WINDOWS);
            assertThat(Arrivals.counts(sandbox, "artemis").values())
                    .hasSize(7 * WINDOWS)
                    .allMatch(times -> times == 1);
            assertThat(StoredObservations.differences(StoredObservations.of(caravan.sql()), whole))
                    .isEmpty();
        }
    }

    @Test
    void aVendorThatIsDownIsGivenUpSoonThoughItSaysThatAllIsTooLarge() {
        try (TestCaravan caravan =
                caravan("artemis.rate.key", "200/1s", "artemis.batch-symbols", "12", "artemis.window-days", "10")) {
            sandbox.faults().add("artemis:server_error:status=500");
            assertThat(caravan.backfill("artemis", ORDER)).isEqualTo(BackfillState.FAILED);
            // 25 in a row are hopeless; refusals for size come before, a few of each size. There are 584 windows.
            assertThat(asked()).isLessThan(100);
            assertThat(windows(caravan, "pending")).isGreaterThan(400);
        }
    }
}
