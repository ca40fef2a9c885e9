package dev.caravan.source.artemis;

import static dev.caravan.source.StoredRow.day;

import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import dev.caravan.source.Fault;
import dev.caravan.source.SourceContract;
import dev.caravan.source.Spelling;
import dev.caravan.source.StoredRow;
import dev.caravan.testing.TestHome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Artemis, held to what every source promises: batches of symbols, one metric each, over a trailing window of days. */
final class ArtemisContractTest extends SourceContract {
    private static final int SYMBOLS = 16;

    private static final StoredRow ETH_FEES = day("artemis", "eth", "FEES", "2026-11-19", 1885566.5592120884);
    private static final StoredRow BTC_PRICE = day("artemis", "btc", "PRICE", "2026-11-19", 90500.0);
    private static final StoredRow COIN_DEBT = day("artemis", "eq-coin", "EQ_TOTAL_DEBT", "2026-09-30", 4.2e9);

    private static final String ETH_VALUE = "\"val\":1885566.5592120884";
    private static final String ETH_DAY = "{\"date\":\"2026-11-19\"," + ETH_VALUE + "}";
    private static final String ETH_SERIES = "{\"FEES\":[" + ETH_DAY + "]}";

    @Override
    protected String source() {
        return "artemis";
    }

    @Override
    protected String key() {
        return "artemis-secret-of-contract-test";
    }

    @Override
    protected Map<String, String> settings(String url) {
        return Map.of("artemis.api.url", url, "artemis.api.key", key());
    }

    @Override
    protected String rateSetting() {
        return "artemis.rate.key";
    }

    @Override
    protected void configure(TestHome home) {
        home.write(
                "config/sources/artemis.csv",
                "symbol,name,category,metrics",
                "btc,Bitcoin,Chain,PRICE FEES",
                "eth,Ethereum,Chain,PRICE FEES",
                "eq-coin,Coinbase,Equity,PRICE EQ_TOTAL_DEBT");
    }

    @Override
    protected Reply answer(Asked asked) {
        if (!values(asked, "APIKey").equals(List.of(key()))) {
            return unexpected(asked);
        }
        return switch (path(asked)) {
            case "/data/api/PRICE/" -> Reply.of(200, """
                {"data":{"symbols":{
                  "btc":{"PRICE":[{"date":"2026-11-18","val":91000.5},{"date":"2026-11-19","val":90500},
                                  {"date":"2026-11-20","val":92000.25}]},
                  "eth":{"PRICE":[{"date":"2026-11-20","val":null},{"date":"2026-11-19","val":3050.125}]},
                  "eq-coin":{"PRICE":[{"date":"2026-11-19","val":301.5}]}}}}
                """);
            case "/data/api/FEES/" ->
                Reply.of(
                        200,
                        "{\"data\":{\"symbols\":{\"btc\":{\"FEES\":[{\"date\":\"2026-11-19\",\"val\":712000}]},"
                                + "\"eth\":" + ETH_SERIES + "}}}");
            case "/data/api/EQ_TOTAL_DEBT/" ->
                values(asked, "granularity").equals(List.of("QUARTER"))
                        ? Reply.of(
                                200,
                                "{\"data\":{\"symbols\":{\"eq-coin\":{\"EQ_TOTAL_DEBT\":"
                                        + "[{\"date\":\"2026-09-30\",\"val\":4200000000}]}}}}")
                        : unexpected(asked);
            default -> unexpected(asked);
        };
    }

    @Override
    protected List<StoredRow> rows() {
        return List.of(
                day("artemis", "btc", "PRICE", "2026-11-18", 91000.5),
                BTC_PRICE,
                day("artemis", "btc", "PRICE", "2026-11-20", 92000.25).stillOpen(),
                day("artemis", "eth", "PRICE", "2026-11-19", 3050.125),
                day("artemis", "eq-coin", "PRICE", "2026-11-19", 301.5),
                day("artemis", "btc", "FEES", "2026-11-19", 712000),
                ETH_FEES,
                COIN_DEBT);
    }

    @Override
    protected List<Spelling> zeros() {
        return List.of(
                Spelling.zero(ETH_VALUE, "\"val\":0", ETH_FEES),
                Spelling.zero(ETH_VALUE, "\"val\":0.0", ETH_FEES),
                Spelling.zero(ETH_VALUE, "\"val\":0e0", ETH_FEES),
                Spelling.zero("\"val\":4200000000", "\"val\":0", COIN_DEBT));
    }

