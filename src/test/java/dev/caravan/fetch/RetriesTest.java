package dev.caravan.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.ingest.PullStatus;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a request is asked, by what became of it, through the real routes: one coin, so one request a pull. */
final class RetriesTest {
    private static final int RETRIES = 3;
    private static final String GOOD = """
            [{"id":"bitcoin","current_price":5,"last_updated":"2026-11-20T10:00:01.000Z"}]""";

    @TempDir
    static Path folder;

    private static Path home;
    private static LoopbackVendor vendor;
    private static TestCaravan caravan;

    @BeforeAll
    static void start() {
        home = TestHome.copyTo(folder)
                .write("config/sources/coingecko.csv", "id,symbol,name,note", "bitcoin,BTC,Bitcoin,")
                .path();
        vendor = LoopbackVendor.start(asked -> Reply.of(200, GOOD));
        caravan = start(Map.of());
    }

    @AfterAll
    static void stop() {
        caravan.close();
        vendor.close();
    }

    private static TestCaravan start(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "coingecko.api.url", vendor.url(),
                "coingecko.rate.none", "2000/1s",
                "fetch.retries", String.valueOf(RETRIES),
                "fetch.backoff.first", "5ms",
                "fetch.backoff.longest", "20ms",
                "fetch.answer.largest-bytes", "20000"));
        settings.putAll(more);
        return TestCaravan.start(home, settings);
    }

    private static Map<String, Object> failure() {
        return caravan.sql()
                .queryForMap("SELECT * FROM pull_failures WHERE pull_id = (SELECT max(pull_id) FROM pulls)");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 400, 401, 402, 403, 404, 410, 422})
    void aTerminalStatusIsAskedExactlyOnce(int status) {
        vendor.answer(asked -> new Reply(status, "no", Map.of("Location", vendor.url() + "/elsewhere")));
        assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.ERROR);
        assertThat(vendor.asked()).hasSize(1);
        assertThat(failure())
                .containsEntry("attempts", 1)
                .containsEntry("http_status", status)
                .containsEntry("reason", "HTTP " + status + ": no");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void aTransientStatusIsAskedOnceAndThenAsOftenAsTheSettingSays(int status) {
        vendor.answer(asked -> Reply.of(status, "later"));
        assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.ERROR);
        assertThat(vendor.asked()).hasSize(1 + RETRIES);
        assertThat(failure()).containsEntry("attempts", 1 + RETRIES).containsEntry("http_status", status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html><body>Just a moment</body></html>", "\"unavailable\"", "null", "0", "{\"a\":"})
    void anUnreadableAnswerIsAskedForOnceMore(String body) {
        vendor.answer(asked -> Reply.of(200, body));
        assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.ERROR);
        assertThat(vendor.asked()).hasSize(2);
        assertThat(failure()).containsEntry("attempts", 2);
    }

    @Test
    void aConnectionThatIsClosedWithoutAnAnswerIsTransient() {
        vendor.answer(asked -> null);
        assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.ERROR);
        assertThat(vendor.asked()).hasSize(1 + RETRIES);
        assertThat(failure()).containsEntry("attempts", 1 + RETRIES).containsEntry("http_status", null);
    }

    @Test
    void aRequestThatHealsWithinItsRetriesIsASuccess() {
        AtomicInteger times = new AtomicInteger();
        vendor.answer(asked -> times.incrementAndGet() <= RETRIES ? Reply.of(503, "later") : Reply.of(200, GOOD));
        assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
        assertThat(vendor.asked()).hasSize(1 + RETRIES);
        assertThat(caravan.lastPull("coingecko")).containsEntry("failed", 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gzip"})
    void anAnswerBeyondTheBoundFailsWithoutAnotherTry(String encoding) {
        // Compressed it is far below the bound on the wire, and above it when read.
        String large = "[" + " ".repeat(60_000) + GOOD.substring(1);
        Map<String, String> headers = encoding.isEmpty() ? Map.of() : Map.of("Content-Encoding", encoding);
        vendor.answer(asked -> new Reply(200, large, headers));
        assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.ERROR);
        assertThat(vendor.asked()).hasSize(1);
        assertThat(failure()).containsEntry("attempts", 1);
        assertThat((String) failure().get("reason")).contains("fetch.answer.largest-bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3600", "Fri, 20 Nov 2099 10:00:00 GMT"})
    void aRetryAfterBeyondTheBoundFailsAtOnce(String retryAfter) {
        for (int status : new int[] {429, 503}) {
            vendor.answer(asked -> new Reply(status, "later", Map.of("Retry-After", retryAfter)));
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.ERROR);
            assertThat(vendor.asked()).hasSize(1);
        }
    }

    @Test
    void aRetryAfterWithinTheBoundIsObeyed() {
        for (int status : new int[] {429, 503}) {
            AtomicInteger times = new AtomicInteger();
            vendor.answer(asked -> times.incrementAndGet() == 1
                    ? new Reply(status, "later", Map.of("Retry-After", "1"))
                    : Reply.of(200, GOOD));
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
            List<LoopbackVendor.Asked> asked = vendor.asked();
            assertThat(asked).hasSize(2);
            assertThat(asked.get(1).arrivedNanos() - asked.get(0).arrivedNanos())
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
        }
    }

    @Test
    void aVendorsHourOfSilenceDoesNotReachTheNextPull() {
        vendor.answer(asked -> new Reply(429, "later", Map.of("Retry-After", "3600")));
        assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.ERROR);
        vendor.answer(asked -> Reply.of(200, GOOD));
        assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
    }

    @Test
    void everyRetryPassesThePacerAgain() {
        // Five a second, and a backoff of milliseconds: only the pacer can space the tries.
        try (TestCaravan slow = start(Map.of("coingecko.rate.none", "5/1s"))) {
            vendor.answer(asked -> Reply.of(503, "later"));
            assertThat(slow.pull("coingecko")).isEqualTo(PullStatus.ERROR);
            List<LoopbackVendor.Asked> asked = vendor.asked();
            assertThat(asked).hasSize(1 + RETRIES);
            // Three gaps of 200 ms; a late first arrival takes something off.
            assertThat(asked.get(RETRIES).arrivedNanos() - asked.get(0).arrivedNanos())
                    .isGreaterThan(Duration.ofMillis(500).toNanos());
        }
    }

    private static long spread() {
        List<LoopbackVendor.Asked> asked = vendor.asked();
        assertThat(asked).hasSize(1 + RETRIES);
        return asked.get(RETRIES).arrivedNanos() - asked.get(0).arrivedNanos();
    }

    @ParameterizedTest
    @EnumSource(value = LoopbackVendor.Delivery.class, names = "WHOLE", mode = EnumSource.Mode.EXCLUDE)
    void anAnswerThatBreaksOffIsTriedAgainAfterTheSameWaitsAsAnyOther(LoopbackVendor.Delivery delivery) {
        try (TestCaravan patient = start(Map.of("fetch.backoff.first", "100ms", "fetch.backoff.longest", "100ms"))) {
            vendor.answer(asked -> Reply.of(503, "later"));
            assertThat(patient.pull("coingecko")).isEqualTo(PullStatus.ERROR);
            long usual = spread();
            vendor.answer(asked -> new Reply(200, GOOD, Map.of(), delivery));
            assertThat(patient.pull("coingecko")).isEqualTo(PullStatus.ERROR);
            // Each wait is 50 to 100 ms; a framework's own default of a second would be ten times the longest.
            assertThat(spread()).isBetween(usual / 4, usual * 4);
        }
    }

    @Test
    void noRetriesMeansOneTry() {
        try (TestCaravan strict = start(Map.of("fetch.retries", "0"))) {
            vendor.answer(asked -> Reply.of(503, "later"));
            assertThat(strict.pull("coingecko")).isEqualTo(PullStatus.ERROR);
            assertThat(vendor.asked()).hasSize(1);
        }
    }

    @Test
    void theVendorSeesOurUserAgentAndNothingOfTheInside() {
        vendor.answer(asked -> Reply.of(200, GOOD));
        assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
        String headers = vendor.asked().get(0).headers();
        assertThat(headers)
                .contains("caravan/0.1")
                .doesNotContainIgnoringCase("x-caravan")
                .doesNotContain("Camel");
    }
}
