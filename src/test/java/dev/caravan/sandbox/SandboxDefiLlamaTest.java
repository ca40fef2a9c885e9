package dev.caravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DefiLlama as the sandbox plays it: shapes, sizes, quirks, history against live. */
final class SandboxDefiLlamaTest {
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
    void listsChainsWithTheVendorsQuirks() {
        JsonNode chains = SandboxWorld.json(world.llama("/v2/chains"));
        assertThat(chains).hasSize(450);
        List<String> binanceCoin = new ArrayList<>();
        int zeros = 0;
        int texts = 0;
        for (JsonNode chain : chains) {
            if (chain.get("gecko_id").asText().equals("binancecoin")) {
                binanceCoin.add(chain.get("name").asText());
            }
            zeros += chain.get("tvl").asDouble() == 0 ? 1 : 0;
            texts += chain.get("chainId").isTextual() ? 1 : 0;
        }
        assertThat(binanceCoin).containsExactly("BSC", "Binance");
        assertThat(zeros).isBetween(40, 120);
        assertThat(texts).isEqualTo(4);
        assertThat(SandboxWorld.row(chains, "name", "ZIGChain").get("tvl").asDouble())
                .isPositive();
        assertThat(SandboxWorld.row(chains, "name", "Ethereum").get("tvl").asDouble())
                .isBetween(2e10, 7e10);
        assertThat(SandboxWorld.row(SandboxWorld.json(world.llama("/chains")), "name", "xDai")
                        .isObject())
                .isTrue();
    }

    @Test
    void chainHistoryEndsAtTheLiveValue() {
        JsonNode history = SandboxWorld.json(world.llama("/v2/historicalChainTvl/World%20Chain"));
        JsonNode last = history.get(history.size() - 1);
        double live = SandboxWorld.row(SandboxWorld.json(world.llama("/v2/chains")), "name", "World Chain")
                .get("tvl")
                .asDouble();
        assertThat(last.get("date").asLong()).isEqualTo(SandboxWorld.TODAY);
        assertThat(last.get("tvl").asDouble()).isCloseTo(live, within(1.0));
        assertThat(history.get(history.size() - 2).get("tvl").asDouble()).isBetween(live * 0.9, live * 1.1);
        JsonNode unknown = SandboxWorld.json(world.llama("/v2/historicalChainTvl/world-chain"));
        assertThat(unknown.get("statusCode").asInt()).isEqualTo(400);
        assertThat(SandboxWorld.json(world.llama("/v2/historicalChainTvl")).size())
                .isGreaterThan(1_000);
    }

    @Test
    void protocolsAreAboutNineMegabytesLargestFirst() {
        HttpResponse<byte[]> answer = world.llama("/protocols");
        assertThat(answer.body().length).isBetween(8_000_000, 11_000_000);
        JsonNode protocols = SandboxWorld.json(answer);
        assertThat(protocols.get(0).get("category").asText()).isEqualTo("CEX");
        assertThat(protocols.get(0).get("tvl").asDouble()).isGreaterThan(5e10);
        double before = Double.MAX_VALUE;
        int withoutCoin = 0;
        for (JsonNode protocol : protocols) {
            double tvl = protocol.get("tvl").isNull() ? -1 : protocol.get("tvl").asDouble();
            assertThat(tvl).isLessThanOrEqualTo(before);
            before = tvl;
            withoutCoin += protocol.get("gecko_id").isNull() ? 1 : 0;
        }
        assertThat(before).isEqualTo(-1);
        assertThat(withoutCoin).isGreaterThan(protocols.size() / 2);
        assertThat(SandboxWorld.row(protocols, "slug", "aave").isMissingNode()).isTrue();
        JsonNode child = SandboxWorld.row(protocols, "slug", "aave-v3");
        assertThat(child.get("parentProtocol").asText()).isEqualTo("parent#aave");
        assertThat(child.get("parentProtocolSlug").asText()).isEqualTo("aave");
        assertThat(child.get("chainTvls").get("borrowed").asDouble()).isPositive();
        assertThat(SandboxWorld.row(protocols, "slug", "hegic").isObject()).isTrue();
    }

    @Test
    void protocolHistoryEndsNow() {
        JsonNode lido = SandboxWorld.json(world.llama("/protocol/lido"));
        JsonNode tvl = lido.get("tvl");
        assertThat(tvl.get(tvl.size() - 1).get("date").asLong())
                .isBetween(SandboxWorld.TODAY + 36_000, SandboxWorld.NOW.getEpochSecond());
        assertThat(tvl.get(tvl.size() - 2).get("date").asLong()).isEqualTo(SandboxWorld.TODAY);
        double live = SandboxWorld.json(world.llama("/tvl/lido")).asDouble();
        assertThat(tvl.get(tvl.size() - 1).get("totalLiquidityUSD").asDouble()).isCloseTo(live, within(1.0));
        assertThat(SandboxWorld.json(world.llama("/protocol/aave")).get("id").asText())
                .isEqualTo("parent#aave");
        HttpResponse<byte[]> unknown = world.llama("/protocol/no-such-thing");
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(SandboxWorld.text(unknown)).isEqualTo("Protocol not found");
    }

