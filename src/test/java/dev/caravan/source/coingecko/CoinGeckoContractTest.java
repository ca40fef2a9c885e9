package dev.caravan.source.coingecko;

import static dev.caravan.source.StoredRow.hour;

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

/** CoinGecko, held to what every source promises: 250 coins a call, each in the hour of its own time. */
final class CoinGeckoContractTest extends SourceContract {
    private static final int IDS_A_CALL = 250;

    private static final String CLOSED = "2026-11-20T09:00:00Z";
    private static final StoredRow AAVE_PRICE = hour("coingecko", "aave", "PRICE", CLOSED, 171.25);
    private static final StoredRow AAVE_CAP = hour("coingecko", "aave", "MARKET_CAP", CLOSED, 2.61e9);
    private static final StoredRow AAVE_VOLUME = hour("coingecko", "aave", "VOLUME_24H", CLOSED, 199000000.5);
    private static final StoredRow AAVE_CIRCULATING =
            hour("coingecko", "aave", "CIRCULATING_SUPPLY", CLOSED, 15240000.75);
    private static final StoredRow AAVE_TOTAL = hour("coingecko", "aave", "TOTAL_SUPPLY", CLOSED, 1.5999e7);
    private static final StoredRow AAVE_MAXIMUM = hour("coingecko", "aave", "MAX_SUPPLY", CLOSED, 1.6e7);
    private static final StoredRow AAVE_DILUTED = hour("coingecko", "aave", "FDV", CLOSED, 2.74e9);

    private static final String PRICE = "\"current_price\":171.25,";
    private static final String CAP = "\"market_cap\":2610000000,";
    private static final String VOLUME = "\"total_volume\":199000000.5,";
    private static final String CIRCULATING = "\"circulating_supply\":15240000.75,";
    private static final String TOTAL = "\"total_supply\":15999000.0,";
    private static final String MAXIMUM = "\"max_supply\":1.6e7,";
    private static final String DILUTED = "\"fully_diluted_valuation\":2740000000,";
    private static final String AAVE = "{\"id\":\"aave\"," + PRICE + CAP + VOLUME + CIRCULATING + TOTAL + MAXIMUM
            + DILUTED + "\"last_updated\":\"2026-11-20T09:58:07.123Z\"}";

    @Override
    protected String source() {
        return "coingecko";
    }

    @Override
    protected String key() {
        return "CG-secret-of-contract-test";
    }

    @Override
    protected Map<String, String> settings(String url) {
        return Map.of("coingecko.api.url", url, "coingecko.api.key", key());
    }

    @Override
    protected String rateSetting() {
        return "coingecko.rate.demo";
    }

    @Override
    protected void configure(TestHome home) {
        home.write(
                "config/sources/coingecko.csv",
                "id,symbol,name,note",
                "bitcoin,BTC,Bitcoin,",
                "aave,AAVE,Aave,",
                "a b,AB,A dead coin,",
                "no-such-coin,NO,Nothing,left out of the answer");
    }

    @Override
    protected Reply answer(Asked asked) {
        if (!path(asked).equals("/coins/markets")
                || !asked.target().contains("ids=bitcoin,aave,a%20b,no-such-coin")
                || !values(asked, "per_page").equals(List.of("250"))
                || !asked.headers().contains("X-cg-demo-api-key=[" + key() + "]")) {
            return unexpected(asked);
        }
        return Reply.of(200, """
            [{"id":"bitcoin","symbol":"btc","name":"Bitcoin","current_price":92000.25,"market_cap":1.83e12,
              "total_volume":45100000000,"circulating_supply":19950000.0,"total_supply":19950000.0,
              "max_supply":21000000.0,"fully_diluted_valuation":1932000000000,"roi":null,
              "last_updated":"2026-11-20T10:08:59.999Z"},
             %s,
             {"id":"a b","current_price":1e-08,"market_cap":null,"total_volume":null,"circulating_supply":0.0,
              "total_supply":null,"max_supply":null,"fully_diluted_valuation":null,
              "last_updated":"2026-03-01T03:04:05.678Z"}]
            """.formatted(AAVE));
    }

    private static StoredRow bitcoin(String metric, double value) {
        return hour("coingecko", "bitcoin", metric, "2026-11-20T10:00:00Z", value)
                .stillOpen();
    }

    @Override
    protected List<StoredRow> rows() {
        return List.of(
                bitcoin("PRICE", 92000.25),
                bitcoin("MARKET_CAP", 1.83e12),
                bitcoin("VOLUME_24H", 4.51e10),
                bitcoin("CIRCULATING_SUPPLY", 1.995e7),
                bitcoin("TOTAL_SUPPLY", 1.995e7),
                bitcoin("MAX_SUPPLY", 2.1e7),
                bitcoin("FDV", 1.932e12),
                AAVE_PRICE,
                AAVE_CAP,
                AAVE_VOLUME,
                AAVE_CIRCULATING,
                AAVE_TOTAL,
                AAVE_MAXIMUM,
                AAVE_DILUTED,
                hour("coingecko", "a b", "PRICE", "2026-03-01T03:00:00Z", 1e-8));
    }

