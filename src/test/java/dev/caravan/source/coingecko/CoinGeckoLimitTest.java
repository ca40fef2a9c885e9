package dev.caravan.source.coingecko;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.fetch.LoopbackVendor;
import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.ingest.PullStatus;
import dev.caravan.testing.TestCaravan;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Pro plan permits is asked once a day, and kept to where it is less than what is set. */
final class CoinGeckoLimitTest {
    private static final String KEY = "gecko-secret-of-limit-test";
    private static final String GOOD = """
            [{"id":"bitcoin","current_price":5,"last_updated":"2026-11-20T10:00:01.000Z"}]""";

    @TempDir
    static Path folder;

    private static TestHome home;

    private final String database = TestServer.newDatabase();

    @BeforeAll
    static void configure() {
        home = TestHome.copyTo(folder)
                .write("config/sources/coingecko.csv", "id,symbol,name,note", "bitcoin,BTC,Bitcoin,");
    }

    private static LoopbackVendor vendor(int status, String plan) {
        return LoopbackVendor.start(
                asked -> asked.target().startsWith("/key") ? Reply.of(status, plan) : Reply.of(200, GOOD));
    }

    private TestCaravan caravan(LoopbackVendor vendor, String tier, String now) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "coingecko.api.url",
                vendor.url(),
                "coingecko.api.tier",
                tier,
                "coingecko.rate.none",
                "2000/1s",
                "fetch.retries",
                "0",
                "database.url",
                database,
                "caravan.now",
                now));
        if (!tier.equals("none")) {
            settings.put("coingecko.api.key", KEY);
        }
        return TestCaravan.start(home.path(), settings);
    }

    private static List<String> keyCalls(LoopbackVendor vendor) {
        return vendor.asked().stream()
                .map(Asked::target)
                .filter(target -> target.startsWith("/key"))
                .toList();
    }

    private static String rate(TestCaravan caravan) {
        return caravan.caravan().accounts().rate("coingecko").toString();
    }

    @Test
    void aSmallerPlanIsKeptToAndIsAskedForOnceADayByAllPrograms() {
        String plan = "{\"plan\":\"Basic\",\"rate_limit_request_per_minute\":250,\"monthly_call_credit\":100000}";
        try (LoopbackVendor vendor = vendor(200, plan)) {
            try (TestCaravan caravan = caravan(vendor, "pro", "2026-11-20T10:00:00Z")) {
                assertThat(rate(caravan)).isEqualTo("500/60s");
                assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
                assertThat(rate(caravan)).isEqualTo("250/60s");
                assertThat(caravan.lastPull("coingecko")).containsEntry("requests", 1);
                assertThat(vendor.asked()).hasSize(2).allSatisfy(asked -> {
                    assertThat(asked.headers().toLowerCase(Locale.ROOT)).contains("x-cg-pro-api-key=[" + KEY + "]");
                    assertThat(asked.target()).doesNotContain(KEY);
                });
                assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
                assertThat(keyCalls(vendor)).hasSize(1);
            }
            try (TestCaravan other = caravan(vendor, "pro", "2026-11-21T09:30:00Z")) {
                assertThat(other.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
                assertThat(keyCalls(vendor)).hasSize(1);
                assertThat(rate(other)).isEqualTo("250/60s");
            }
            try (TestCaravan tomorrow = caravan(vendor, "pro", "2026-11-21T10:30:00Z")) {
                assertThat(tomorrow.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
                assertThat(keyCalls(vendor)).hasSize(2);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"rate_limit_request_per_minute\":1000}|500/60s",
                "{\"rate_limit_request_per_minute\":500}|500/60s",
                "{\"rate_limit_request_per_minute\":500,\"api_key_rate_limit_request_per_minute\":30}|30/60s",
                "{\"rate_limit_request_per_minute\":400,\"api_key_rate_limit_request_per_minute\":null}|400/60s"
            })
    void theSmallestOfPlanKeyAndSettingHolds(String plan, String rate) {
        try (LoopbackVendor vendor = vendor(200, plan);
                TestCaravan caravan = caravan(vendor, "pro", "2026-11-20T10:00:00Z")) {
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
            assertThat(rate(caravan)).isEqualTo(rate);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200|{}",
                "200|{\"rate_limit_request_per_minute\":0}",
                "200|{\"rate_limit_request_per_minute\":\"many\"}",
                "200|[]",
                "200|<html></html>",
                "404|Not Found",
                "503|later"
            })
    void withoutAnAnswerTheRateThatIsSetHoldsAndThePullIsWhole(int status, String body) {
        try (LoopbackVendor vendor = vendor(status, body);
                TestCaravan caravan = caravan(vendor, "pro", "2026-11-20T10:00:00Z")) {
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
            assertThat(rate(caravan)).isEqualTo("500/60s");
            assertThat(caravan.latest("coingecko", "bitcoin", "PRICE")).isEqualTo(5);
            assertThat(caravan.lastPull("coingecko")).containsEntry("failed", 0).containsEntry("requests", 1);
            assertThat(keyCalls(vendor)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "demo"})
    void theOtherTiersHaveNoSuchCall(String tier) {
        try (LoopbackVendor vendor = vendor(200, "{\"rate_limit_request_per_minute\":1}");
                TestCaravan caravan = caravan(vendor, tier, "2026-11-20T10:00:00Z")) {
            assertThat(caravan.pull("coingecko")).isEqualTo(PullStatus.SUCCESS);
            assertThat(keyCalls(vendor)).isEmpty();
            assertThat(vendor.asked()).hasSize(1);
        }
    }
}
