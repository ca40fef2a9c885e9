package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.StoreResult;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ledger where a process cannot know what became of what it asked the database for. */
final class BackfillLedgerTest {
    private TestCaravan caravan;
    private BackfillLedger ledger;
    private int order;

    @BeforeEach
    void start() {
        caravan = TestCaravan.start(TestHome.project(), Map.of("caravan.now", "2026-11-20T10:10:00Z"));
        ledger = caravan.caravan().backfills();
        order = ledger.add(BackfillOrder.of("artemis", BackfillKind.BACKFILL, ConflictPolicy.KEEP, "test"));
    }

    @AfterEach
    void stop() {
        caravan.close();
    }

    private static Window window(String symbol) {
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        Instant to = Instant.parse("2026-02-01T00:00:00Z");
        return new Window("series", "FEES", List.of(symbol), List.of("FEES"), "", Granularity.DAY, from, to);
    }

    private int begin() {
        return ledger.begin(ledger.find(order).orElseThrow())[0];
    }

    private long window() {
        return caravan.sql().queryForObject("SELECT min(window_id) FROM backfill_window", Long.class);
    }

    private void end(int run, String state) {
        ledger.windows().endWindow(order, run, window(), state, 1, 31, new StoreResult(31, 0, 0, 31), null);
    }

    @Test
    void aWindowWhoseCommitWasNotAcknowledgedCountsOnceWhenItsEndIsWrittenAgain() {
        int run = begin();
        ledger.windows().plan(order, run, List.of(window("aave"), window("acx")));
        assertThat(ledger.windows().take(run, window())).isTrue();
        end(run, "done");
        end(run, "done"); // the connection broke before the first commit was heard of
        assertThat(caravan.sql().queryForMap("SELECT requests, new_rows FROM backfill_window WHERE state = 'done'"))
                .containsEntry("requests", 1)
                .containsEntry("new_rows", 31L);
        assertThatThrownBy(() -> end(run, "failed")).isInstanceOf(RunLost.class);
    }

    @Test
    void aRunThatAnotherOneHasFollowedEndsNoWindow() {
        int first = begin();
        ledger.windows().plan(order, first, List.of(window("aave")));
        assertThat(ledger.windows().take(first, window())).isTrue();
        int second = begin();
        assertThatThrownBy(() -> end(first, "done")).isInstanceOf(RunLost.class);
        assertThat(ledger.windows().take(first, window())).isFalse();
        assertThat(ledger.windows().take(second, window())).isTrue();
        end(second, "done");
        assertThatThrownBy(() -> end(first, "done")).isInstanceOf(RunLost.class);
    }

    @Test
    void whoLooksWhetherAnOrderIsAliveDoesNotKeepItFromBeingBegun() {
        assertThat(ledger.isAlive(order)).isFalse();
        try (RunLock lock = ledger.lock(ledger.find(order).orElseThrow())) {
            lock.hold();
            assertThat(ledger.isAlive(order)).isTrue();
            assertThat(ledger.isAlive(order + 1)).isFalse();
        }
        assertThat(ledger.isAlive(order)).isFalse();
    }
}
