package dev.caravan.source.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.RequestLog;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A vendor that answers nothing but 500 is given up soon, though a 500 may also mean that a batch is too large. */
final class ArtemisOutageTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T10:20:30Z"), ZoneOffset.UTC);
    private static final int HOPELESS_AFTER = 25;

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(TestHome.project().resolve("config/sources"), CLOCK, 0);
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

    private static TestCaravan caravan(String rate) {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("artemis.api.key", "artemis-secret-of-outage-test");
        settings.put("artemis.rate.key", rate);
        settings.put("caravan.now", CLOCK.instant().toString());
        return TestCaravan.start(TestHome.project(), settings);
    }

    private static long failures(TestCaravan caravan, String condition) {
        return caravan.sql().queryForObject("SELECT count(*) FROM pull_failures WHERE " + condition, Long.class);
    }

    @Test
    void anOutageIsGivenUpAfterAsManyRequestsAsTheSettingSaysAndIsCalledByItsName() {
        try (TestCaravan caravan = caravan("20/1s")) {
            sandbox.faults().add("artemis:server_error:status=500");
            assertThat(caravan.pull("artemis")).isEqualTo(PullStatus.ERROR);
            // Refusals for size count for half of it at most; and some had left before the last of these was answered.
            int asked = sandbox.requests().entries("artemis").size();
            assertThat(asked).isBetween(HOPELESS_AFTER, 2 * HOPELESS_AFTER);
            assertThat(sandbox.requests().entries("artemis"))
                    .extracting(entry -> entry.path() + entry.query())
                    .doesNotHaveDuplicates();
            Map<String, Object> pull = caravan.lastPull("artemis");
            assertThat((String) pull.get("notes")).contains(" x HTTP 500").contains(" x not asked");
            // Of each size so many are asked that the others of it are surely too large; these are not asked.
            assertThat((Integer) pull.get("requests")).isGreaterThanOrEqualTo(86);
            assertThat(failures(caravan, "attempts = 1 AND reason LIKE 'HTTP 500%'"))
                    .isPositive()
                    .isLessThan(asked);
            assertThat(failures(caravan, "attempts = 0 AND reason LIKE 'not asked%'"))
                    .isGreaterThan(86 - asked);
            assertThat(caravan.sql().queryForObject("SELECT count(*) FROM not_offered", Long.class))
                    .isZero();
        }
    }

    @Test
    void aVendorThatIsWellButTakesSmallerBatchesIsAskedInHalvesToTheEnd() {
        try (TestCaravan caravan = caravan("2000/1s")) {
            sandbox.faults().add("artemis:server_error:status=500:path=symbols=(?:[^&,]+,){40,}");
            assertThat(caravan.pull("artemis")).isEqualTo(PullStatus.SUCCESS);
            assertThat(caravan.lastPull("artemis")).containsEntry("failed", 0);
            List<RequestLog.Entry> refused = sandbox.requests().entries("artemis").stream()
                    .filter(entry -> entry.status() == 500)
                    .toList();
            // Five in a row are enough; the others go in halves at once, and these are small enough.
            assertThat(refused).hasSizeBetween(5, HOPELESS_AFTER);
            assertThat(sandbox.requests().entries("artemis"))
                    .hasSizeLessThanOrEqualTo(2 * 86 + refused.size())
                    .extracting(entry -> entry.path() + entry.query())
                    .doesNotHaveDuplicates();
            assertThat(caravan.lastPull("artemis").get("received"))
                    .isEqualTo(caravan.lastPull("artemis").get("expected"));
        }
    }

    @Test
    void anOutageThatBeginsInTheMiddleKeepsWhatCame() {
        try (TestCaravan caravan = caravan("20/1s")) {
            sandbox.faults().add("artemis:server_error:status=500:after=30");
            assertThat(caravan.pull("artemis")).isEqualTo(PullStatus.PARTIAL);
            assertThat(sandbox.requests().entries("artemis").size())
                    .isBetween(30 + HOPELESS_AFTER, 30 + 2 * HOPELESS_AFTER);
            assertThat(caravan.latest("artemis", "btc", "PRICE")).isPositive();
            assertThat(failures(caravan, "reason LIKE 'HTTP 500%'")).isPositive();
        }
    }
}
