package dev.caravan.source.alphavantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.ingest.Pull;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.RequestLog;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Requests under way at a time: so many that slow answers do not slow the pull, and none after the vendor's last word. */
final class AlphaVantageSideBySideTest {
    private static final String DATA = """
            timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient
            2026-11-20,1,1,1,1,1,0,0.0000,1.0
            """;
    private static final String SPENT =
            "{\"Information\":\"our standard API rate limit is 25 requests per day. Subscribe to any premium plan.\"}";

    private static TestCaravan caravan(String vendor, String database, String now, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "alphavantage.api.url", vendor,
                "alphavantage.api.key", "premium-key-of-side-by-side",
                "alphavantage.api.tier", "premium",
                "alphavantage.rate.premium", "2000/1s",
                "alphavantage.rate.free", "2000/1s",
                "database.url", database,
                "caravan.now", now));
        settings.putAll(more);
        return TestCaravan.start(TestHome.project(), settings);
    }

    private static boolean asksNoMore(TestCaravan caravan) {
        Pull pull = caravan.caravan().ledger().running("alphavantage").orElseThrow();
        try {
            pull.admit();
            return false;
        } catch (TerminalFailure e) {
            return e.getMessage().contains("spent");
        }
    }

    @Test
    void whenTheThirdAnswerCallsTheDaySpentOnlyTheOthersInFlightHaveLeftAndNothingUntilTomorrow() {
        String database = TestServer.newDatabase();
        AtomicInteger arrived = new AtomicInteger();
        CountDownLatch four = new CountDownLatch(4);
        AtomicReference<TestCaravan> running = new AtomicReference<>();
        try (LoopbackVendor vendor = LoopbackVendor.start(asked -> {
                    int number = arrived.incrementAndGet();
                    four.countDown();
                    try {
                        assertThat(four.await(30, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    if (number == 3) {
                        return Reply.of(200, SPENT);
                    }
                    // The others are in flight until the third answer has been read.
                    await().atMost(30, TimeUnit.SECONDS).until(() -> asksNoMore(running.get()));
                    return Reply.of(200, DATA);
                });
                TestCaravan caravan = caravan(vendor.url(), database, "2026-11-21T12:05:00Z", Map.of())) {
            running.set(caravan);
            assertThat(caravan.pull("alphavantage")).isEqualTo(PullStatus.PARTIAL);
            assertThat(vendor.asked()).hasSize(4);
            assertThat(caravan.sql()
                            .queryForObject(
                                    "SELECT count(*) FROM pull_failures WHERE attempts = 0 AND reason LIKE 'not asked%'",
                                    Integer.class))
                    .isEqualTo(52 - 4);
            assertThat(caravan.sql().queryForObject("SELECT count(DISTINCT asset) FROM series", Integer.class))
                    .isEqualTo(3);

            vendor.answer(asked -> Reply.of(200, DATA));
            try (TestCaravan other = caravan(vendor.url(), database, "2026-11-21T23:30:00Z", Map.of())) {
                assertThat(other.pull("alphavantage")).isEqualTo(PullStatus.SUCCESS);
                assertThat(vendor.asked()).isEmpty();
                assertThat(other.lastPull("alphavantage")).containsEntry("notes", "nothing was due");
            }
            try (TestCaravan tomorrow = caravan(vendor.url(), database, "2026-11-22T00:05:00Z", Map.of())) {
                assertThat(tomorrow.pull("alphavantage")).isEqualTo(PullStatus.SUCCESS);
                assertThat(vendor.asked()).hasSize(52 - 3);
            }
        }
    }

    @Test
    void whatWaitsForItsSlotDoesNotLeaveAndIsNotTakenOffTheBudget() {
        try (LoopbackVendor vendor = LoopbackVendor.start(asked -> Reply.of(200, SPENT));
                TestCaravan caravan = caravan(
                        vendor.url(),
                        TestServer.newDatabase(),
                        "2026-11-21T12:05:00Z",
                        // The three others in flight wait a second and more for their slots.
                        Map.of("alphavantage.rate.free", "1/1s", "alphavantage.api.tier", "free"))) {
            assertThat(caravan.pull("alphavantage")).isEqualTo(PullStatus.ERROR);
            assertThat(vendor.asked()).hasSize(1);
            assertThat(caravan.sql().queryForMap("SELECT spent, called_spent FROM account_day"))
                    .containsEntry("spent", 1)
                    .containsEntry("called_spent", "free");
            assertThat(caravan.sql()
                            .queryForList("SELECT attempts FROM pull_failures ORDER BY attempts DESC", Integer.class))
                    .startsWith(1, 0)
                    .hasSize(13);
        }
    }

    @Test
    void whatWaitsForItsSlotDoesNotLeaveWhenTheKeyIsRefused() {
        String refused = "{\"Error Message\":\"the parameter apikey is invalid or missing.\"}";
        try (LoopbackVendor vendor = LoopbackVendor.start(asked -> Reply.of(200, refused));
                TestCaravan caravan = caravan(
                        vendor.url(),
                        TestServer.newDatabase(),
                        "2026-11-21T12:05:00Z",
                        Map.of("alphavantage.rate.premium", "1/1s"))) {
            assertThat(caravan.pull("alphavantage")).isEqualTo(PullStatus.ERROR);
            assertThat(vendor.asked()).hasSize(1);
            assertThat(caravan.sql()
                            .queryForList("SELECT attempts FROM pull_failures ORDER BY attempts DESC", Integer.class))
                    .startsWith(1, 0)
                    .hasSize(52);
        }
    }

    @Test
    void noMoreThanTheSettingSaysAreUnderWayAtATime() {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch two = new CountDownLatch(2);
        try (LoopbackVendor vendor = LoopbackVendor.start(asked -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    two.countDown();
                    try {
                        assertThat(two.await(30, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    underWay.decrementAndGet();
                    return Reply.of(200, DATA);
                });
                TestCaravan caravan = caravan(
                        vendor.url(),
                        TestServer.newDatabase(),
                        "2026-11-21T12:05:00Z",
                        Map.of("alphavantage.in-flight", "2"))) {
            assertThat(caravan.pull("alphavantage")).isEqualTo(PullStatus.SUCCESS);
            assertThat(vendor.asked()).hasSize(52);
            assertThat(most).hasValue(2);
        }
    }

    /** A tenth of the real thing: 75 a minute and answers of two seconds. */
    @Test
    void slowAnswersDoNotSlowThePull() {
        Instant now = Instant.parse("2026-11-21T12:05:00Z");
        try (Sandbox sandbox =
                Sandbox.start(TestHome.project().resolve("config/sources"), Clock.fixed(now, ZoneOffset.UTC), 0)) {
            sandbox.faults().add("alphavantage:slow:delay_ms=200");
            try (TestCaravan caravan = caravan(
                    sandbox.endpoints().get("ALPHAVANTAGE_API_URL"),
                    TestServer.newDatabase(),
                    now.toString(),
                    Map.of("alphavantage.rate.premium", "25/2s"))) {
                assertThat(caravan.pull("alphavantage")).isEqualTo(PullStatus.SUCCESS);
                long[] arrivals = sandbox.requests().entries("alphavantage").stream()
                        .mapToLong(RequestLog.Entry::arrivedNanos)
                        .sorted()
                        .toArray();
                assertThat(arrivals).hasSize(52);
                double seconds = (arrivals[51] - arrivals[0]) / 1e9;
                // One after the other they would take 51 answers; the rate alone asks for less than half of that.
                assertThat(seconds).isLessThan(0.65 * 51 * 0.2);
                for (int i = 25; i < arrivals.length; i++) {
                    assertThat(arrivals[i] - arrivals[i - 25])
                            .isGreaterThanOrEqualTo(Duration.ofSeconds(2).toNanos());
                }
            }
        }
    }
}
