package dev.caravan.source.velo;

import static dev.caravan.source.StoredRow.hour;

import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.source.Fault;
import dev.caravan.source.SourceContract;
import dev.caravan.source.Spelling;
import dev.caravan.source.StoredRow;
import dev.caravan.testing.TestHome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Velo, held to what every source promises: the catalogue first, then hours by venue, within a budget of values. */
final class VeloContractTest extends SourceContract {
    private static final int COINS_A_REQUEST = 8;
    private static final String EIGHT = "2026-11-20T08:00:00Z";
    private static final String NINE = "2026-11-20T09:00:00Z";
    private static final String TEN = "2026-11-20T10:00:00Z";

    private static final StoredRow ETH_PRICE =
            hour("velo", "ETH", "CLOSE_PRICE", NINE, 3050.125).on("binance-futures");
    private static final StoredRow ETH_VOLUME =
            hour("velo", "ETH", "DOLLAR_VOLUME", NINE, 41500000.5).on("binance-futures");
    private static final String ETH_START = "binance-futures,ETH,ETHUSDT," + millis(NINE);
    private static final String ETH_CELLS = ",3050.125,41500000.5\n";

    private static long millis(String hour) {
        return Instant.parse(hour).toEpochMilli();
    }

    @Override
    protected String source() {
        return "velo";
    }

    @Override
    protected String key() {
        return "velo-secret-of-contract-test";
    }

    @Override
    protected Map<String, String> settings(String url) {
        return Map.of("velo.api.url", url, "velo.api.key", key());
    }

    @Override
    protected String rateSetting() {
        return "velo.rate.key";
    }

    /** Four hours of two columns are eight values a coin. */
    @Override
    protected Map<String, String> exampleSettings() {
        return Map.of(
                "velo.exchanges", "binance-futures,bybit",
                "velo.columns", "close_price,dollar_volume",
                "velo.trailing-hours", "3",
                "velo.cells", String.valueOf(8 * COINS_A_REQUEST));
    }

    private static void coins(TestHome home, List<String> coins) {
        List<String> lines = new ArrayList<>(List.of("coin,note"));
        coins.forEach(coin -> lines.add(coin + ","));
        home.write("config/sources/velo.csv", lines.toArray(String[]::new));
    }

    @Override
    protected void configure(TestHome home) {
        coins(home, List.of("BTC", "ETH", "4"));
    }

    @Override
    protected Reply answer(Asked asked) {
        String login = Base64.getEncoder().encodeToString(("api:" + key()).getBytes(StandardCharsets.UTF_8));
        if (!asked.headers().contains("Authorization=[Basic " + login + "]")) {
            return unexpected(asked);
        }
        if (path(asked).equals("/futures")) {
            return Reply.of(200, """
                exchange,coin,product,begin,depth
                bybit,4,4USDT,1757000000000,false
                binance-futures,BTC,BTCUSDT,1502942428000,true
                binance-futures,ETH,ETHUSDT,1511884800000,true
                bybit,BTC,BTCUSDT,1585526400000,true
                hyperliquid,BTC,BTC-USD,1718136000000,true
                """);
        }
        boolean window = values(asked, "begin").equals(List.of(String.valueOf(millis("2026-11-20T07:00:00Z"))))
                && values(asked, "end").equals(List.of(String.valueOf(millis("2026-11-20T11:00:00Z"))))
                && values(asked, "resolution").equals(List.of("60"));
        if (!path(asked).equals("/rows") || !window) {
            return unexpected(asked);
        }
        return switch (values(asked, "exchanges").get(0)) {
            case "binance-futures" ->
                Reply.of(
                        200,
                        "exchange,coin,product,time,close_price,dollar_volume\n"
                                + "binance-futures,BTC,BTCUSDT," + millis(NINE) + ",91900.5,1.2505e9\n"
                                + "binance-futures,BTC,BTCUSDT," + millis(TEN) + ",92000.25,310000000\n"
                                + ETH_START + ETH_CELLS);
            // Columns in another order, lines that end as on Windows.
            case "bybit" ->
                Reply.of(
                        200,
                        "exchange,coin,product,time,dollar_volume,close_price\r\n"
                                + "bybit,4,4USDT," + millis(EIGHT) + ",1200.5,0.0425\r\n"
                                + "bybit,BTC,BTCUSDT," + millis(NINE) + ",640000000,91899\r\n");
            default -> unexpected(asked);
        };
    }

    @Override
    protected List<StoredRow> rows() {
        return List.of(
                hour("velo", "BTC", "CLOSE_PRICE", NINE, 91900.5).on("binance-futures"),
                hour("velo", "BTC", "DOLLAR_VOLUME", NINE, 1.2505e9).on("binance-futures"),
                hour("velo", "BTC", "CLOSE_PRICE", TEN, 92000.25)
                        .on("binance-futures")
                        .stillOpen(),
                hour("velo", "BTC", "DOLLAR_VOLUME", TEN, 3.1e8)
                        .on("binance-futures")
                        .stillOpen(),
                ETH_PRICE,
                ETH_VOLUME,
                hour("velo", "4", "CLOSE_PRICE", EIGHT, 0.0425).on("bybit"),
                hour("velo", "4", "DOLLAR_VOLUME", EIGHT, 1200.5).on("bybit"),
                hour("velo", "BTC", "CLOSE_PRICE", NINE, 91899).on("bybit"),
                hour("velo", "BTC", "DOLLAR_VOLUME", NINE, 6.4e8).on("bybit"));
    }

