package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** DefiLlama's {@code /yields/perps} (Pro): perpetual futures per venue and market. */
final class DefiLlamaPerps {
    private static final List<String> VENUES = List.of("Binance", "Bybit", "OKX", "Hyperliquid");
    private static final List<String> MAJORS = List.of(
            "BTC", "ETH", "SOL", "XRP", "BNB", "DOGE", "ADA", "AVAX", "LINK", "SUI", "HYPE", "TRX", "LTC", "ARB", "OP",
            "NEAR", "APT", "UNI", "AAVE", "ENA");
    private static final int MARKETS_PER_VENUE = 240;
    private static final long FUNDING_SECONDS = 8 * 3_600;

    private final List<String> coins = new ArrayList<>(MAJORS);

    DefiLlamaPerps() {
        for (int number = 0; coins.size() < MARKETS_PER_VENUE; number++) {
            String symbol = InventedNames.symbol(InventedNames.name(number));
            if (!coins.contains(symbol)) {
                coins.add(symbol);
            }
        }
    }

    /** All markets, as of the current hour. */
    Answer list(Request request) {
        return Answer.json(json -> {
            json.writeStartObject();
            json.writeStringField("status", "success");
            json.writeArrayFieldStart("data");
            for (String venue : VENUES) {
                for (String coin : coins) {
                    row(json, venue, coin, request);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void row(JsonGenerator json, String venue, String coin, Request request) throws IOException {
        String key = "perp/" + venue + "/" + coin;
        long second = request.hourSecond();
        long funded = Math.floorDiv(second, FUNDING_SECONDS) * FUNDING_SECONDS;
        ValuePath funding = new ValuePath(key + "/funding", 1e-4, 0.9);
        json.writeStartObject();
        json.writeStringField(
                "perp_id",
                UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString());
        json.writeStringField(
                "timestamp", Instant.ofEpochSecond(second).toString().replace("Z", ".000Z"));
        json.writeStringField("marketplace", venue);
        json.writeStringField("market", venue.equals("Hyperliquid") ? coin : coin + "USDT");
        json.writeStringField("baseAsset", coin);
        Json.number(json, "fundingRate", funding.level(second) - 5e-5);
        Json.number(json, "fundingRatePrevious", funding.level(funded) - 5e-5);
        json.writeNumberField("fundingTimePrevious", funded * 1_000);
        double interest = Chance.magnitude(key + "/interest", 1e4, 4e8);
        Json.number(json, "openInterest", Math.rint(new ValuePath(key + "/open", interest, 0.5).level(second)));
        double price = Chance.magnitude("perp price/" + coin, 1e-4, 500);
        Json.number(json, "indexPrice", new ValuePath("perp price/" + coin, price, 0.5).level(second));
        boolean averaged = Chance.happens(key + "/averaged", 0.8);
        for (String field :
                List.of("fundingRate7dAverage", "fundingRate7dSum", "fundingRate30dAverage", "fundingRate30dSum")) {
            if (averaged) {
                Json.number(json, field, (funding.level(second) - 5e-5) * (field.endsWith("Sum") ? 21 : 1));
            } else {
                json.writeNullField(field);
            }
        }
        json.writeEndObject();
    }
}