    @Test
    void overviewAgreesWithSummary() {
        String lite = "excludeTotalDataChart=true&excludeTotalDataChartBreakdown=true";
        JsonNode overview = SandboxWorld.json(world.llama("/overview/dexs?" + lite));
        assertThat(overview.get("totalDataChart")).isEmpty();
        assertThat(overview.get("totalDataChartBreakdown")).isEmpty();
        JsonNode protocol = SandboxWorld.row(overview.get("protocols"), "slug", "uniswap-v3");
        JsonNode chart =
                SandboxWorld.json(world.llama("/summary/dexs/uniswap-v3")).get("totalDataChart");
        assertThat(pointAt(chart, SandboxWorld.TODAY - SandboxWorld.DAY))
                .isEqualTo(protocol.get("total24h").asDouble());
        assertThat(pointAt(chart, SandboxWorld.TODAY - 2 * SandboxWorld.DAY))
                .isEqualTo(protocol.get("total48hto24h").asDouble());
        assertThat(chart.get(chart.size() - 1).get(0).asLong()).isEqualTo(SandboxWorld.TODAY);
    }

    @Test
    void overviewHasNullsAndOneExactZero() {
        JsonNode protocols = SandboxWorld.json(world.llama("/overview/fees?excludeTotalDataChart=true"))
                .get("protocols");
        int zeros = 0;
        int nulls = 0;
        int chains = 0;
        for (JsonNode protocol : protocols) {
            JsonNode total = protocol.get("total24h");
            zeros += !total.isNull() && total.asDouble() == 0 ? 1 : 0;
            nulls += total.isNull() ? 1 : 0;
            chains += protocol.get("protocolType").asText().equals("chain") ? 1 : 0;
        }
        assertThat(zeros).isEqualTo(1);
        assertThat(nulls).isBetween(5, 200);
        assertThat(chains).isGreaterThan(50);
    }

    @Test
    void overviewOfAChainEndsWithTheLastCompletedDay() {
        JsonNode fees = SandboxWorld.json(world.llama("/overview/fees/ethereum?excludeTotalDataChartBreakdown=true"));
        JsonNode chart = fees.get("totalDataChart");
        assertThat(fees.get("chain").asText()).isEqualTo("Ethereum");
        assertThat(chart.get(chart.size() - 1).get(0).asLong()).isEqualTo(SandboxWorld.TODAY - SandboxWorld.DAY);
        assertThat(chart.get(chart.size() - 1).get(1).asDouble())
                .isEqualTo(fees.get("total24h").asDouble());
        JsonNode revenue = SandboxWorld.json(world.llama("/overview/fees/ethereum?dataType=dailyRevenue"));
        assertThat(revenue.get("total24h").asDouble())
                .isLessThan(fees.get("total24h").asDouble());
        HttpResponse<byte[]> unknown = world.llama("/overview/options/no-such-chain");
        assertThat(unknown.statusCode()).isEqualTo(500);
        assertThat(SandboxWorld.text(unknown)).isEqualTo("Internal server error");
        assertThat(world.llama("/overview/fees?dataType=nonsense").statusCode()).isEqualTo(500);
        assertThat(world.llama("/summary/fees/no-such-thing").statusCode()).isEqualTo(400);
        JsonNode gas = SandboxWorld.json(world.llama("/summary/fees/ethereum"));
        assertThat(gas.get("protocolType").asText()).isEqualTo("chain");
    }

    @Test
    void paidPathsCostMoneyOnTheFreeHostOnly() {
        assertThat(world.llama("/overview/derivatives").statusCode()).isEqualTo(402);
        assertThat(world.llama("/inflows/lido/1700000000").statusCode()).isEqualTo(402);
        JsonNode overview = SandboxWorld.json(world.pro("/key/api/overview/derivatives?excludeTotalDataChart=true"));
        assertThat(SandboxWorld.row(overview.get("protocols"), "slug", "hyperliquid-perps")
                        .isObject())
                .isTrue();
        JsonNode metrics = SandboxWorld.json(world.pro("/key/api/v2/metrics/derivatives/chain/ethereum"));
        JsonNode chart = SandboxWorld.json(world.pro("/key/api/v2/chart/derivatives/chain/ethereum"));
        assertThat(chart.get(chart.size() - 1).get(1).asDouble())
                .isEqualTo(metrics.get("total24h").asDouble());
        assertThat(SandboxWorld.json(world.pro("/usage/key")).get("creditsLeft").asInt())
                .isPositive();
        assertThat(world.pro("/invalid/api/overview/derivatives").statusCode()).isIn(401, 403);
        assertThat(SandboxWorld.json(world.pro("/key/yields/perps")).get("data").size())
                .isGreaterThan(500);
        assertThat(world.pro("/invalid/yields/perps").statusCode()).isEqualTo(401);
        assertThat(world.pro("/yields/perps").statusCode()).isEqualTo(404);
        assertThat(world.llama("/yields/perps").statusCode()).isEqualTo(404);
    }

