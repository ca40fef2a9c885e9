package dev.caravan.source.defillama;

import static dev.caravan.source.StoredRow.day;

import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.source.Fault;
import dev.caravan.source.SourceContract;
import dev.caravan.source.Spelling;
import dev.caravan.source.StoredRow;
import dev.caravan.testing.TestHome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** DefiLlama without a key, held to what every source promises: lists, overviews, and four overviews of each chain. */
final class DefiLlamaContractTest extends SourceContract {
    /** The list of chains, protocols, stablecoins, and the overviews without a chain. */
    private static final int LISTS = 9;

    private static final int OVERVIEWS_A_CHAIN = 4;

    private static final String TODAY = "2026-11-20";
    private static final String YESTERDAY = "2026-11-19";

    private static final StoredRow ETHEREUM_TVL = level("ethereum", "CHAIN_TVL", 41981491471.75);
    private static final StoredRow LIDO_TVL = level("lido", "TVL", 26705542541.5);
    private static final StoredRow LIDO_BORROWED = level("lido", "BORROWED", 1250.5);
    private static final StoredRow LIDO_FEES = flow("lido", "FEES_24H", 2111000.25);
    private static final StoredRow ETHEREUM_OPTIONS = flow("ethereum", "CHAIN_OPTIONS_VOLUME_24H", 38508.5);
    private static final StoredRow ETHEREUM_DEXS = flow("ethereum", "CHAIN_DEX_VOLUME_24H", 2510000000.5);
    private static final StoredRow EURO_SUPPLY = level("celo-euro", "STABLECOIN_SUPPLY", 4555140.5);
    private static final StoredRow EURO_PRICE = level("celo-euro", "STABLECOIN_PRICE", 1.0575);

    /** In the large configuration. */
    private int chains;

    private static StoredRow level(String asset, String metric, double value) {
        return day("defillama", asset, metric, TODAY, value).stillOpen();
    }

    private static StoredRow flow(String asset, String metric, double value) {
        return day("defillama", asset, metric, YESTERDAY, value);
    }

    @Override
    protected String source() {
        return "defillama";
    }

    @Override
    protected String key() {
        return "";
    }

    @Override
    protected Map<String, String> settings(String url) {
        return Map.of("defillama.api.url", url, "defillama.stablecoins.url", url, "defillama.pro.url", url);
    }

    @Override
    protected String rateSetting() {
        return "defillama.rate.free";
    }

    private static void entities(TestHome home, List<String> rows) {
        List<String> lines = new ArrayList<>(List.of("slug,name,gecko_id,kind,stablecoin_id,bridge,category,note"));
        lines.addAll(rows);
        home.write("config/sources/defillama.csv", lines.toArray(String[]::new));
    }

    @Override
    protected void configure(TestHome home) {
        entities(
                home,
                List.of(
                        "ethereum,Ethereum,ethereum,,,,Chain,",
                        "bsc,BSC,binancecoin,,,,Chain,",
                        "lido,Lido,lido-dao,protocol,,,Liquid Staking,",
                        "aave,Aave,aave,protocol,,,Lending,a family",
                        "tether,Tether,tether,stablecoin,1,,Stablecoin,",
                        "celo-euro,Celo Euro,celo-euro,stablecoin,52,,Stablecoin,"));
    }

    @Override
    protected Reply answer(Asked asked) {
        String body = body(asked);
        return body.isEmpty() ? unexpected(asked) : Reply.of(200, body);
    }

    private static String body(Asked asked) {
        boolean revenue = values(asked, "dataType").equals(List.of("dailyRevenue"));
        return switch (path(asked)) {
            case "/v2/chains" -> """
                [{"gecko_id":"binancecoin","tvl":5463255008.5,"tokenSymbol":"BNB","name":"BSC","chainId":56},
                 {"gecko_id":"binancecoin","tvl":0,"tokenSymbol":"BNB","name":"Binance","chainId":null},
                 {"gecko_id":"ethereum","tvl":41981491471.75,"tokenSymbol":"ETH","name":"Ethereum","chainId":1}]
                """;
            case "/protocols" -> """
                [{"slug":"lido","name":"Lido","gecko_id":"lido-dao","tvl":26705542541.5,"staking":0,
                  "chainTvls":{"Ethereum":26705542541.5,"borrowed":1250.5}},
                 {"slug":"aave-v3","name":"Aave V3","gecko_id":null,"tvl":18494643359.5,
                  "parentProtocol":"parent#aave","parentProtocolSlug":"aave"},
                 {"slug":"aave-v2","name":"Aave V2","gecko_id":null,"tvl":1000000000.25,
                  "parentProtocol":"parent#aave","parentProtocolSlug":"aave"}]
                """;
            case "/stablecoins" -> """
                {"peggedAssets":[
                  {"id":"1","name":"Tether","symbol":"USDT","pegType":"peggedUSD",
                   "circulating":{"peggedUSD":183000000000.5},"price":"1.0002"},
                  {"id":"52","name":"Celo Euro","symbol":"CEUR","pegType":"peggedEUR",
                   "circulating":{"peggedEUR":4555140.5},"price":1.0575}],"chains":[]}
                """;
            case "/overview/fees" ->
                revenue ? overview("{\"slug\":\"lido\",\"name\":\"Lido\",\"total24h\":211000.5}") : overview("""
                    {"slug":"lido","name":"Lido","protocolType":"protocol","total24h":2111000.25},
                    {"slug":"ethereum","name":"Ethereum","protocolType":"chain","total24h":1500000.75}""");
            case "/overview/dexs", "/overview/aggregators", "/overview/open-interest" ->
                overview("{\"slug\":\"gone\",\"name\":\"Gone\",\"total24h\":null}");
            // The list of this type's chains names neither of ours.
            case "/overview/options" -> overview("").replace("\"Ethereum\",", "");
            case "/overview/fees/Ethereum" -> chain("Ethereum", revenue ? "1200000.5" : "9100000.25");
            case "/overview/dexs/Ethereum" -> chain("Ethereum", "2510000000.5");
            case "/overview/options/Ethereum" -> chain("Ethereum", "38508.5");
            case "/overview/fees/BSC", "/overview/dexs/BSC", "/overview/options/BSC" -> chain("BSC", "null");
            default -> "";
        };
    }

