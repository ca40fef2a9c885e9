package dev.caravan.source.velo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.RequestLog;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real route, with the sandbox as the vendor. */
final class VeloPullTest {
    private static final String NOW = "2026-11-20T10:10:00Z";
    private static final String KEY = "velo-secret-of-pull-test";

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(
                TestHome.project().resolve("config/sources"), Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC), 0);
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

    private static TestCaravan caravan() {
        Map<String, String> settings = TestCaravan.vendors(sandbox);
        settings.put("caravan.now", NOW);
        settings.put("velo.api.key", KEY);
        settings.put("velo.rate.key", "2000/1s");
        settings.put("fetch.retries", "2");
        return TestCaravan.start(TestHome.project(), settings);
    }

    private static List<RequestLog.Entry> asked() {
        return sandbox.requests().entries("velo");
    }

    private static long count(TestCaravan caravan, String from) {
        return caravan.sql().queryForObject("SELECT count(*) FROM " + from, Long.class);
    }

    @Test
    void aPullOfTheShippedConfigurationIsWholeAndASecondWritesNothing() {
        try (TestCaravan caravan = caravan()) {
            assertThat(caravan.pull("velo")).isEqualTo(PullStatus.SUCCESS);
            Map<String, Object> first = caravan.lastPull("velo");
            assertThat(first.get("received")).isEqualTo(first.get("expected"));
            assertThat(first.get("failed")).isEqualTo(0);
            assertThat(asked()).hasSizeBetween(10, 20).allSatisfy(entry -> {
                assertThat(entry.status()).isEqualTo(200);
                assertThat(entry.query()).doesNotContain(KEY);
                assertThat(entry.headers().get("authorization"))
                        .isEqualTo("Basic "
                                + Base64.getEncoder().encodeToString(("api:" + KEY).getBytes(StandardCharsets.UTF_8)));
            });
            assertThat(count(caravan, "(SELECT DISTINCT asset, exchange FROM series WHERE source = 'velo') AS pair"))
                    .isBetween(1_040L, 1_100L);
            assertThat(count(caravan, "series WHERE source = 'velo' AND product <> ''"))
                    .isZero();
            assertThat(count(caravan, "observation WHERE value = 0")).isPositive();
            assertThat(count(
                            caravan, "observation WHERE open IS NOT NULL AND ts <> TIMESTAMPTZ '2026-11-20 10:00:00Z'"))
                    .isZero();
            assertThat(count(caravan, "observation WHERE open AND ts = TIMESTAMPTZ '2026-11-20 10:00:00Z'"))
                    .isGreaterThan(4_000);
            assertThat(caravan.pull("velo")).isEqualTo(PullStatus.SUCCESS);
            assertThat(caravan.lastPull("velo")).containsEntry("new_rows", 0L).containsEntry("changed_rows", 0L);
        }
    }

    @Test
    void anEmptyAnswerIsNoDataAndNoFailure() {
        sandbox.faults().add("velo:empty:path=/rows");
        try (TestCaravan caravan = caravan()) {
            caravan.pull("velo");
            assertThat(caravan.lastPull("velo")).containsEntry("failed", 0).containsEntry("records_count", 0L);
            assertThat(count(caravan, "quarantine")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"string", "number", "array", "null", "envelope"})
    void anotherTextOfStatus200IsAFailure(String form) {
        sandbox.faults().add("velo:wrong_type:path=exchanges=bybit:form=" + form);
        try (TestCaravan caravan = caravan()) {
            assertThat(caravan.pull("velo")).isEqualTo(PullStatus.PARTIAL);
            assertThat((Integer) caravan.lastPull("velo").get("failed")).isPositive();
            assertThat(count(caravan, "series WHERE exchange = 'bybit'")).isZero();
            assertThat(count(caravan, "series WHERE exchange = 'hyperliquid'")).isPositive();
        }
    }

    @Test
    void aRequestThatIsTooLargeIsAskedInHalves() {
        sandbox.faults().add("velo:status:status=400:path=coins=(?:[^&,]+,){60,}");
        try (TestCaravan caravan = caravan()) {
            assertThat(caravan.pull("velo")).isEqualTo(PullStatus.SUCCESS);
            assertThat(caravan.lastPull("velo")).containsEntry("failed", 0);
            assertThat(asked()).anySatisfy(entry -> assertThat(entry.status()).isEqualTo(400));
        }
    }

    @Test
    void withoutTheCatalogueTheRowsStillComeAndThePullIsPartial() {
        sandbox.faults().add("velo:server_error:status=503:path=/futures");
        try (TestCaravan caravan = caravan()) {
            assertThat(caravan.pull("velo")).isEqualTo(PullStatus.PARTIAL);
            assertThat(caravan.lastPull("velo")).containsEntry("failed", 1);
            assertThat(count(caravan, "observation")).isGreaterThan(15_000);
        }
    }

    @Test
    void aRefusedKeyIsAnErrorThatIsNotTriedAgain() {
        sandbox.faults().add("velo:status:status=401");
        try (TestCaravan caravan = caravan()) {
            assertThat(caravan.pull("velo")).isEqualTo(PullStatus.ERROR);
            assertThat(asked())
                    .hasSizeLessThan(30)
                    .extracting(RequestLog.Entry::query)
                    .doesNotHaveDuplicates();
        }
    }
}
