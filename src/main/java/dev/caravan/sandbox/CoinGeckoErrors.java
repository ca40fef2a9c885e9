package dev.caravan.sandbox;

import java.time.Instant;

/** CoinGecko's error bodies, which have three shapes. */
final class CoinGeckoErrors {
    private CoinGeckoErrors() {}

    /** {@code {"error": "..."}}, for mistakes in a request. */
    static Answer of(int status, String message) {
        return Answer.json(status, Json.plain(json -> {
            json.writeStartObject();
            json.writeStringField("error", message);
            json.writeEndObject();
        }));
    }

    /** {@code {"status": {...}}}, for what is not allowed. */
    static Answer status(int status, int code, String message) {
        return Answer.json(status, Json.plain(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("status");
            json.writeNumberField("error_code", code);
            json.writeStringField("error_message", message);
            json.writeEndObject();
            json.writeEndObject();
        }));
    }

    /** {@code {"error": {"status": {...}}}}, for what a plan does not include. */
    static Answer plan(int status, int code, String message, Instant now) {
        return Answer.json(status, Json.plain(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("error");
            json.writeObjectFieldStart("status");
            json.writeStringField("timestamp", CoinGeckoMarkets.TIME.format(now));
            json.writeNumberField("error_code", code);
            json.writeStringField("error_message", message);
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        }));
    }

    /** The documented error of a status. */
    static Answer documented(int status, Instant now) {
        return switch (status) {
            case 401 -> status(401, 10_002, "API Key Missing or invalid");
            case 403 -> Answer.page(403, "Access denied | error code: 1020");
            case 404 -> of(404, "coin not found");
            case 422 -> of(422, "Missing parameter vs_currency");
            case 429 ->
                status(
                        429,
                        429,
                        "You've exceeded the Rate Limit. Please visit https://www.coingecko.com/en/api/pricing to"
                                + " subscribe to our API plans for higher rate limits.");
            case 402 -> plan(402, 10_005, "This request is limited to PRO API subscribers.", now);
            case 500 -> Answer.json(500, Body.text("{\"status\":500,\"error\":\"Internal Server Error\"}"));
            default -> of(status, "error " + status);
        };
    }
}
