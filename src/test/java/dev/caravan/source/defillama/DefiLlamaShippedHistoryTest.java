package dev.caravan.source.defillama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.ingest.PullLedger;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How dear the history of the shipped configuration is without a key, once a live pull has told what there is. */
final class DefiLlamaShippedHistoryTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:10:00Z");

    @TempDir
    static Path folder;

    @Test
    void afterAPullOnlyWhatTheVendorHasIsAskedFor() {
        Path home = TestHome.copyTo(folder).path();
        try (Sandbox sandbox = Sandbox.start(home.resolve("config/sources"), Clock.fixed(NOW, ZoneOffset.UTC), 0);
                TestCaravan caravan = start(home, sandbox)) {
            assertThat(caravan.pull("defillama")).isEqualTo(PullStatus.SUCCESS);
            Set<String> stored = new HashSet<>(caravan.sql()
                    .queryForList(
                            "SELECT asset || ' ' || metric FROM series WHERE source = 'defillama'", String.class));
            Settings settings = Settings.load(home, Map.of(), Map.of("caravan.now", NOW.toString()), false);
            PullLedger ledger = new PullLedger(
                    caravan.caravan().database(), caravan.caravan().statements(), settings);
            DefiLlamaHistory history = new DefiLlamaHistory(settings, new Accounts(settings), ledger);

            List<Stretch> offered = history.offered(Map.of(), NOW);
            List<Window> whole = history.pack(offered, Map.of(), NOW);
            List<Window> refresh = history.pack(
                    offered.stream()
                            .filter(stretch -> stored.contains(stretch.series().asset() + " "
                                    + stretch.series().metric()))
                            .map(stretch -> stretch.within(NOW.minus(Duration.ofDays(7)), NOW))
                            .filter(Objects::nonNull)
                            .toList(),
                    Map.of(),
                    NOW);

            // Seven of each chain and six of each protocol would be 2305.
            assertThat(whole).hasSize(1_243);
            assertThat(refresh).hasSize(whole.size());
            assertThat(whole.stream().filter(window -> window.answer().equals("history:protocol")))
                    .hasSize(234);
        }
    }

    private static TestCaravan start(Path home, Sandbox sandbox) {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("caravan.now", NOW.toString());
        return TestCaravan.start(home, settings);
    }
}
