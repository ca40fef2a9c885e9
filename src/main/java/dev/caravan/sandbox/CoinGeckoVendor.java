package dev.caravan.sandbox;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** CoinGecko: public and Pro host in one; a Pro key in the request makes it the Pro host. */
final class CoinGeckoVendor implements Vendor {
    private static final String API = "/coingecko/api/v3";
    /** The one key that is refused. */
    private static final String REFUSED_KEY = "invalid";

    private static final int COINS_IN_SUM = 3_000;

    private final CoinGeckoCoins coins;
    private final CoinGeckoCurrencies currencies;
    private final CoinGeckoMarkets markets;
    private final CoinGeckoCharts charts;
    private final BodyCache cache = new BodyCache();

    /** CoinGecko with the ids of the given rows of {@code coingecko.csv}, but for three, among its own. */
    CoinGeckoVendor(List<Map<String, String>> configured) {
        this.coins = new CoinGeckoCoins(configured);
        this.currencies = new CoinGeckoCurrencies(coins);
        this.markets = new CoinGeckoMarkets(coins, currencies);
        this.charts = new CoinGeckoCharts(coins, currencies);
    }

    @Override
    public String name() {
        return "coingecko";
    }

    @Override
    public Map<String, String> endpoints() {
        return Map.of("COINGECKO_API_URL", API);
    }

    @Override
    public Answer error(int status, Request request) {
        return CoinGeckoErrors.documented(status, request.now());
    }

    @Override
    public Answer answer(Request request) {
        String proKey = key(request, "x-cg-pro-api-key");
        if (proKey.equals(REFUSED_KEY) || key(request, "x-cg-demo-api-key").equals(REFUSED_KEY)) {
            return error(401, request);
        }
        Answer answer = route(request, !proKey.isEmpty());
        if (answer.status() != 200) {
            return answer;
        }
        return answer.with("Cache-Control", "public, max-age=30")
                .with("ETag", "W/\"" + answer.body().fingerprint() + "\"");
    }

    private Answer route(Request request, boolean pro) {
        String id = request.segment(1);
        String rest = String.join("/", request.segments().stream().skip(2).toList());
        return switch (request.segment(0)) {
            case "ping" -> Answer.json(200, Body.text("{\"gecko_says\":\"(V3) To the Moon!\"}"));
            case "key" -> pro ? usage() : error(401, request);
            case "global" -> id.isEmpty() ? global(request) : Answer.text(404, "Not Found");
            case "simple" ->
                switch (id) {
                    case "price" -> prices(request);
                    case "supported_vs_currencies" -> currencyCodes();
                    default -> Answer.text(404, "Not Found");
                };
            case "coins" ->
                switch (id + (rest.isEmpty() ? "" : "/")) {
                    case "list" -> list(request);
                    case "markets" -> markets.page(request);
                    default ->
                        switch (rest) {
                            case "market_chart" -> charts.last(id, request, pro);
                            case "market_chart/range" -> charts.range(id, request, pro);
                            case "history" -> charts.day(id, request, pro);
                            default -> Answer.text(404, "Not Found");
                        };
                };
            default -> Answer.text(404, "Not Found");
        };
    }

    private static String key(Request request, String header) {
        return request.headers()
                .getOrDefault(header, request.parameter(header.replace('-', '_')))
                .strip();
    }

    private static Answer usage() {
        return Answer.json(json -> {
            json.writeStartObject();
            json.writeStringField("plan", "Analyst");
            json.writeNumberField("rate_limit_request_per_minute", 500);
            json.writeNumberField("monthly_call_credit", 500_000);
            json.writeNumberField("current_total_monthly_calls", 12_345);
            json.writeNumberField("current_remaining_monthly_calls", 487_655);
            json.writeEndObject();
        });
    }

    private static Answer currencyCodes() {
        return Answer.json(json -> {
            json.writeStartArray();
            for (String code : CoinGeckoCurrencies.codes()) {
                json.writeString(code);
            }
            json.writeEndArray();
        });
    }

