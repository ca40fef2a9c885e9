package dev.caravan.sandbox;

/** What Alpha Vantage says instead of giving data: always HTTP 200 and a JSON object with one text (contract, section 5). */
final class AlphaVantageTexts {
    private static final String PLANS =
            "Please subscribe to any of the premium plans at https://www.alphavantage.co/premium/";

    private AlphaVantageTexts() {}

    /** The ticker, or another parameter, is wrong. */
    static Answer invalidCall(String function) {
        return message(
                "Error Message",
                "Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/)"
                        + " for " + function + ".");
    }

    /** The key is missing or refused. */
    static Answer invalidKey() {
        return message(
                "Error Message",
                "the parameter apikey is invalid or missing. Please claim your free API key on"
                        + " (https://www.alphavantage.co/support/#api-key). It should take less than 20 seconds.");
    }

    /** There is no such function. */
    static Answer noSuchFunction(String function) {
        return message("Error Message", "This API function (" + function + ") does not exist.");
    }

    /** The day's requests of a free key are spent; the text repeats the key. */
    static Answer daySpent(String key) {
        return message(
                "Information",
                "We have detected your API key as " + key
                        + " and our standard API rate limit is 25 requests per day. " + PLANS
                        + " to instantly remove all daily rate limits.");
    }

    /** Two requests of a free key within a second; the text speaks of all other limits too. */
    static Answer burst() {
        return message(
                "Information",
                "Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly"
                        + " (1 request per second). " + PLANS
                        + " to lift the free key rate limit (25 requests per day), raise the per-second burst limit,"
                        + " and instantly unlock all premium endpoints");
    }

    /** The plan does not include it. */
    static Answer premiumFeature(String what) {
        return message(
                "Information",
                "Thank you for using Alpha Vantage! " + what + " is a premium feature. " + PLANS
                        + " to instantly unlock all premium endpoints");
    }

    private static Answer message(String key, String text) {
        return Answer.json(json -> {
            json.writeStartObject();
            json.writeStringField(key, text);
            json.writeEndObject();
        });
    }
}
