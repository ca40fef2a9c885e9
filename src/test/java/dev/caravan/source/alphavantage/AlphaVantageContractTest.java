package dev.caravan.source.alphavantage;

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
import java.util.stream.IntStream;

/** Alpha Vantage with a premium key, held to what every source promises: a ticker a request, errors with status 200. */
final class AlphaVantageContractTest extends SourceContract {
    private static final String HEADING =
            "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\r\n";
    private static final String COIN = HEADING
            + "2026-11-20,300.5,306.25,299.0,305.75,305.75,4100000,0.0000,1.0\r\n"
            + "2026-11-19,298.0,302.5,297.25,301.5,289.62962886152513,9800000,0.2500,1.0\r\n";
    private static final String UNKNOWN =
            "{\"Error Message\":\"Invalid API call. Please retry or visit the documentation"
                    + " for TIME_SERIES_DAILY_ADJUSTED.\"}";

    private static final StoredRow OPEN = day("alphavantage", "COIN", "OPEN", "2026-11-19", 298.0);
    private static final StoredRow HIGH = day("alphavantage", "COIN", "HIGH", "2026-11-19", 302.5);
    private static final StoredRow LOW = day("alphavantage", "COIN", "LOW", "2026-11-19", 297.25);
    private static final StoredRow CLOSE = day("alphavantage", "COIN", "CLOSE", "2026-11-19", 301.5);
    private static final StoredRow ADJUSTED =
            day("alphavantage", "COIN", "ADJUSTED_CLOSE", "2026-11-19", 289.62962886152513);
    private static final StoredRow VOLUME = day("alphavantage", "COIN", "VOLUME", "2026-11-19", 9.8e6);
    private static final StoredRow DIVIDEND = day("alphavantage", "COIN", "DIVIDEND_AMOUNT", "2026-11-19", 0.25);
    private static final StoredRow SPLIT = day("alphavantage", "COIN", "SPLIT_COEFFICIENT", "2026-11-19", 1);

    @Override
    protected String source() {
        return "alphavantage";
    }

    /** Half past ten in New York on a trading day, when every ticker is due at every pull. */
    @Override
    protected String now() {
        return "2026-11-20T15:30:00Z";
    }

    /** The sandbox takes a key that begins so for one of a paid plan. */
    @Override
    protected String key() {
        return "premium-secret-of-contract-test";
    }

    @Override
    protected Map<String, String> settings(String url) {
        return Map.of("alphavantage.api.url", url, "alphavantage.api.key", key(), "alphavantage.api.tier", "premium");
    }

    @Override
    protected String rateSetting() {
        return "alphavantage.rate.premium";
    }

    private static void tickers(TestHome home, List<String> symbols) {
        List<String> lines = new ArrayList<>(List.of("symbol,category,note"));
        symbols.forEach(symbol -> lines.add(symbol + ",other,"));
        home.write("config/sources/alphavantage.csv", lines.toArray(String[]::new));
    }

    @Override
    protected void configure(TestHome home) {
        tickers(home, List.of("COIN", "SPY"));
    }

    @Override
    protected Reply answer(Asked asked) {
        boolean daily = path(asked).equals("/query")
                && values(asked, "function").equals(List.of("TIME_SERIES_DAILY_ADJUSTED"))
                && values(asked, "apikey").equals(List.of(key()));
        return switch (daily ? values(asked, "symbol").get(0) : "") {
            case "COIN" -> new Reply(200, COIN, Map.of("Content-Type", "application/x-download"));
            // Either form of the contract is read, whichever was asked for.
            case "SPY" -> Reply.of(200, """
                {"Meta Data":{"1. Information":"Daily Time Series with Splits and Dividend Events","2. Symbol":"SPY",
                  "3. Last Refreshed":"2026-11-19","4. Output Size":"Compact","5. Time Zone":"US/Eastern"},
                 "Time Series (Daily)":{"2026-11-19":{"1. open":"660.1000","2. high":"664.2000","3. low":"658.0000",
                  "4. close":"662.5000","5. adjusted close":"662.5","6. volume":"71000000",
                  "7. dividend amount":"0.0000","8. split coefficient":"1.0"}}}
                """);
            default -> unexpected(asked);
        };
    }

    private static StoredRow today(String metric, double value) {
        return day("alphavantage", "COIN", metric, "2026-11-20", value).stillOpen();
    }

    private static StoredRow spy(String metric, double value) {
        return day("alphavantage", "SPY", metric, "2026-11-19", value);
    }

    @Override
    protected List<StoredRow> rows() {
        return List.of(
                today("OPEN", 300.5),
                today("HIGH", 306.25),
                today("LOW", 299),
                today("CLOSE", 305.75),
                today("ADJUSTED_CLOSE", 305.75),
                today("VOLUME", 4.1e6),
                today("DIVIDEND_AMOUNT", 0),
                today("SPLIT_COEFFICIENT", 1),
                OPEN,
                HIGH,
                LOW,
                CLOSE,
                ADJUSTED,
                VOLUME,
                DIVIDEND,
                SPLIT,
                spy("OPEN", 660.1),
                spy("HIGH", 664.2),
                spy("LOW", 658),
                spy("CLOSE", 662.5),
                spy("ADJUSTED_CLOSE", 662.5),
                spy("VOLUME", 7.1e7),
                spy("DIVIDEND_AMOUNT", 0),
                spy("SPLIT_COEFFICIENT", 1));
    }