    private Answer list(Request request) {
        boolean platforms = request.flag("include_platform");
        return Answer.json(200, cache.get("list/" + platforms, request, json -> {
            json.writeStartArray();
            for (CoinGeckoCoin coin : coins.all()) {
                json.writeStartObject();
                json.writeStringField("id", coin.id());
                json.writeStringField("symbol", coin.symbol());
                json.writeStringField("name", coin.name());
                if (platforms) {
                    json.writeObjectFieldStart("platforms");
                    if (Chance.happens("coin platform/" + coin.id(), 0.8)) {
                        json.writeStringField("ethereum", InventedNames.address(coin.id()));
                    }
                    json.writeEndObject();
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        }));
    }

    private Answer prices(Request request) {
        if (request.parameter("vs_currencies").isEmpty()) {
            return CoinGeckoErrors.of(422, "Missing parameter vs_currencies");
        }
        Set<String> ids = new HashSet<>(Arrays.asList(request.parameter("ids").split(",", -1)));
        Set<String> codes = new LinkedHashSet<>(
                Arrays.asList(request.parameter("vs_currencies").split(",", -1)));
        boolean full = request.parameter("precision").equals("full");
        return Answer.json(json -> {
            json.writeStartObject();
            // In the vendor's own order, not the one asked for.
            for (CoinGeckoCoin coin : ids.stream()
                    .map(coins::find)
                    .flatMap(Optional::stream)
                    .sorted((left, right) -> left.id().compareTo(right.id()))
                    .toList()) {
                long second = coin.latest(request.hourSecond());
                json.writeObjectFieldStart(coin.id());
                for (String code : codes) {
                    Optional<Double> rate = currencies.perDollar(code, second);
                    if (rate.isPresent()) {
                        double price = coin.price().level(second) * rate.get();
                        CoinGeckoNumbers.money(json, code, CoinGeckoNumbers.price(price, full));
                        if (request.flag("include_market_cap")) {
                            CoinGeckoNumbers.number(json, code + "_market_cap", coin.marketCap(second) * rate.get());
                        }
                        if (request.flag("include_24hr_vol")) {
                            double volume = coin.volume().level(second) * rate.get();
                            CoinGeckoNumbers.number(json, code + "_24h_vol", volume);
                        }
                        if (request.flag("include_24hr_change")) {
                            double before = coin.price().level(second - 86_400);
                            double change = (coin.price().level(second) / before - 1) * 100;
                            CoinGeckoNumbers.number(json, code + "_24h_change", change);
                        }
                    }
                }
                if (request.flag("include_last_updated_at")) {
                    json.writeNumberField(
                            "last_updated_at",
                            CoinGeckoMarkets.lastUpdated(coin, request).getEpochSecond());
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    private Answer global(Request request) {
        long second = request.hourSecond();
        List<CoinGeckoCoin> largest = coins.ranking(second).coins().subList(0, COINS_IN_SUM);
        return Answer.json(200, cache.get("global", request, json -> {
            double cap =
                    largest.stream().mapToDouble(coin -> coin.marketCap(second)).sum();
            double before = largest.stream()
                    .mapToDouble(coin -> coin.marketCap(second - 86_400))
                    .sum();
            double volume = largest.stream()
                    .mapToDouble(coin -> coin.volume().level(second))
                    .sum();
            json.writeStartObject();
            json.writeObjectFieldStart("data");
            json.writeNumberField("active_cryptocurrencies", coins.all().size());
            json.writeNumberField("upcoming_icos", 0);
            json.writeNumberField("ongoing_icos", 49);
            json.writeNumberField("ended_icos", 3_376);
            json.writeNumberField("markets", 1_297);
            json.writeObjectFieldStart("total_market_cap");
            for (String code : CoinGeckoCurrencies.codes()) {
                double rate = currencies.perDollar(code, second).orElse(0.0);
                CoinGeckoNumbers.number(json, code, cap * rate);
            }
            json.writeEndObject();
            json.writeObjectFieldStart("total_volume");
            for (String code : CoinGeckoCurrencies.codes()) {
                double rate = currencies.perDollar(code, second).orElse(0.0);
                CoinGeckoNumbers.number(json, code, volume * rate);
            }
            json.writeEndObject();
            json.writeObjectFieldStart("market_cap_percentage");
            for (CoinGeckoCoin coin : largest.subList(0, 10)) {
                CoinGeckoNumbers.number(json, coin.symbol(), coin.marketCap(second) / cap * 100);
            }
            json.writeEndObject();
            CoinGeckoNumbers.number(json, "market_cap_change_percentage_24h_usd", (cap / before - 1) * 100);
            json.writeNumberField("updated_at", second);
            json.writeEndObject();
            json.writeEndObject();
        }));
    }
}