    @Test
    void inflowsOfDaysAddUp() {
        long from = SandboxWorld.TODAY - 2 * SandboxWorld.DAY;
        double first = inflow(from, from + SandboxWorld.DAY);
        double second = inflow(from + SandboxWorld.DAY, from + 2 * SandboxWorld.DAY);
        assertThat(first).isNotZero();
        assertThat(inflow(from, from + 2 * SandboxWorld.DAY)).isCloseTo(first + second, within(1.0));
        assertThat(world.pro("/key/api/inflows/aave/" + from).statusCode()).isEqualTo(400);
        assertThat(world.pro("/key/api/inflows/lido/" + from + "?end=" + (from + 60))
                        .statusCode())
                .isEqualTo(500);
        assertThat(SandboxWorld.text(world.pro("/key/api/inflows/lido/1000000?end=1100000")))
                .isEqualTo("No data");
    }

    @Test
    void bridgesAgreeWithTheirHistory() {
        JsonNode bridge = SandboxWorld.row(
                SandboxWorld.json(world.pro("/key/bridges/bridges")).get("bridges"), "displayName", "Across");
        assertThat(bridge.get("id").asInt()).isEqualTo(19);
        JsonNode history = SandboxWorld.json(world.pro("/key/bridges/bridgevolume/all?id=19"));
        JsonNode last = history.get(history.size() - 1);
        assertThat(last.get("date").isTextual()).isTrue();
        assertThat(last.get("date").asLong()).isEqualTo(SandboxWorld.TODAY - SandboxWorld.DAY);
        assertThat((last.get("depositUSD").asDouble() + last.get("withdrawUSD").asDouble()) / 2)
                .isEqualTo(bridge.get("lastDailyVolume").asDouble());
        assertThat(world.pro("/key/bridges/bridgevolume/all?id=12345").statusCode())
                .isEqualTo(400);
    }

    @Test
    void stablecoinsKeepTheirPegs() {
        HttpResponse<byte[]> answer =
                SandboxWorld.fetch(world.base("DEFILLAMA_STABLECOINS_URL") + "/stablecoins?includePrices=true");
        assertThat(answer.body().length).isBetween(400_000, 1_000_000);
        JsonNode assets = SandboxWorld.json(answer).get("peggedAssets");
        JsonNode euro = SandboxWorld.row(assets, "id", "52");
        assertThat(euro.get("symbol").asText()).isEqualTo("CEUR");
        double usd = euro.get("circulating").get("peggedEUR").asDouble();
        assertThat(SandboxWorld.row(assets, "id", "9001").get("name").asText()).isEqualTo("Odd Dollar");
        int quoted = 0;
        int unpriced = 0;
        for (JsonNode asset : assets) {
            quoted += asset.get("price").isTextual() ? 1 : 0;
            unpriced += asset.get("price").isNull() ? 1 : 0;
        }
        assertThat(quoted).isPositive();
        assertThat(unpriced).isPositive();
        JsonNode chart = SandboxWorld.json(
                SandboxWorld.fetch(world.base("DEFILLAMA_STABLECOINS_URL") + "/stablecoincharts/all?stablecoin=52"));
        JsonNode last = chart.get(chart.size() - 1);
        assertThat(last.get("date").isTextual()).isTrue();
        assertThat(last.get("totalCirculatingUSD").get("peggedEUR").asDouble()).isCloseTo(usd, within(0.01));
        assertThat(last.get("totalMintedUSD").get("peggedEUR").asInt()).isZero();
        assertThat(SandboxWorld.fetch(
                                world.base("DEFILLAMA_STABLECOINS_URL") + "/stablecoincharts/all?stablecoin=77777")
                        .statusCode())
                .isEqualTo(404);
    }

    private static double inflow(long from, long end) {
        return SandboxWorld.json(world.pro("/key/api/inflows/lido/" + from + "?end=" + end))
                .get("outflows")
                .asDouble();
    }

    private static double pointAt(JsonNode chart, long second) {
        for (JsonNode point : chart) {
            if (point.get(0).asLong() == second) {
                return point.get(1).asDouble();
            }
        }
        throw new AssertionError("no point at " + second);
    }
}
