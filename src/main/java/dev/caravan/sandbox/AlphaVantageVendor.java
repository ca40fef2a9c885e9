package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Alpha Vantage: daily series, and hours by the month, of the configured tickers and of IBM. A key that begins with
 * {@code premium} has a paid plan, the key {@code invalid} is refused, {@code demo} gets nothing, every other one is a free
 * key with 25 requests a UTC day, which are counted: the only thing that this vendor remembers.
 */
final class AlphaVantageVendor implements Vendor {
    private static final String API = "/alphavantage";
    private static final int A_DAY = 25;
    private static final int COMPACT = 100;
    /** Configured, but not in the vendor's list of active listings (contract, section 3). */
    private static final Set<String> NOT_LISTED = Set.of("EXOD", "ABTC", "ETHZ", "MTPLF", "SATA");

    private static final String DAILY = "TIME_SERIES_DAILY";
    private static final String ADJUSTED = "TIME_SERIES_DAILY_ADJUSTED";

    private final Set<String> symbols;
    private final Map<String, AtomicInteger> spent = new ConcurrentHashMap<>();

    /** Alpha Vantage with the tickers of the given rows of {@code alphavantage.csv}, but for those that it does not list. */
    AlphaVantageVendor(List<Map<String, String>> configured) {
        this.symbols = configured.stream()
                .map(row -> row.getOrDefault("symbol", ""))
                .filter(symbol -> !symbol.isEmpty() && !NOT_LISTED.contains(symbol))
                .collect(Collectors.toCollection(TreeSet::new));
        this.symbols.add("IBM");
    }

    @Override
    public String name() {
        return "alphavantage";
    }

    @Override
    public Map<String, String> endpoints() {
        return Map.of("ALPHAVANTAGE_API_URL", API);
    }

    @Override
    public Answer error(int status, Request request) {
        return switch (status) {
            case 401, 403 -> AlphaVantageTexts.invalidKey();
            case 402 -> AlphaVantageTexts.premiumFeature("This");
            case 404, 400 -> AlphaVantageTexts.invalidCall(request.parameter("function"));
            case 429 -> AlphaVantageTexts.burst();
            default -> Answer.text(status, "error " + status);
        };
    }

    @Override
    public Answer answer(Request request) {
        if (!request.segment(0).equals("query")) {
            return Answer.text(404, "Not Found");
        }
        String key = request.parameter("apikey");
        if (key.isEmpty() || key.equals("invalid") || key.equals("demo")) {
            return AlphaVantageTexts.invalidKey();
        }
        boolean premium = key.startsWith("premium");
        if (!premium && spent(key, request) > A_DAY) {
            return AlphaVantageTexts.daySpent(key);
        }
        String function = request.parameter("function");
        return switch (function) {
            case DAILY -> daily(request, premium, false);
            case ADJUSTED ->
                premium
                        ? daily(request, true, true)
                        : AlphaVantageTexts.premiumFeature("The " + ADJUSTED + " function");
            case AlphaVantageHours.FUNCTION ->
                premium
                        ? hours(request)
                        : AlphaVantageTexts.premiumFeature("The " + AlphaVantageHours.FUNCTION + " function");
            case "LISTING_STATUS" -> listing();
            default -> AlphaVantageTexts.noSuchFunction(function);
        };
    }

    private int spent(String key, Request request) {
        LocalDate today = request.now().atZone(ZoneOffset.UTC).toLocalDate();
        return spent.computeIfAbsent(key + "@" + today, added -> new AtomicInteger())
                .incrementAndGet();
    }

    private Answer daily(Request request, boolean premium, boolean adjusted) {
        String symbol = request.parameter("symbol");
        if (!symbols.contains(symbol)) {
            return AlphaVantageTexts.invalidCall(adjusted ? ADJUSTED : DAILY);
        }
        boolean full = request.parameter("outputsize").equals("full");
        if (full && !premium) {
            return AlphaVantageTexts.premiumFeature("The outputsize=full parameter value");
        }
        AlphaVantageShare share = new AlphaVantageShare(symbol);
        List<AlphaVantageShare.Day> days = share.days(
                AlphaVantageDays.newestFirst(request.now(), share.firstDay(), full ? Integer.MAX_VALUE : COMPACT),
                request.hourSecond());
        return request.parameter("datatype").equals("csv")
                ? csv(adjusted, days)
                : json(request, symbol, full, adjusted, days);
    }

