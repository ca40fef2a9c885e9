package dev.caravan.source.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls of Artemis by the real routes: what is stored, what is asked again, what halves. */
final class ArtemisPullTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T10:20:30Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private static TestCaravan start(TestHome home, Sandbox sandbox, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(TestCaravan.vendors(sandbox));
        settings.put("artemis.api.key", "artemis-secret-of-pull-test");
        settings.put("artemis.rate.key", "2000/1s");
        settings.put("caravan.now", CLOCK.instant().toString());
        settings.putAll(more);
        return TestCaravan.start(home.path(), settings);
    }

    private static int stored(TestCaravan caravan, String condition) {
        return caravan.sql()
                .queryForObject(
                        "SELECT count(*) FROM series JOIN observation USING (series_id) WHERE source = 'artemis' AND "
                                + condition,
                        Integer.class);
    }

    @Test
    void anEmptyAnswerIsOverloadAndTriedAgainUntilItIsFull() {
        TestHome home = TestHome.copyTo(folder)
                .write("config/sources/artemis.csv", "symbol,name,category,metrics", "btc,Bitcoin,Chain,PRICE FEES");
        try (Sandbox sandbox = Sandbox.start(folder.resolve("config/sources"), CLOCK, 0);
                TestCaravan caravan = start(home, sandbox, Map.of("fetch.retries", "4"))) {
            sandbox.faults().add("artemis:empty:times=4:path=/data/api/PRICE/");
            assertThat(caravan.pull("artemis")).isEqualTo(PullStatus.SUCCESS);
            assertThat(sandbox.requests().entries("artemis")).hasSize(6);
            assertThat(stored(caravan, "metric = 'PRICE'")).isPositive();
        }
    }

    @Test
    void theOlderFormOfTheCallsIsReachedBySettingsAlone() {
        TestHome home = TestHome.copyTo(folder)
                .write("config/sources/artemis.csv", "symbol,name,category,metrics", "btc,Bitcoin,Chain,FEES DAU");
        try (LoopbackVendor vendor = LoopbackVendor.start(asked -> {
            String metric = asked.target().replaceFirst("^/old/data/([^/]*)/.*", "$1");
            return LoopbackVendor.Reply.of(
                    200,
                    "{\"data\":{\"symbols\":{\"btc\":{\"" + metric + "\":[{\"date\":\"2026-11-19\",\"val\":0}]}}}}");
        })) {
            Map<String, String> settings = Map.of(
                    "artemis.api.url", vendor.url() + "/old",
                    "artemis.api.path", "/data",
                    "artemis.api.metrics-in-lower-case", "true",
                    "artemis.api.key", "artemis-secret-of-pull-test",
                    "artemis.rate.key", "2000/1s",
                    "caravan.now", CLOCK.instant().toString());
            try (TestCaravan caravan = TestCaravan.start(home.path(), settings)) {
                assertThat(caravan.pull("artemis")).isEqualTo(PullStatus.SUCCESS);
                assertThat(vendor.asked())
                        .extracting(asked -> asked.target().replaceFirst("\\?.*", ""))
                        .containsExactlyInAnyOrder("/old/data/fees/", "/old/data/dau/");
                assertThat(stored(caravan, "metric = 'FEES' AND value = 0")).isEqualTo(1);
                assertThat(stored(caravan, "metric = 'DAU' AND value = 0")).isEqualTo(1);
            }
        }
    }

    @Test
    void everyRequestOfAMetricFailingIsNoSuccess() {
        TestHome home = TestHome.copyTo(folder);
        try (Sandbox sandbox = Sandbox.start(folder.resolve("config/sources"), CLOCK, 0);
                TestCaravan caravan = start(home, sandbox, Map.of())) {
            sandbox.faults().add("artemis:server_error:path=/data/api/PRICE/");
            assertThat(caravan.pull("artemis")).isEqualTo(PullStatus.PARTIAL);
            assertThat(stored(caravan, "metric = 'PRICE'")).isZero();
            assertThat(stored(caravan, "metric = 'FEES'")).isPositive();
        }
    }
}
