package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** CoinGecko's {@code /coins/markets}. */
final class CoinGeckoMarkets {
    private static final int DEFAULT_PER_PAGE = 100;
    private static final int MOST_PER_PAGE = 250;
    private static final long HOUR_SECONDS = 3_600;
    private static final long DAY_SECONDS = 86_400;
    private static final Map<String, Long> PERIODS = Map.of(
            "1h", HOUR_SECONDS,
            "24h", DAY_SECONDS,
            "7d", 7 * DAY_SECONDS,
            "14d", 14 * DAY_SECONDS,
            "30d", 30 * DAY_SECONDS,
            "200d", 200 * DAY_SECONDS,
            "1y", 365 * DAY_SECONDS);
    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final CoinGeckoCoins coins;
    private final CoinGeckoCurrencies currencies;

    CoinGeckoMarkets(CoinGeckoCoins coins, CoinGeckoCurrencies currencies) {
        this.coins = coins;
        this.currencies = currencies;
    }

    /** A page of coins. */
    Answer page(Request request) {
        String currency = request.parameter("vs_currency");
        if (currency.isEmpty()) {
            return CoinGeckoErrors.of(422, "Missing parameter vs_currency");
        }
        Optional<Double> rate = currencies.perDollar(currency, request.hourSecond());
        if (rate.isEmpty()) {
            return CoinGeckoErrors.of(422, "invalid vs_currency");
        }
        int perPage;
        int page;
        try {
            perPage = number(request, "per_page", DEFAULT_PER_PAGE);
            page = number(request, "page", 1);
        } catch (NumberFormatException e) {
            return CoinGeckoErrors.of(400, "Invalid value for parameter");
        }
        int size = Math.min(MOST_PER_PAGE, perPage);
        List<CoinGeckoCoin> chosen = chosen(request);
        int from = (int) Math.min(chosen.size(), (page - 1L) * size);
        List<CoinGeckoCoin> rows = chosen.subList(from, Math.min(chosen.size(), from + size));
        return Answer.json(json -> {
                    json.writeStartArray();
                    for (CoinGeckoCoin coin : rows) {
                        row(json, coin, request, rate.get());
                    }
                    json.writeEndArray();
                })
                .with("total", Integer.toString(chosen.size()))
                .with("per-page", Integer.toString(size));
    }

    private static int number(Request request, String name, int otherwise) {
        String text = request.parameter(name);
        return text.isEmpty() ? otherwise : Math.max(1, Integer.parseInt(text));
    }

    /** The coins asked for, in the order asked for; ids that do not exist are left out without a word. */
    private List<CoinGeckoCoin> chosen(Request request) {
        List<CoinGeckoCoin> chosen =
                new ArrayList<>(coins.ranking(request.hourSecond()).coins());
        keep(chosen, request.parameter("ids"), CoinGeckoCoin::id);
        keep(chosen, request.parameter("symbols"), CoinGeckoCoin::symbol);
        switch (request.parameter("order")) {
            case "market_cap_asc" -> Collections.reverse(chosen);
            case "id_asc" -> chosen.sort(Comparator.comparing(CoinGeckoCoin::id));
            case "id_desc" ->
                chosen.sort(Comparator.comparing(CoinGeckoCoin::id).reversed());
            case "volume_asc" -> chosen.sort(byVolume(request));
            case "volume_desc" -> chosen.sort(byVolume(request).reversed());
            default -> {
                // Already by market capitalisation, the largest first.
            }
        }
        return chosen;
    }

    private static void keep(List<CoinGeckoCoin> chosen, String list, Function<CoinGeckoCoin, String> key) {
        if (!list.isEmpty()) {
            Set<String> wanted = new HashSet<>(Arrays.asList(list.split(",", -1)));
            chosen.removeIf(coin -> !wanted.contains(key.apply(coin)));
        }
    }

    private static Comparator<CoinGeckoCoin> byVolume(Request request) {
        return Comparator.comparingDouble(coin -> coin.volume().level(request.hourSecond()));
    }

