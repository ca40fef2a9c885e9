package dev.caravan.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.ingest.PullStatus;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When nothing more is to be asked, requests that wait for their turn do not leave. */
final class AskingEndsTest {
    @TempDir
    Path folder;

    @Test
    void whatWaitsForItsTurnWhenTheProgramStopsIsNotAsked() {
        String[] rows = IntStream.rangeClosed(0, 20)
                .mapToObj(i -> i == 0 ? "symbol,category,note" : "T" + i + ",other,")
                .toArray(String[]::new);
        Path home = TestHome.copyTo(folder)
                .write("config/sources/alphavantage.csv", rows)
                .path();
        try (LoopbackVendor vendor = LoopbackVendor.start(asked -> LoopbackVendor.Reply.of(200, "timestamp,open\r\n"));
                TestCaravan caravan = TestCaravan.start(
                        home,
                        Map.of(
                                "alphavantage.api.url", vendor.url(),
                                "alphavantage.api.key", "premium-key-of-asking-test",
                                "alphavantage.api.tier", "premium",
                                // A turn every three seconds: three others in flight wait for theirs.
                                "alphavantage.rate.premium", "20/60s"))) {
            CompletableFuture<PullStatus> pull = CompletableFuture.supplyAsync(() -> caravan.pull("alphavantage"));
            await().atMost(Duration.ofSeconds(30)).until(() -> !vendor.asked().isEmpty());
            caravan.caravan().ledger().stop();
            assertThat(pull).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(PullStatus.INTERRUPTED);
            assertThat(vendor.asked()).hasSizeLessThanOrEqualTo(2);
            assertThat(caravan.sql()
                            .queryForObject(
                                    "SELECT count(*) FROM pull_failures WHERE attempts = 0"
                                            + " AND reason = 'not asked: the program was told to stop'",
                                    Integer.class))
                    .isGreaterThanOrEqualTo(18);
        }
    }
}