    private static String overview(String protocols) {
        return "{\"totalDataChart\":[],\"allChains\":[\"Ethereum\",\"Tron\"],\"chain\":null,\"total24h\":1,\"protocols\":["
                + protocols + "]}";
    }

    private static String chain(String name, String total) {
        return "{\"totalDataChart\":[],\"chain\":\"" + name + "\",\"total24h\":" + total + ",\"protocols\":[]}";
    }

    @Override
    protected List<StoredRow> rows() {
        return List.of(
                ETHEREUM_TVL,
                level("bsc", "CHAIN_TVL", 5463255008.5),
                LIDO_TVL,
                level("lido", "STAKING", 0),
                LIDO_BORROWED,
                level("aave", "TVL", 19494643359.75),
                LIDO_FEES,
                flow("lido", "REVENUE_24H", 211000.5),
                flow("lido", "EARNINGS", 211000.5),
                flow("ethereum", "FEES_24H", 1500000.75),
                flow("ethereum", "CHAIN_FEES_24H", 9100000.25),
                flow("ethereum", "CHAIN_REVENUE_24H", 1200000.5),
                ETHEREUM_DEXS,
                ETHEREUM_OPTIONS,
                level("tether", "STABLECOIN_SUPPLY", 183000000000.5),
                level("tether", "STABLECOIN_PRICE", 1.0002),
                EURO_SUPPLY,
                EURO_PRICE);
    }

    @Override
    protected List<Spelling> zeros() {
        return List.of(
                Spelling.zero("\"tvl\":41981491471.75", "\"tvl\":0", ETHEREUM_TVL),
                Spelling.zero("\"tvl\":26705542541.5", "\"tvl\":0.0", LIDO_TVL),
                Spelling.zero("\"borrowed\":1250.5", "\"borrowed\":0", LIDO_BORROWED),
                Spelling.zero("\"total24h\":2111000.25", "\"total24h\":0", LIDO_FEES),
                Spelling.zero("\"total24h\":38508.5", "\"total24h\":0", ETHEREUM_OPTIONS),
                Spelling.zero("\"peggedEUR\":4555140.5", "\"peggedEUR\":0", EURO_SUPPLY),
                Spelling.zero("\"price\":1.0575", "\"price\":\"0\"", EURO_PRICE));
    }

    @Override
    protected List<Spelling> nothings() {
        return List.of(
                Spelling.nothing("\"tvl\":41981491471.75", "\"tvl\":null", ETHEREUM_TVL),
                Spelling.nothing("\"tvl\":26705542541.5", "\"tvl\":null", LIDO_TVL),
                Spelling.nothing("\"tvl\":26705542541.5,", "", LIDO_TVL),
                Spelling.nothing("\"borrowed\":1250.5", "\"borrowed\":null", LIDO_BORROWED),
                Spelling.nothing(",\"borrowed\":1250.5", "", LIDO_BORROWED),
                Spelling.nothing("\"total24h\":2111000.25", "\"total24h\":null", LIDO_FEES),
                Spelling.nothing(",\"total24h\":2111000.25", "", LIDO_FEES),
                Spelling.nothing("\"total24h\":38508.5", "\"total24h\":null", ETHEREUM_OPTIONS),
                Spelling.nothing("\"total24h\":38508.5,", "", ETHEREUM_OPTIONS),
                Spelling.nothing("\"circulating\":{\"peggedEUR\":4555140.5}", "\"circulating\":{}", EURO_SUPPLY),
                // Not the dollars: a coin pegged to the euro has none.
                Spelling.nothing("\"peggedEUR\":4555140.5", "\"peggedUSD\":1", EURO_SUPPLY),
                Spelling.nothing("\"price\":1.0575", "\"price\":null", EURO_PRICE),
                Spelling.nothing("\"price\":1.0575", "\"price\":\"\"", EURO_PRICE),
                Spelling.nothing(",\"price\":1.0575", "", EURO_PRICE),
                Spelling.nothing("\"id\":\"52\"", "\"id\":\"53\"", EURO_SUPPLY, EURO_PRICE));
    }