    @Override
    protected List<Spelling> zeros() {
        return List.of(
                Spelling.zero("9800000,0.2500", "9800000,0.0000", DIVIDEND),
                Spelling.zero("9800000,0.2500", "0,0.2500", VOLUME),
                Spelling.zero("9800000,0.2500", "0.0,0", VOLUME, DIVIDEND));
    }

    @Override
    protected List<Spelling> nothings() {
        List<Spelling> spellings = new ArrayList<>();
        for (String nothing : List.of("", "None", "-", "null")) {
            spellings.add(Spelling.nothing("9800000,0.2500", nothing + ",0.2500", VOLUME));
            spellings.add(
                    Spelling.nothing("9800000,0.2500,1.0", "9800000," + nothing + "," + nothing, DIVIDEND, SPLIT));
        }
        StoredRow[] ended = {OPEN, HIGH, LOW, CLOSE, ADJUSTED, VOLUME, DIVIDEND, SPLIT};
        spellings.add(Spelling.nothing(COIN.substring(COIN.indexOf("2026-11-19")), "", ended));
        List<StoredRow> whole =
                rows().stream().filter(row -> row.asset().equals("COIN")).toList();
        // A ticker that is not known: a message, an empty object, or a table without rows.
        for (String answer : List.of(UNKNOWN, "{}", HEADING)) {
            spellings.add(Spelling.nothing(COIN, answer, whole.toArray(StoredRow[]::new)));
        }
        return spellings;
    }

    @Override
    protected List<Spelling> unreadables() {
        StoredRow[] ended = {OPEN, HIGH, LOW, CLOSE, ADJUSTED, VOLUME, DIVIDEND, SPLIT};
        return List.of(
                Spelling.nothing("9800000,0.2500", "n/a,0.2500", VOLUME),
                Spelling.nothing("289.62962886152513", "NaN", ADJUSTED),
                Spelling.nothing("2026-11-19,298.0", "soon,298.0", ended),
                Spelling.nothing("2026-11-19,298.0", "2026-11-23,298.0", ended),
                Spelling.nothing("9800000,0.2500,1.0", "9800000,0.2500", ended));
    }

    @Override
    protected Spelling restatement() {
        return Spelling.value("289.62962886152513", "288.5", 288.5, ADJUSTED);
    }

    @Override
    protected List<Fault> errorBodies() {
        return List.of(
                Fault.body("{\"Error Message\":\"the parameter apikey is invalid or missing.\"}"),
                Fault.body("{\"Error Message\":\"This API function (X) does not exist.\"}"),
                Fault.body("{\"Information\":\"Thank you for using us! This is a premium endpoint.\"}"),
                Fault.body("{\"Information\":\"We will be back soon.\"}"),
                Fault.body("{\"message\":\"These are artificial sample rows; see the premium plans.\"}"),
                Fault.body("{\"Meta Data\":{\"2. Symbol\":\"COIN\"}}"),
                Fault.body("{\"statusCode\":400,\"body\":\"{}\"}"),
                Fault.body("{\"Time Series (Daily)\":\"none\"}"),
                Fault.body("\"temporarily unavailable\""),
                Fault.body("0"),
                Fault.body("[]"),
                Fault.body("null"),
                Fault.body("Service unavailable\r\n"),
                // A table that ends in the middle of a line, though the connection ended well.
                Fault.body(COIN.substring(0, COIN.length() - 8)));
    }

    @Override
    protected Map<String, Function<Asked, Reply>> quiet() {
        Map<String, Function<Asked, Reply>> quiet = new LinkedHashMap<>();
        quiet.put("unknown tickers", asked -> Reply.of(200, UNKNOWN));
        quiet.put("empty objects", asked -> Reply.of(200, "{}"));
        quiet.put("headings alone", asked -> Reply.of(200, HEADING));
        return quiet;
    }

    @Override
    protected List<SizeLimit> sizeLimits() {
        return List.of(); // a ticker a request
    }

    @Override
    protected List<Refusal> refusals() {
        return List.of(); // refusals have status 200: see the ways to say nothing
    }

    @Override
    protected void configureMany(TestHome home, int requests) {
        tickers(home, IntStream.range(0, requests).mapToObj(i -> "T" + i).toList());
    }

    @Override
    protected Part answerMany(Asked asked) {
        return new Part(Reply.of(200, HEADING + "2026-11-19,1,1,1,1,1,1,1,1\r\n"), 8);
    }

    @Override
    protected Shipped shipped() {
        // 52 tickers, one a request; 5 of them are not in the vendor's list of active listings and wait for a week.
        return new Shipped(52, 47, 8 * 47);
    }
}