    private void row(JsonGenerator json, CoinGeckoCoin coin, Request request, double rate) throws IOException {
        long second = coin.latest(request.hourSecond());
        boolean full = request.parameter("precision").equals("full");
        ValuePath path = coin.price();
        double price = path.level(second) * rate;
        double circulating = Math.rint(coin.circulating(second) * 100) / 100;
        double cap = Math.rint(coin.marketCap(second) * rate);
        json.writeStartObject();
        json.writeStringField("id", coin.id());
        json.writeStringField("symbol", coin.symbol());
        json.writeStringField("name", coin.name());
        json.writeStringField(
                "image",
                "https://coin-images.coingecko.com/coins/images/" + Chance.below("image/" + coin.id(), 60_000)
                        + "/large/" + coin.id() + ".png?1696501400");
        CoinGeckoNumbers.money(json, "current_price", CoinGeckoNumbers.price(price, full));
        CoinGeckoNumbers.money(json, "market_cap", cap);
        if (cap == 0) {
            json.writeNullField("market_cap_rank");
        } else {
            int place = coins.ranking(request.hourSecond()).places().get(coin.id());
            json.writeNumberField("market_cap_rank", place);
        }
        double most = coin.maxSupply() == 0 ? circulating : coin.maxSupply();
        if (coin.knownTotal()) {
            CoinGeckoNumbers.money(json, "fully_diluted_valuation", Math.rint(most * price));
        } else {
            json.writeNullField("fully_diluted_valuation");
        }
        CoinGeckoNumbers.money(
                json, "total_volume", coin.dead() ? 0 : Math.rint(coin.volume().level(second) * rate));
        lastDay(json, coin, second, rate, full);
        CoinGeckoNumbers.coins(json, "circulating_supply", circulating);
        if (coin.knownTotal()) {
            CoinGeckoNumbers.coins(json, "total_supply", most);
        } else {
            json.writeNullField("total_supply");
        }
        if (coin.maxSupply() == 0) {
            json.writeNullField("max_supply");
        } else {
            CoinGeckoNumbers.coins(json, "max_supply", coin.maxSupply());
        }
        extreme(json, "ath", coin, path.ceiling() * rate, price);
        extreme(json, "atl", coin, path.floor() * rate, price);
        roi(json, coin);
        json.writeStringField("last_updated", TIME.format(lastUpdated(coin, request)));
        changes(json, coin, request, second);
        if (request.flag("sparkline")) {
            json.writeObjectFieldStart("sparkline_in_7d");
            json.writeArrayFieldStart("price");
            for (long hour = 167; hour >= 0; hour--) {
                json.writeNumber(CoinGeckoNumbers.ruby(path.level(second - hour * HOUR_SECONDS) * rate));
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** When the values of a coin were taken: within the first second of the hour, months ago for a dead coin. */
    static Instant lastUpdated(CoinGeckoCoin coin, Request request) {
        int offset = Chance.below("updated/" + coin.id() + "/" + request.hourSecond(), 1_000);
        return coin.dead()
                ? Instant.ofEpochSecond(coin.latest(request.hourSecond())).plusMillis(213)
                : request.moment(offset);
    }

    private static void lastDay(JsonGenerator json, CoinGeckoCoin coin, long second, double rate, boolean full)
            throws IOException {
        if (coin.dead()) {
            for (String field : List.of(
                    "high_24h",
                    "low_24h",
                    "price_change_24h",
                    "price_change_percentage_24h",
                    "market_cap_change_24h",
                    "market_cap_change_percentage_24h")) {
                json.writeNullField(field);
            }
            return;
        }
        ValuePath path = coin.price();
        double high = 0;
        double low = Double.MAX_VALUE;
        for (int hour = 0; hour <= 24; hour++) {
            double price = path.level(second - hour * HOUR_SECONDS) * rate;
            high = Math.max(high, price);
            low = Math.min(low, price);
        }
        double now = path.level(second);
        double before = path.level(second - DAY_SECONDS);
        double capChange = (coin.marketCap(second) - coin.marketCap(second - DAY_SECONDS)) * rate;
        CoinGeckoNumbers.money(json, "high_24h", CoinGeckoNumbers.price(high, full));
        CoinGeckoNumbers.money(json, "low_24h", CoinGeckoNumbers.price(low, full));
        CoinGeckoNumbers.number(json, "price_change_24h", CoinGeckoNumbers.digits((now - before) * rate, 9));
        CoinGeckoNumbers.number(json, "price_change_percentage_24h", percent(now, before));
        CoinGeckoNumbers.number(json, "market_cap_change_24h", CoinGeckoNumbers.digits(capChange, 12));
        CoinGeckoNumbers.number(json, "market_cap_change_percentage_24h", percent(now, before));
    }

    private static void extreme(JsonGenerator json, String field, CoinGeckoCoin coin, double extreme, double price)
            throws IOException {
        CoinGeckoNumbers.money(json, field, CoinGeckoNumbers.price(extreme, false));
        CoinGeckoNumbers.number(json, field + "_change_percentage", percent(price, extreme));
        long second = coin.firstDay() * DAY_SECONDS + Chance.below(field + "/" + coin.id(), 40_000_000);
        json.writeStringField(field + "_date", TIME.format(Instant.ofEpochSecond(second)));
    }

    private static void roi(JsonGenerator json, CoinGeckoCoin coin) throws IOException {
        if (!Chance.happens("coin roi/" + coin.id(), 0.12)) {
            json.writeNullField("roi");
            return;
        }
        double times = Chance.between("coin times/" + coin.id(), -0.9, 60);
        json.writeObjectFieldStart("roi");
        CoinGeckoNumbers.number(json, "times", times);
        json.writeStringField("currency", "usd");
        CoinGeckoNumbers.number(json, "percentage", times * 100);
        json.writeEndObject();
    }

    private static void changes(JsonGenerator json, CoinGeckoCoin coin, Request request, long second)
            throws IOException {
        String asked = request.parameter("price_change_percentage");
        if (asked.isEmpty()) {
            return;
        }
        for (String period : asked.split(",", -1)) {
            if (PERIODS.containsKey(period)) {
                String field = "price_change_percentage_" + period + "_in_currency";
                long before = second - PERIODS.get(period);
                if (coin.dead() || before < coin.firstDay() * DAY_SECONDS) {
                    json.writeNullField(field);
                } else {
                    ValuePath path = coin.price();
                    CoinGeckoNumbers.number(json, field, percent(path.level(second), path.level(before)));
                }
            }
        }
    }

    private static double percent(double now, double before) {
        return Math.rint((now / before - 1) * 1e7) / 1e5;
    }
}
