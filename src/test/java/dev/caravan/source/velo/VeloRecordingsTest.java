package dev.caravan.source.velo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.Observed;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The provider's own examples, read by the normaliser; skipped where they are not at hand. */
final class VeloRecordingsTest {
    private static final Path RECORDINGS = Path.of(System.getProperty(
                    "caravan.recordings",
                    TestHome.project().resolve("../shared/recordings").toString()))
            .resolve("velo");
    private static final Instant NOW = Instant.parse("2026-07-13T09:05:00Z");

    private static NormalisedAnswer read(String file, VendorRequest.Builder request) throws IOException {
        Path path = RECORDINGS.resolve(file);
        assumeTrue(Files.exists(path), "not checked: there is no " + path);
        return new VeloNormaliser().normalise(request.build(), VeloCsv.rows(Files.readString(path)), NOW);
    }

    private static VendorRequest.Builder rows(String exchange, String... metrics) {
        return VendorRequest.get("velo", "http://127.0.0.1", "/rows")
                .answer(VeloPlanner.ROWS, "")
                .exchange(exchange)
                .expects(List.of("BTC", "ETH"), List.of(metrics));
    }

    @Test
    void theCatalogue() throws IOException {
        VendorRequest.Builder request =
                VendorRequest.get("velo", "http://127.0.0.1", "/futures").answer(VeloPlanner.FUTURES, "");
        assertThat(read("futures_catalogue.csv", request).vendorNames())
                .contains(
                        entry("BTC@hyperliquid", "BTC-USD"),
                        entry("BTC@binance-futures", "BTCUSDT"),
                        entry("ETH@bybit", "ETHUSDT"))
                // Each pair, and when its instruments began; none has ended.
                .hasSize(6)
                .containsKeys("BTC@hyperliquid@begin", "BTC@binance-futures@begin", "ETH@bybit@begin");
    }

    @Test
    void rowsWithOpenInterest() throws IOException {
        NormalisedAnswer answer =
                read("rows_futures_open_interest.csv", rows("bybit", "OPEN_PRICE", "HIGH_PRICE", "DOLLAR_OI_CLOSE"));
        assertThat(Observed.values(answer.observations()))
                .containsOnly(
                        entry("BTC OPEN_PRICE", 63100.0),
                        entry("BTC HIGH_PRICE", 63200.0),
                        entry("BTC DOLLAR_OI_CLOSE", 1000000.0));
        assertThat(Instant.ofEpochSecond(answer.observations().epochSecond(0)))
                .isEqualTo(Instant.ofEpochMilli(1783929600000L));
        assertThat(answer.rejections()).isEmpty();
    }

    @Test
    void rowsOfTwoVenuesOfWhichOneWasAsked() throws IOException {
        NormalisedAnswer answer = read("rows_futures_two_exchanges_1h.csv", rows("bybit", "CLOSE_PRICE"));
        assertThat(Observed.values(answer.observations())).containsOnly(entry("BTC CLOSE_PRICE", 63170.0));
        assertThat(answer.observations().keys()).extracting(SeriesKey::exchange).containsExactly("bybit");
        assertThat(answer.rejections()).hasSize(1);
    }
}
