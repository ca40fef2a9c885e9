package dev.caravan.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.backfill.Bundles.Bundle;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which metrics are asked together. */
final class BundlesTest {
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private static Instant hour(long number) {
        return FIRST.plus(Duration.ofHours(number));
    }

    private static Stretch stretch(String asset, String metric, String product, long from, long to) {
        return new Stretch(
                new SeriesKey("velo", metric, asset, "bybit", product, Granularity.HOUR), hour(from), hour(to));
    }

    private static Window window(String asset, String metric, long from, long to) {
        return new Window("rows", "", List.of(asset), List.of(metric), "bybit", Granularity.HOUR, hour(from), hour(to));
    }

    @Test
    void metricsOfTheSameAssetAndTimeAreOneBundle() {
        Map<Bundle, List<Stretch>> bundles = Bundles.of(List.of(
                stretch("BTC", "VOLUME", "", 0, 9),
                stretch("BTC", "PRICE", "", 0, 9),
                stretch("ETH", "PRICE", "", 5, 7),
                stretch("ETH", "PRICE", "ETHPERP", 5, 7),
                stretch("ETH", "VOLUME", "", 5, 7),
                stretch("ETH", "PRICE", "", 8, 9)));
        Bundle both = new Bundle("bybit", Granularity.HOUR, List.of("PRICE", "VOLUME"));
        Bundle price = new Bundle("bybit", Granularity.HOUR, List.of("PRICE"));
        assertThat(bundles).containsOnlyKeys(both, price);
        assertThat(bundles.get(both))
                .extracting(stretch -> stretch.series().asset() + stretch.from())
                .containsExactly("BTC" + hour(0), "ETH" + hour(5));
        assertThat(bundles.get(price)).containsExactly(stretch("ETH", "PRICE", "", 8, 9));
    }

    @Test
    void windowsOfTheSameAssetsAreJoinedWhileOneRequestHoldsThem() {
        List<Window> joined = Bundles.join(
                List.of(
                        window("BTC", "PRICE", 0, 1),
                        window("BTC", "VOLUME", 10, 12),
                        window("ETH", "PRICE", 3, 4),
                        window("BTC", "VOLUME", 500, 501)),
                window -> Duration.between(window.from(), window.to()).toHours() <= 100);
        assertThat(joined)
                .containsExactly(
                        window("BTC", "VOLUME", 500, 501),
                        new Window(
                                "rows",
                                "",
                                List.of("BTC"),
                                List.of("PRICE", "VOLUME"),
                                "bybit",
                                Granularity.HOUR,
                                hour(0),
                                hour(12)),
                        window("ETH", "PRICE", 3, 4));
    }
}
