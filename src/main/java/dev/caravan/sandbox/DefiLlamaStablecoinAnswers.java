package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** DefiLlama's stablecoin host. */
final class DefiLlamaStablecoinAnswers {
    private static final long DAY_SECONDS = 86_400;
    private static final Map<String, Integer> EARLIER_DAYS =
            new TreeMap<>(Map.of("circulatingPrevDay", 1, "circulatingPrevWeek", 7, "circulatingPrevMonth", 30));

    private final DefiLlamaStablecoins coins;
    private final DefiLlamaChains chains;
    private final BodyCache cache;

    DefiLlamaStablecoinAnswers(DefiLlamaStablecoins coins, DefiLlamaChains chains, BodyCache cache) {
        this.coins = coins;
        this.chains = chains;
        this.cache = cache;
    }

    /** {@code /stablecoins}: values in USD under the name of the peg, other pegs than the dollar at the end. */
    Answer list(Request request) {
        boolean prices = request.flag("includePrices");
        long second = request.hourSecond();
        return Answer.json(200, cache.get("stablecoins/" + prices, request, json -> {
            List<DefiLlamaStablecoin> sorted = new ArrayList<>(coins.all());
            sorted.sort(Comparator.comparing(
                            (DefiLlamaStablecoin coin) -> !coin.pegType().equals("peggedUSD"))
                    .thenComparing(coin -> -coin.circulatingUsd(second)));
            json.writeStartObject();
            json.writeArrayFieldStart("peggedAssets");
            for (DefiLlamaStablecoin coin : sorted) {
                asset(json, coin, prices, second);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("chains");
            for (DefiLlamaChain chain : chains.bySize().subList(0, 170)) {
                chain(json, chain, second);
            }
            json.writeEndArray();
            json.writeEndObject();
        }));
    }

    /** {@code /stablecoincharts/all}, of one coin or of all: native units and USD, dates as texts. */
    Answer chart(Request request) {
        String id = request.parameter("stablecoin");
        if (id.isEmpty()) {
            return chart(
                    coins.all().stream()
                            .filter(coin -> coin.pegType().equals("peggedUSD") && coin.supply() > 1e9)
                            .toList(),
                    request);
        }
        Optional<DefiLlamaStablecoin> coin = coins.find(id);
        return coin.isEmpty() ? Answer.text(404, "Invalid request") : chart(List.of(coin.get()), request);
    }

    /** {@code /stablecoinprices}: per day the prices by CoinGecko id; the last entry is the current one. */
    Answer prices(Request request) {
        return Answer.json(200, cache.get("stablecoinprices", request, json -> {
            List<DefiLlamaStablecoin> priced = coins.all().stream()
                    .filter(coin -> coin.priced() && coin.geckoId() != null && coin.supply() > 1e6)
                    .toList();
            List<ValuePath> paths =
                    priced.stream().map(DefiLlamaStablecoin::price).toList();
            json.writeStartArray();
            for (long day = request.today() - 730; day <= request.today(); day++) {
                long second = day == request.today() ? request.hourSecond() : day * DAY_SECONDS;
                json.writeStartObject();
                json.writeNumberField("date", day * DAY_SECONDS);
                json.writeObjectFieldStart("prices");
                for (int i = 0; i < priced.size(); i++) {
                    if (day >= priced.get(i).firstDay()) {
                        Json.number(
                                json,
                                priced.get(i).geckoId(),
                                Math.rint(paths.get(i).level(second) * 1e6) / 1e6);
                    }
                }
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
        }));
    }

    private static Answer chart(List<DefiLlamaStablecoin> summed, Request request) {
        String peg = summed.get(0).pegType();
        long firstDay =
                summed.stream().mapToLong(DefiLlamaStablecoin::firstDay).min().orElse(request.today());
        boolean unreleased = summed.stream().anyMatch(coin -> coin.supply() > 1e9);
        return Answer.json(json -> {
            json.writeStartArray();
            for (long day = firstDay; day <= request.today(); day++) {
                boolean last = day == request.today();
                long second = last ? request.hourSecond() : day * DAY_SECONDS;
                double coins = 0;
                double usd = 0;
                for (DefiLlamaStablecoin coin : summed) {
                    if (day >= coin.firstDay()) {
                        coins += coin.circulating().level(second);
                        usd += coin.circulatingUsd(second);
                    }
                }
                json.writeStartObject();
                json.writeStringField("date", Long.toString(day * DAY_SECONDS));
                amount(json, "totalCirculating", peg, coins, last);
                if (unreleased || last) {
                    amount(json, "totalUnreleased", peg, unreleased ? coins * 0.04 : 0, last);
                }
                amount(json, "totalCirculatingUSD", peg, usd, last);
                if (last) {
                    amount(json, "totalMintedUSD", peg, 0, true);
                    amount(json, "totalBridgedToUSD", peg, 0, true);
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** Old amounts are whole and lose zeros; the amounts of the last row have cents and keep them. */
    private static void amount(JsonGenerator json, String field, String peg, double value, boolean last)
            throws IOException {
        json.writeObjectFieldStart(field);
        double rounded = last ? Math.rint(value * 100) / 100 : Math.rint(value);
        if (last || rounded != 0) {
            Json.number(json, peg, rounded);
        }
        json.writeEndObject();
    }

    private static void asset(JsonGenerator json, DefiLlamaStablecoin coin, boolean prices, long second)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("id", coin.id());
        json.writeStringField("name", coin.name());
        json.writeStringField("symbol", coin.symbol());
        Json.text(json, "gecko_id", coin.geckoId());
        json.writeStringField("pegType", coin.pegType());
        json.writeStringField("priceSource", coin.priced() ? "defillama" : "coingecko");
        json.writeStringField("pegMechanism", coin.mechanism());
        amounts(json, "circulating", coin, 1, second);
        json.writeObjectFieldStart("chainCirculating");
        for (int i = 0; i < coin.chains().size(); i++) {
            json.writeObjectFieldStart(coin.chains().get(i).name());
            amounts(json, "current", coin, coin.chainShare(i), second);
            json.writeEndObject();
        }
        json.writeEndObject();
        Json.texts(
                json, "chains", coin.chains().stream().map(DefiLlamaChain::name).toList());
        if (prices) {
            price(json, coin, second);
        }
        if (Chance.happens("stablecoin yield/" + coin.id(), 0.06)) {
            json.writeBooleanField("yieldBearing", true);
        }
        json.writeEndObject();
    }

    private static void amounts(JsonGenerator json, String current, DefiLlamaStablecoin coin, double share, long second)
            throws IOException {
        json.writeObjectFieldStart(current);
        Json.number(json, coin.pegType(), coin.circulatingUsd(second) * share);
        json.writeEndObject();
        for (Map.Entry<String, Integer> earlier : EARLIER_DAYS.entrySet()) {
            json.writeObjectFieldStart(earlier.getKey());
            double before = coin.circulatingUsd(second - earlier.getValue() * DAY_SECONDS);
            Json.number(json, coin.pegType(), before * share);
            json.writeEndObject();
        }
    }

    /** A number, null, or for a few a numeral in quotes. */
    private static void price(JsonGenerator json, DefiLlamaStablecoin coin, long second) throws IOException {
        double price = Math.rint(coin.price().level(second) * 1e9) / 1e9;
        if (!coin.priced()) {
            json.writeNullField("price");
        } else if (coin.supply() < 1e9 && Chance.happens("stablecoin quoted/" + coin.id(), 0.03)) {
            json.writeStringField("price", Double.toString(price));
        } else {
            Json.number(json, "price", price);
        }
    }

    private static void chain(JsonGenerator json, DefiLlamaChain chain, long second) throws IOException {
        json.writeStartObject();
        Json.text(json, "gecko_id", chain.geckoId());
        json.writeObjectFieldStart("totalCirculatingUSD");
        double dollars = chain.baseTvl() * Chance.between("chain pegged/" + chain.name(), 0.1, 1.5);
        Json.number(json, "peggedUSD", new ValuePath("chain pegged/" + chain.name(), dollars, 0.2).level(second));
        json.writeEndObject();
        Json.text(json, "tokenSymbol", chain.symbol());
        json.writeStringField("name", chain.name());
        json.writeEndObject();
    }
}