    private Answer hours(Request request) {
        String symbol = request.parameter("symbol");
        return symbols.contains(symbol)
                ? AlphaVantageHours.of(new AlphaVantageShare(symbol), request)
                        .map(AlphaVantageVendor::attachment)
                        .orElseGet(() -> AlphaVantageTexts.invalidCall(AlphaVantageHours.FUNCTION))
                : AlphaVantageTexts.invalidCall(AlphaVantageHours.FUNCTION);
    }

    private static Answer csv(boolean adjusted, List<AlphaVantageShare.Day> days) {
        StringBuilder text = new StringBuilder("timestamp,open,high,low,close,");
        text.append(adjusted ? "adjusted_close,volume,dividend_amount,split_coefficient" : "volume")
                .append("\r\n");
        for (AlphaVantageShare.Day day : days) {
            text.append(day.date()).append(',').append(price(day.open()));
            text.append(',').append(price(day.high())).append(',').append(price(day.low()));
            text.append(',').append(price(day.close())).append(',');
            if (adjusted) {
                text.append(day.adjusted()).append(',').append(day.volume());
                text.append(',').append(price(day.dividend())).append(',').append(day.split());
            } else {
                text.append(day.volume());
            }
            text.append("\r\n");
        }
        return attachment(text.toString());
    }

    private static Answer json(
            Request request, String symbol, boolean full, boolean adjusted, List<AlphaVantageShare.Day> days) {
        return Answer.json(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("Meta Data");
            json.writeStringField(
                    "1. Information",
                    adjusted
                            ? "Daily Time Series with Splits and Dividend Events"
                            : "Daily Prices (open, high, low, close) and Volumes");
            json.writeStringField("2. Symbol", symbol);
            json.writeStringField(
                    "3. Last Refreshed",
                    AlphaVantageDays.lastRefreshed(request.now(), days.get(0).date()));
            json.writeStringField("4. Output Size", full ? "Full size" : "Compact");
            json.writeStringField("5. Time Zone", "US/Eastern");
            json.writeEndObject();
            json.writeObjectFieldStart("Time Series (Daily)");
            for (AlphaVantageShare.Day day : days) {
                json.writeObjectFieldStart(day.date().toString());
                row(json, day, adjusted);
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void row(JsonGenerator json, AlphaVantageShare.Day day, boolean adjusted) throws IOException {
        json.writeStringField("1. open", price(day.open()));
        json.writeStringField("2. high", price(day.high()));
        json.writeStringField("3. low", price(day.low()));
        json.writeStringField("4. close", price(day.close()));
        if (adjusted) {
            json.writeStringField("5. adjusted close", Double.toString(day.adjusted()));
            json.writeStringField("6. volume", Long.toString(day.volume()));
            json.writeStringField("7. dividend amount", price(day.dividend()));
            json.writeStringField("8. split coefficient", Double.toString(day.split()));
        } else {
            json.writeStringField("5. volume", Long.toString(day.volume()));
        }
    }

    private Answer listing() {
        StringBuilder text = new StringBuilder("symbol,name,exchange,assetType,ipoDate,delistingDate,status\r\n");
        for (String symbol : symbols) {
            text.append(symbol).append(",\"Sandbox, ").append(symbol).append("\",NASDAQ,Stock,");
            text.append(new AlphaVantageShare(symbol).firstDay()).append(",null,Active\r\n");
        }
        return attachment(text.toString());
    }

    private static Answer attachment(String text) {
        return new Answer(
                200,
                Map.of(
                        "Content-Type",
                        "application/x-download",
                        "Content-Disposition",
                        "attachment; filename=answer.csv"),
                Body.text(text));
    }

    private static String price(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