    @Override
    protected List<Spelling> zeros() {
        return List.of(
                Spelling.zero(PRICE, "\"current_price\":0,", AAVE_PRICE),
                Spelling.zero(PRICE, "\"current_price\":0.0,", AAVE_PRICE),
                Spelling.zero(VOLUME, "\"total_volume\":0e0,", AAVE_VOLUME),
                Spelling.zero(TOTAL, "\"total_supply\":0.0,", AAVE_TOTAL),
                Spelling.zero(DILUTED, "\"fully_diluted_valuation\":0,", AAVE_DILUTED));
    }

    @Override
    protected List<Spelling> nothings() {
        return List.of(
                // What has no value is null or not there, each field on its own.
                Spelling.nothing(PRICE, "\"current_price\":null,", AAVE_PRICE),
                Spelling.nothing(PRICE, "", AAVE_PRICE),
                Spelling.nothing(VOLUME, "\"total_volume\":null,", AAVE_VOLUME),
                Spelling.nothing(TOTAL, "\"total_supply\":null,", AAVE_TOTAL),
                Spelling.nothing(MAXIMUM, "\"max_supply\":null,", AAVE_MAXIMUM),
                Spelling.nothing(DILUTED, "\"fully_diluted_valuation\":null,", AAVE_DILUTED),
                // Of these two the contract says that 0 means "not known".
                Spelling.nothing(CAP, "\"market_cap\":0,", AAVE_CAP),
                Spelling.nothing(CAP, "\"market_cap\":0.0,", AAVE_CAP),
                Spelling.nothing(CAP, "\"market_cap\":null,", AAVE_CAP),
                Spelling.nothing(CIRCULATING, "\"circulating_supply\":0,", AAVE_CIRCULATING),
                Spelling.nothing(CIRCULATING, "\"circulating_supply\":0.0,", AAVE_CIRCULATING),
                // A coin that the vendor does not know is left out.
                Spelling.nothing(
                        AAVE + ",",
                        "",
                        AAVE_PRICE,
                        AAVE_CAP,
                        AAVE_VOLUME,
                        AAVE_CIRCULATING,
                        AAVE_TOTAL,
                        AAVE_MAXIMUM,
                        AAVE_DILUTED));
    }

    @Override
    protected List<Spelling> unreadables() {
        return List.of(
                Spelling.nothing(PRICE, "\"current_price\":\"n/a\",", AAVE_PRICE),
                Spelling.nothing(PRICE, "\"current_price\":{},", AAVE_PRICE),
                Spelling.nothing(VOLUME, "\"total_volume\":\"Infinity\",", AAVE_VOLUME),
                Spelling.nothing(
                        "\"2026-11-20T09:58:07.123Z\"",
                        "\"lately\"",
                        AAVE_PRICE,
                        AAVE_CAP,
                        AAVE_VOLUME,
                        AAVE_CIRCULATING,
                        AAVE_TOTAL,
                        AAVE_MAXIMUM,
                        AAVE_DILUTED));
    }

    @Override
    protected Spelling restatement() {
        return Spelling.value(PRICE, "\"current_price\":171.5,", 171.5, AAVE_PRICE);
    }

    @Override
    protected List<Fault> errorBodies() {
        return List.of(
                Fault.body("\"temporarily unavailable\""),
                Fault.body("0"),
                Fault.body("null"),
                Fault.body("{}"),
                Fault.body("Throttled"),
                Fault.body("{\"error\":\"coin not found\"}"),
                Fault.body("{\"status\":{\"error_code\":429,\"error_message\":\"You've exceeded the rate limit\"}}"));
    }

    @Override
    protected Map<String, Function<Asked, Reply>> quiet() {
        return Map.of("a page past the end", asked -> Reply.of(200, "[]"));
    }

    @Override
    protected List<SizeLimit> sizeLimits() {
        return List.of(); // more ids than fit into a page are cut without a sign: see the planner
    }

    @Override
    protected List<Refusal> refusals() {
        return List.of(); // unknown ids are left out of the answer
    }

    @Override
    protected void configureMany(TestHome home, int requests) {
        List<String> lines = new ArrayList<>(List.of("id,symbol,name,note"));
        IntStream.range(0, requests * IDS_A_CALL).forEach(i -> lines.add("coin-" + i + ",X,X,"));
        home.write("config/sources/coingecko.csv", lines.toArray(String[]::new));
    }

    @Override
    protected Part answerMany(Asked asked) {
        List<String> ids = values(asked, "ids");
        String body = ids.stream()
                .map(id -> "{\"id\":\"" + id + "\",\"current_price\":1,\"market_cap\":1,\"total_volume\":1,"
                        + "\"circulating_supply\":1,\"total_supply\":1,\"max_supply\":1,\"fully_diluted_valuation\":1,"
                        + "\"last_updated\":\"2026-11-20T09:58:07.123Z\"}")
                .collect(Collectors.joining(",", "[", "]"));
        return new Part(Reply.of(200, body), 7 * ids.size());
    }

    @Override
    protected int pacedRequests() {
        return 12; // of 250 coins each
    }

    @Override
    protected Shipped shipped() {
        // 244 coins, of which 250 go into a call. Seven figures of each, but for those that the vendor does not have.
        return new Shipped(1, 1, 1_500);
    }
}