    @Override
    protected List<Spelling> nothings() {
        List<Spelling> spellings = new ArrayList<>(List.of(
                Spelling.nothing(ETH_VALUE, "\"val\":null", ETH_FEES),
                Spelling.nothing("," + ETH_VALUE, "", ETH_FEES),
                Spelling.nothing(ETH_DAY, "", ETH_FEES),
                Spelling.nothing(ETH_DAY, "null", ETH_FEES),
                Spelling.nothing("[" + ETH_DAY + "]", "null", ETH_FEES),
                Spelling.nothing(ETH_SERIES, "{}", ETH_FEES),
                Spelling.nothing(ETH_SERIES, "null", ETH_FEES),
                Spelling.nothing(",\"eth\":" + ETH_SERIES, "", ETH_FEES)));
        for (String text : List.of(
                "Metric not found.",
                "Metric not available for asset.",
                "Market data not available for asset.",
                "Latest data not available for this asset.")) {
            spellings.add(Spelling.nothing("[" + ETH_DAY + "]", "\"" + text + "\"", ETH_FEES));
            spellings.add(Spelling.nothing(ETH_SERIES, "\"" + text + "\"", ETH_FEES));
        }
        return spellings;
    }

    @Override
    protected List<Spelling> unreadables() {
        return List.of(
                Spelling.nothing(ETH_VALUE, "\"val\":\"n/a\"", ETH_FEES),
                Spelling.nothing(ETH_VALUE, "\"val\":{}", ETH_FEES),
                Spelling.nothing(ETH_VALUE, "\"val\":\"NaN\"", ETH_FEES),
                Spelling.nothing("{\"date\":\"2026-11-19\"," + ETH_VALUE, "{\"date\":\"soon\"," + ETH_VALUE, ETH_FEES),
                Spelling.nothing(ETH_DAY, "{\"date\":\"2026-11-21\"," + ETH_VALUE + "}", ETH_FEES),
                // A number without a day is the answer to a call without dates: nobody knows which day it belongs to.
                Spelling.nothing("[" + ETH_DAY + "]", "1885566.5592120884", ETH_FEES),
                Spelling.nothing("[" + ETH_DAY + "]", "\"Coming soon.\"", ETH_FEES));
    }

    @Override
    protected Spelling restatement() {
        return Spelling.value("\"val\":90500", "\"val\":90510.25", 90510.25, BTC_PRICE);
    }

    @Override
    protected List<Fault> errorBodies() {
        return List.of(
                Fault.body("\"temporarily unavailable\""),
                Fault.body("0"),
                Fault.body("[]"),
                Fault.body("null"),
                Fault.body("Internal Server Error"),
                Fault.body("{\"message\":\"Internal Server Error\"}"),
                Fault.body("{\"data\":[]}"),
                Fault.body("{\"data\":{}}"),
                Fault.body("{\"data\":{\"symbols\":5}}"));
    }

    @Override
    protected Map<String, Function<Asked, Reply>> quiet() {
        Map<String, Function<Asked, Reply>> quiet = new LinkedHashMap<>();
        for (String symbols : List.of("{}", "null", "\"Market data not available for asset.\"")) {
            quiet.put("the symbols " + symbols, asked -> Reply.of(200, "{\"data\":{\"symbols\":" + symbols + "}}"));
        }
        return quiet;
    }

    @Override
    protected List<SizeLimit> sizeLimits() {
        // Ten symbols are never too large a batch: below that a 500 is an outage. A 400 may be one symbol's fault.
        return List.of(
                new SizeLimit(500, 10, asked -> values(asked, "symbols").size()),
                new SizeLimit(400, 1, asked -> values(asked, "symbols").size()));
    }

    @Override
    protected List<Refusal> refusals() {
        // The vendor refuses the whole batch for the symbol that it does not know; halving finds it.
        return List.of(new Refusal(
                400,
                asked -> path(asked).contains("/FEES/")
                        && values(asked, "symbols").contains("eth"),
                List.of(ETH_FEES)));
    }

    @Override
    protected void configureMany(TestHome home, int requests) {
        String metrics = IntStream.range(0, requests).mapToObj(i -> "M" + i).collect(Collectors.joining(" "));
        List<String> lines = new ArrayList<>(List.of("symbol,name,category,metrics"));
        IntStream.range(0, SYMBOLS).forEach(i -> lines.add("coin-" + i + ",X,App," + metrics));
        home.write("config/sources/artemis.csv", lines.toArray(String[]::new));
    }

    @Override
    protected Part answerMany(Asked asked) {
        List<String> symbols = values(asked, "symbols");
        String metric = path(asked).replaceAll("^/data/api/|/$", "");
        String body = symbols.stream()
                .map(symbol -> "\"" + symbol + "\":{\"" + metric + "\":[{\"date\":\"2026-11-19\",\"val\":1}]}")
                .collect(Collectors.joining(",", "{\"data\":{\"symbols\":{", "}}}"));
        return new Part(Reply.of(200, body), symbols.size());
    }

    @Override
    protected Shipped shipped() {
        // Of each of the 32 metrics as many calls as its symbols fill by fifty: five of PRICE with 248, four of FEES
        // with
        // 198, and so on, 86 in all. Later the pairs that were answered by nothing are left out: 52 with the sandbox,
        // which offers such shares as the contract has seen.
        return new Shipped(86, 52, 1_800);
    }
}