    @Override
    protected List<Spelling> zeros() {
        return List.of(
                Spelling.zero(ETH_CELLS, ",3050.125,0\n", ETH_VOLUME),
                Spelling.zero(ETH_CELLS, ",3050.125,0.0\n", ETH_VOLUME),
                Spelling.zero(ETH_CELLS, ",3050.125,0e+0\n", ETH_VOLUME),
                Spelling.zero(ETH_CELLS, ",0,0\n", ETH_PRICE, ETH_VOLUME));
    }

    @Override
    protected List<Spelling> nothings() {
        List<Spelling> spellings = new ArrayList<>();
        for (String nothing : List.of("", "null", "NaN", "nan", "undefined")) {
            spellings.add(Spelling.nothing(ETH_CELLS, "," + nothing + ",41500000.5\n", ETH_PRICE));
            spellings.add(Spelling.nothing(ETH_CELLS, ",3050.125," + nothing + "\n", ETH_VOLUME));
        }
        spellings.add(Spelling.nothing(ETH_START + ETH_CELLS, "", ETH_PRICE, ETH_VOLUME));
        return spellings;
    }

    @Override
    protected List<Spelling> unreadables() {
        return List.of(
                Spelling.nothing(ETH_CELLS, ",n/a,41500000.5\n", ETH_PRICE),
                Spelling.nothing(ETH_CELLS, ",3050.125,Infinity\n", ETH_VOLUME),
                Spelling.nothing(ETH_CELLS, ",3050.1", ETH_PRICE, ETH_VOLUME),
                Spelling.nothing(ETH_START, "binance-futures,ETH,ETHUSDT,soon", ETH_PRICE, ETH_VOLUME),
                Spelling.nothing(
                        ETH_START,
                        "binance-futures,ETH,ETHUSDT," + millis("2026-11-20T11:00:00Z"),
                        ETH_PRICE,
                        ETH_VOLUME),
                Spelling.nothing(ETH_START, "deribit,ETH,ETHUSDT," + millis(NINE), ETH_PRICE, ETH_VOLUME));
    }

    @Override
    protected Spelling restatement() {
        return Spelling.value(ETH_CELLS, ",3050.125,41600000.5\n", 41600000.5, ETH_VOLUME);
    }

    @Override
    protected List<Fault> errorBodies() {
        return List.of(
                Fault.body("\"temporarily unavailable\""),
                Fault.body("0"),
                Fault.body("[]"),
                Fault.body("null"),
                Fault.body("api temporarily unavailable"),
                Fault.body("rate limited\n"),
                Fault.body("{\"error\":\"too many\"}"),
                Fault.body("exchange,coin,time\nbybit,BTC," + millis(NINE) + "\n"));
    }

    @Override
    protected boolean emptyBodyIsAnError() {
        return false;
    }

    @Override
    protected Map<String, Function<Asked, Reply>> quiet() {
        Map<String, Function<Asked, Reply>> quiet = new LinkedHashMap<>();
        quiet.put("no body", asked -> path(asked).equals("/rows") ? Reply.of(200, "") : answer(asked));
        quiet.put(
                "a heading alone",
                asked -> path(asked).equals("/rows")
                        ? Reply.of(200, "exchange,coin,product,time,close_price,dollar_volume\n")
                        : answer(asked));
        return quiet;
    }

    @Override
    protected List<SizeLimit> sizeLimits() {
        // The texts of a 400 are not known, so it may mean too many values; the other two say so.
        return List.of(
                new SizeLimit(400, 1, asked -> values(asked, "coins").size()),
                new SizeLimit(413, 3, asked -> values(asked, "coins").size()),
                new SizeLimit(414, 5, asked -> values(asked, "coins").size()));
    }

    @Override
    protected List<Refusal> refusals() {
        return List.of(); // what a venue does not have gives no rows
    }

    @Override
    protected void configureMany(TestHome home, int requests) {
        coins(
                home,
                IntStream.range(0, (requests - 1) * COINS_A_REQUEST)
                        .mapToObj(i -> "C" + i)
                        .toList());
    }

    @Override
    protected Part answerMany(Asked asked) {
        if (path(asked).equals("/futures")) {
            // More than the requests of any test need; one venue, so that the other is not asked.
            return new Part(
                    Reply.of(
                            200,
                            IntStream.range(0, 500)
                                    .mapToObj(i -> "bybit,C" + i + ",C" + i + "USDT,1585526400000,false\n")
                                    .collect(Collectors.joining("", "exchange,coin,product,begin,depth\n", ""))),
                    0);
        }
        List<String> coins = values(asked, "coins");
        String body = coins.stream()
                .map(coin -> "bybit," + coin + "," + coin + "USDT," + millis(NINE) + ",1,1\n")
                .collect(Collectors.joining("", "exchange,coin,product,time,close_price,dollar_volume\n", ""));
        return new Part(Reply.of(200, body), 2 * coins.size());
    }

    @Override
    protected boolean othersDependOn(Asked asked) {
        return path(asked).equals("/futures");
    }

    @Override
    protected Shipped shipped() {
        // The catalogue, and of the coins that each venue lists a hundred a request: with the sandbox four for 399,
        // four
        // for 322, two for 180 and two for 166. By the budget of values 1,125 would fit: four hours of five columns.
        return new Shipped(13, 13, 5_200);
    }
}
