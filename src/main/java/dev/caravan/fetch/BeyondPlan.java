package dev.caravan.fetch;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells an HTTP 401 that refuses a key from one that refuses what was asked, such as a range too long ago for the plan
 * (CoinGecko contract, sections 1 and 3). The first ends all asking, the second does not: it gets the status by which other
 * vendors say so.
 */
final class BeyondPlan {
    /** Payment Required. */
    static final int STATUS = 402;

    /** Both of the vendor's shapes have it: {@code {"status":{..}}} and {@code {"error":{"status":{..}}}}. */
    private static final Pattern CODE = Pattern.compile("\"error_code\"\\s*:\\s*\"?(\\d{1,9})\\b");

    private BeyondPlan() {}

    /**
     * @param start the beginning of the body of a 401
     * @param codes the vendor's error codes that speak of the plan, by comma; nothing where it has none
     * @return whether the body has one of them
     */
    static boolean isSaidBy(String start, Optional<String> codes) {
        Matcher code = CODE.matcher(start);
        return codes.isPresent()
                && code.find()
                && Arrays.stream(codes.get().split(",")).map(String::strip).anyMatch(code.group(1)::equals);
    }
}
