package dev.caravan.source.alphavantage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alpha Vantage's routes against the sandbox, through the database. */
final class AlphaVantagePullTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:05:00Z");

    @TempDir
    Path folder;

    private TestHome home;
    private Sandbox sandbox;

    @BeforeEach
    void start() {
        home = TestHome.copyTo(folder);
        sandbox = Sandbox.start(home.path().resolve("config/sources"), Clock.fixed(NOW, ZoneOffset.UTC), 0);
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    private TestCaravan caravan(String key, String tier) {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("alphavantage.api.key", key);
        settings.put("alphavantage.api.tier", tier);
        settings.put("alphavantage.rate.free", "2000/1s");
        settings.put("alphavantage.rate.premium", "2000/1s");
        settings.put("caravan.now", NOW.toString());
        return TestCaravan.start(home.path(), settings);
    }

    private int asked() {
        return sandbox.requests().entries("alphavantage").size();
    }

    @Test
    void aFreeKeyAsksForHalfOfItsDay() {
        try (TestCaravan caravan = caravan("free-sandbox", "free")) {
            assertThat(caravan.pull("alphavantage")).isEqualTo(PullStatus.SUCCESS);
            assertThat(asked()).isEqualTo(13);
            assertThat(sandbox.requests().entries("alphavantage"))
                    .extracting(entry -> entry.query())
                    .doesNotHaveDuplicates();
            JsonNode turns = turns(caravan);
            assertThat(turns.path("says").asText())
                    .isEqualTo("25 requests a day for 52 assets: each about every 3 days,"
                            + " the one that has waited longest first");
            assertThat(turns.path("left_today").asInt()).isEqualTo(12);
            assertThat(turns.path("answered").asInt()).isBetween(1, 13);
        }
    }

    private static JsonNode turns(TestCaravan caravan) {
        for (JsonNode source : caravan.caravan().sources().report().path("sources")) {
            if (source.path("name").asText().equals("alphavantage")) {
                return source.path("turns");
            }
        }
        throw new AssertionError("alphavantage is not reported");
    }

    @Test
    void aFreeKeyThatIsTakenForPremiumStopsAtItsFirstRefusal() {
        try (TestCaravan caravan = caravan("free-sandbox", "premium")) {
            assertThat(caravan.pull("alphavantage")).isEqualTo(PullStatus.ERROR);
            // The first, and those that had left before its answer was read.
            assertThat(asked()).isBetween(1, 4);
            assertThat(caravan.lastPull("alphavantage").get("notes").toString())
                    .contains("ALPHAVANTAGE_API_TIER=free")
                    .doesNotContain("free-sandbox");
        }
    }

    @Test
    void aKeyThatTheVendorCallsSpentStopsThePullAtOnce() {
        // Another installation with the same key: our own count knows nothing of its twenty-five requests.
        for (int i = 0; i < 25; i++) {
            ask(sandbox.endpoints().get("ALPHAVANTAGE_API_URL")
                    + "/query?function=TIME_SERIES_DAILY&symbol=IBM&apikey=free-sandbox");
        }
        try (TestCaravan caravan = caravan("free-sandbox", "free")) {
            assertThat(caravan.pull("alphavantage")).isEqualTo(PullStatus.ERROR);
            assertThat(asked()).isBetween(26, 29);
            assertThat(caravan.lastPull("alphavantage").get("notes").toString())
                    .contains("the account's requests of the day are spent")
                    .doesNotContain("free-sandbox");
        }
    }

    private static void ask(String address) {
        try {
            HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.discarding());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
