package dev.caravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CoinGecko as the sandbox plays it: shapes, quirks, granularity. */
final class SandboxCoinGeckoTest {
    @TempDir
    static Path folder;

    private static SandboxWorld world;

    @BeforeAll
    static void start() throws IOException {
        world = SandboxWorld.start(folder);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @BeforeEach
    void forget() {
        world.sandbox().faults().clear();
        world.sandbox().requests().clear();
    }

    @Test
    void marketsCutAndOmitInSilence() {
        StringBuilder ids = new StringBuilder("bitcoin,ethereum");
        for (int i = 0; i < 120; i++) {
            ids.append(",coin-").append(i);
        }
        HttpResponse<byte[]> answer = world.gecko("/coins/markets?vs_currency=usd&ids=" + ids);
        assertThat(SandboxWorld.json(answer)).hasSize(100);
        assertThat(answer.headers().firstValue("total")).contains("119");
        assertThat(answer.headers().firstValue("per-page")).contains("100");
        assertThat(answer.headers().firstValue("etag")).isPresent();
        JsonNode all = SandboxWorld.json(world.gecko("/coins/markets?vs_currency=usd&per_page=250&ids=" + ids));
        assertThat(all).hasSize(119);
        JsonNode bitcoin = SandboxWorld.row(all, "id", "bitcoin");
        assertThat(bitcoin.get("current_price").asDouble()).isBetween(50_000.0, 140_000.0);
        assertThat(bitcoin.get("market_cap_rank").asInt()).isEqualTo(1);
        int dead = 0;
        for (JsonNode coin : all) {
            Instant updated = Instant.parse(coin.get("last_updated").asText());
            assertThat(updated).isBeforeOrEqualTo(SandboxWorld.NOW);
            dead += updated.isBefore(SandboxWorld.NOW.minus(Duration.ofDays(60))) ? 1 : 0;
        }
        assertThat(dead).isEqualTo(1);
        assertThat(world.gecko("/coins/markets").statusCode()).isEqualTo(422);
        assertThat(SandboxWorld.json(world.gecko("/coins/markets?vs_currency=usd&page=9999")))
                .isEmpty();
        JsonNode changes = SandboxWorld.json(
                world.gecko("/coins/markets?vs_currency=usd&ids=bitcoin&price_change_percentage=1h,7d"));
        assertThat(changes.get(0).get("price_change_percentage_7d_in_currency").isNumber())
                .isTrue();
    }

    @Test
    void chartsFollowTheGranularityRules() {
        assertThat(prices("/market_chart?vs_currency=usd&days=1")).hasSizeBetween(280, 290);
        assertThat(prices("/market_chart?vs_currency=usd&days=30")).hasSizeBetween(715, 725);
        JsonNode daily = prices("/market_chart?vs_currency=usd&days=90&interval=daily");
        assertThat(daily).hasSize(91);
        long end = daily.get(90).get(0).asLong();
        assertThat(end).isBetween((SandboxWorld.TODAY + 36_000) * 1_000, SandboxWorld.NOW.toEpochMilli());
        assertThat(daily.get(89).get(0).asLong()).isEqualTo(SandboxWorld.TODAY * 1_000);
        double live = SandboxWorld.json(world.gecko("/simple/price?ids=bitcoin&vs_currencies=usd&precision=full"))
                .get("bitcoin")
                .get("usd")
                .asDouble();
        assertThat(daily.get(90).get(1).asDouble()).isEqualTo(live);
        JsonNode range =
                prices("/market_chart/range?vs_currency=usd&from=" + (SandboxWorld.TODAY - 200 * SandboxWorld.DAY)
                        + "&to=" + (SandboxWorld.TODAY - 100 * SandboxWorld.DAY));
        assertThat(range).hasSize(101);
        assertThat(range.get(100).get(0).asLong()).isEqualTo((SandboxWorld.TODAY - 100 * SandboxWorld.DAY) * 1_000);
        HttpResponse<byte[]> tooDeep = world.gecko("/coins/bitcoin/market_chart?vs_currency=usd&days=max");
        assertThat(tooDeep.statusCode()).isEqualTo(401);
        assertThat(SandboxWorld.json(tooDeep).at("/error/status/error_code").asInt())
                .isEqualTo(10_012);
        HttpRequest pro = HttpRequest.newBuilder(URI.create(
                        world.base("COINGECKO_API_URL") + "/coins/bitcoin/market_chart?vs_currency=usd&days=max"))
                .header("x-cg-pro-api-key", "abc")
                .build();
        assertThat(SandboxWorld.json(SandboxWorld.send(pro)).get("prices").size())
                .isGreaterThan(3_000);
        assertThat(world.sandbox().requests().entries("coingecko"))
                .anySatisfy(entry -> assertThat(entry.headers()).containsEntry("x-cg-pro-api-key", "abc"));
        assertThat(world.gecko("/coins/no-such-coin/market_chart?vs_currency=usd&days=1")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void historiesHaveZerosAndNullsForWhatIsNotKnown() {
        HttpRequest all = HttpRequest.newBuilder(URI.create(
                        world.base("COINGECKO_API_URL") + "/coins/bitcoin/market_chart?vs_currency=usd&days=max"))
                .header("x-cg-pro-api-key", "abc")
                .build();
        JsonNode chart = SandboxWorld.json(SandboxWorld.send(all));
        assertThat(chart.at("/market_caps/18/1").asDouble(-1)).isZero();
        assertThat(chart.at("/market_caps/19/1").asDouble()).isPositive();
        assertThat(chart.get("total_volumes"))
                .filteredOn(pair -> pair.get(1).isNull())
                .hasSizeBetween(1, 40);
        assertThat(chart.get("prices")).noneMatch(pair -> pair.get(1).isNull());
    }

    @Test
    void theLastDayIsPublishedSomeTimeAfterItsEnd() {
        CoinGeckoVendor vendor = new CoinGeckoVendor(List.of());
        for (String now : List.of("2026-11-20T00:34:59Z", "2026-11-20T00:35:00Z")) {
            Request request = Request.of(
                    "/coingecko/api/v3",
                    URI.create("/coingecko/api/v3/coins/bitcoin/market_chart?vs_currency=usd&days=91"),
                    Map.of(),
                    Instant.parse(now));
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            try {
                vendor.answer(request).body().writeTo(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            boolean published = text.toString(StandardCharsets.UTF_8).contains("[" + SandboxWorld.TODAY * 1_000 + ",");
            assertThat(published).isEqualTo(now.endsWith("35:00Z"));
        }
    }

    @Test
    void otherCoinGeckoAnswersAreThere() {
        assertThat(SandboxWorld.json(world.gecko("/ping")).has("gecko_says")).isTrue();
        assertThat(SandboxWorld.json(world.gecko("/coins/list")).size()).isGreaterThan(15_000);
        assertThat(SandboxWorld.json(world.gecko("/global"))
                        .at("/data/total_market_cap/usd")
                        .asDouble())
                .isGreaterThan(1e12);
        assertThat(SandboxWorld.json(world.gecko("/coins/bitcoin/history?date=19-11-2026"))
                        .at("/market_data/current_price/usd")
                        .asDouble())
                .isPositive();
        assertThat(world.gecko("/key").statusCode()).isEqualTo(401);
    }

    private static JsonNode prices(String path) {
        JsonNode chart = SandboxWorld.json(world.gecko("/coins/bitcoin" + path));
        assertThat(chart.get("market_caps")).hasSameSizeAs(chart.get("prices"));
        assertThat(chart.get("total_volumes")).hasSameSizeAs(chart.get("prices"));
        return chart.get("prices");
    }
}