    @Override
    protected List<Spelling> unreadables() {
        return List.of(
                Spelling.nothing("\"tvl\":41981491471.75", "\"tvl\":\"much\"", ETHEREUM_TVL),
                Spelling.nothing("\"tvl\":26705542541.5", "\"tvl\":{}", LIDO_TVL),
                Spelling.nothing("\"total24h\":2111000.25", "\"total24h\":[]", LIDO_FEES),
                Spelling.nothing("\"total24h\":38508.5", "\"total24h\":\"NaN\"", ETHEREUM_OPTIONS),
                Spelling.nothing("\"price\":1.0575", "\"price\":true", EURO_PRICE));
    }

    @Override
    protected Spelling restatement() {
        return Spelling.value("\"total24h\":2510000000.5", "\"total24h\":2511000000", 2.511e9, ETHEREUM_DEXS);
    }

    @Override
    protected List<Fault> errorBodies() {
        return List.of(
                Fault.body("\"temporarily unavailable\""),
                Fault.body("0"),
                Fault.body("null"),
                Fault.body("Internal server error"),
                Fault.body(
                        "{\"statusCode\":404,\"body\":\"{\\\"message\\\":\\\"There is no chain\\\"}\",\"headers\":{}}"),
                Fault.body("{\"statusCode\":502,\"body\":\"Bad Gateway\"}"),
                Fault.body("{\"error\":\"Gateway Timeout\",\"message\":\"slow\"}"),
                Fault.body("{}"));
    }

    @Override
    protected Map<String, Function<Asked, Reply>> quiet() {
        return Map.of("empty lists", asked -> switch (path(asked)) {
            case "/v2/chains", "/protocols" -> Reply.of(200, "[]");
            case "/stablecoins" -> Reply.of(200, "{\"peggedAssets\":[],\"chains\":[]}");
            default -> Reply.of(200, "{\"allChains\":[],\"chain\":null,\"total24h\":null,\"protocols\":[]}");
        });
    }

    @Override
    protected List<SizeLimit> sizeLimits() {
        return List.of(); // lists come whole, and everything else is of one chain
    }

    @Override
    protected List<Refusal> refusals() {
        // "No such chain for this type", where the list of the type's chains does not name it.
        return List.of(
                new Refusal(500, asked -> path(asked).equals("/overview/options/Ethereum"), List.of(ETHEREUM_OPTIONS)));
    }

    @Override
    protected void configureMany(TestHome home, int requests) {
        chains = Math.max(2, (requests - LISTS + OVERVIEWS_A_CHAIN - 1) / OVERVIEWS_A_CHAIN);
        List<String> rows = new ArrayList<>(List.of(
                "lido,Lido,lido-dao,protocol,,,Liquid Staking,", "tether,Tether,tether,stablecoin,1,,Stablecoin,"));
        IntStream.range(0, chains).forEach(i -> rows.add("chain-" + i + ",Chain " + i + ",,,,,Chain,"));
        entities(home, rows);
    }

    @Override
    protected Part answerMany(Asked asked) {
        String path = path(asked);
        if (path.startsWith("/overview/") && path.split("/").length == 4) {
            return new Part(Reply.of(200, chain("X", "1")), 1);
        }
        if (path.equals("/v2/chains")) {
            return new Part(Reply.of(200, ofChains("{\"name\":\"Chain %d\",\"gecko_id\":null,\"tvl\":1}")), chains);
        }
        return switch (path) {
            case "/protocols" -> new Part(Reply.of(200, "[{\"slug\":\"lido\",\"name\":\"Lido\",\"tvl\":1}]"), 1);
            case "/stablecoins" ->
                new Part(
                        Reply.of(
                                200,
                                "{\"peggedAssets\":[{\"id\":\"1\",\"pegType\":\"peggedUSD\","
                                        + "\"circulating\":{\"peggedUSD\":1},\"price\":1}]}"),
                        2);
            default ->
                new Part(
                        Reply.of(
                                200,
                                "{\"allChains\":" + ofChains("\"Chain %d\"")
                                        + ",\"protocols\":[{\"slug\":\"lido\",\"name\":\"Lido\",\"total24h\":1}]}"),
                        // A protocol's revenue is stored under two names.
                        values(asked, "dataType").equals(List.of("dailyRevenue")) ? 2 : 1);
        };
    }

    private String ofChains(String form) {
        return IntStream.range(0, chains).mapToObj(form::formatted).collect(Collectors.joining(",", "[", "]"));
    }

    @Override
    protected boolean othersDependOn(Asked asked) {
        return path(asked).equals("/v2/chains");
    }

    @Override
    protected Shipped shipped() {
        // The list of chains, eight other lists, and four overviews of each of 102 chains. Of these the sandbox refuses
        // or
        // leaves empty 108, which are not asked again within the week.
        return new Shipped(417, 309, 1_600);
    }
}
