package dev.caravan.source.alphavantage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.settings.Secrets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What Alpha Vantage says instead of giving data, always with HTTP 200 (contract, section 5). Told apart by the phrases of
 * the contract and never by the word "premium", which nearly every text advertises. Reasons are in our words where the
 * text is known: the vendor's repeats the key.
 *
 * @param kind what it means
 * @param text the vendor's text
 */
record AlphaVantageMessage(Kind kind, String text) {
    private static final List<String> KEYS = List.of("Error Message", "Information", "Note", "message");
    private static final Pattern DAY_LIMIT = Pattern.compile("rate limit is \\d[\\d,]* requests per day");
    private static final Pattern KEY_IN_TEXT = Pattern.compile("(?i)(api ?key(?: as)?[ :=]+)[A-Z0-9]{8,}");
    private static final Duration BURST_PAUSE = Duration.ofSeconds(2);
    private static final Duration MINUTE = Duration.ofSeconds(60);
    private static final int RETRIES = 3;
    private static final int LONGEST_REASON = 200;

    /** What a message means. */
    enum Kind {
        /** The plan does not include what was asked. */
        NOT_IN_PLAN,
        /** The account's requests of the day are spent. */
        DAY_SPENT,
        /** Too many requests within a second. */
        BURST,
        /** Too many requests within a minute. */
        TOO_MANY_A_MINUTE,
        /** The key is wrong, missing or only for demonstrations. */
        KEY,
        /** The vendor does not know the function. */
        NO_SUCH_FUNCTION,
        /** The vendor does not know the ticker, or a parameter is wrong. */
        INVALID_CALL,
        /** A text that the contract does not know. */
        OTHER;

        /** @return whether no other request of the pull can fare better */
        boolean stopsThePull() {
            return this == NOT_IN_PLAN || this == DAY_SPENT || this == KEY || this == NO_SUCH_FUNCTION;
        }
    }

    /**
     * @param answer an answer that is a JSON object
     * @return what it says, or nothing when it is no message
     */
    static Optional<AlphaVantageMessage> of(ObjectNode answer) {
        for (String key : KEYS) {
            JsonNode text = answer.path(key);
            if (text.isTextual()) {
                return Optional.of(new AlphaVantageMessage(kindOf(text.textValue()), text.textValue()));
            }
        }
        return Optional.empty();
    }

    /** The order is the contract's: the text about bursts names the day's limit and premium endpoints as well. */
    private static Kind kindOf(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("is a premium feature")
                || lower.contains("is a premium endpoint")
                || lower.contains("artificial sample")) {
            return Kind.NOT_IN_PLAN;
        }
        if (DAY_LIMIT.matcher(lower).find()) {
            return Kind.DAY_SPENT;
        }
        if (lower.contains("spreading out your free api requests") || lower.contains("burst pattern detected")) {
            return Kind.BURST;
        }
        if (lower.contains("minute-level rate limit")
                || lower.contains("calls per minute")
                || lower.contains("targeting a higher api call")) {
            return Kind.TOO_MANY_A_MINUTE;
        }
        if (lower.contains("apikey is invalid or missing") || lower.contains("api key is for demo purposes")) {
            return Kind.KEY;
        }
        if (lower.contains("this api function") && lower.contains("does not exist")) {
            return Kind.NO_SUCH_FUNCTION;
        }
        return lower.contains("invalid api call") ? Kind.INVALID_CALL : Kind.OTHER;
    }

    /**
     * @return the failure that it is, with the HTTP status that other vendors would have sent
     */
    VendorFailure failure() {
        return switch (kind) {
            case NOT_IN_PLAN ->
                new TerminalFailure(
                        "the key's plan does not include this: set ALPHAVANTAGE_API_TIER=free for a free key", 402);
            case DAY_SPENT -> new TerminalFailure("the account's requests of the day are spent", 429);
            case BURST -> new TransientFailure("too many requests within a second", 429, BURST_PAUSE, RETRIES, null);
            case TOO_MANY_A_MINUTE ->
                new TransientFailure("too many requests within a minute", 429, MINUTE, RETRIES, null);
            case KEY -> new TerminalFailure("the key is refused: check ALPHAVANTAGE_API_KEY", 401);
            case NO_SUCH_FUNCTION -> new TerminalFailure("the vendor no longer knows the function", 400);
            case INVALID_CALL -> new TerminalFailure("the vendor does not know the ticker", 404);
            case OTHER ->
                new TransientFailure("a message instead of data: " + shortened(), 200, null, 2, null)
                        .holding(redacted());
        };
    }

    private String shortened() {
        String line = redacted().replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + " ...";
    }

    /** Without anything that looks like a key, ours or not, as some texts repeat it. */
    private String redacted() {
        return KEY_IN_TEXT.matcher(Secrets.mask(text)).replaceAll("$1***");
    }
}
