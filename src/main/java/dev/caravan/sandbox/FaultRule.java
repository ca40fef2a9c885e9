package dev.caravan.sandbox;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A fault asked for: which requests it hits and what happens to them.
 *
 * @param vendor the vendor's name, or {@code *} for all
 * @param kind what happens
 * @param path a regular expression sought in path and query as sent; empty for all
 * @param share the share of distinct requests hit, 0 to 1; the same request is always hit or never
 * @param times how often each distinct request fails before it heals; 0 for ever
 * @param after how many matching requests pass before the rule begins
 * @param status the status of {@code server_error} and {@code status}; 0 for 500 and 400
 * @param retryAfter seconds in the {@code Retry-After} header; -1 for no header
 * @param delayMillis milliseconds that {@code slow} waits
 * @param chunked whether {@code cut_off} sends chunks instead of a declared length
 * @param form what {@code wrong_type} sends: {@code envelope}, {@code string}, {@code number}, {@code array} or
 *     {@code null}
 */
public record FaultRule(
        String vendor,
        FaultKind kind,
        String path,
        double share,
        int times,
        int after,
        int status,
        int retryAfter,
        long delayMillis,
        boolean chunked,
        String form) {

    private static final String FORMAT =
            "write vendor:kind[:key=value...] with the keys path, share, times, after, status,"
                    + " retry_after, delay_ms, chunked, form; for instance defillama:server_error:status=503:share=0.2";
    private static final List<String> FORMS = List.of("envelope", "string", "number", "array", "null");
    private static final Set<Integer> SERVER_ERRORS = Set.of(500, 502, 503, 504);
    private static final long LONGEST_DELAY_MILLIS = 600_000;

    /**
     * Checks that the parts fit together.
     *
     * @throws IllegalArgumentException when they do not; the message says what is allowed
     */
    public FaultRule {
        require(!vendor.isBlank(), "vendor", vendor, "a vendor's name or *");
        require(share >= 0 && share <= 1, "share", share, "a number from 0 to 1");
        require(times >= 0, "times", times, "a whole number from 0");
        require(after >= 0, "after", after, "a whole number from 0");
        require(retryAfter >= -1, "retry_after", retryAfter, "seconds from 0");
        require(delayMillis >= 0 && delayMillis <= LONGEST_DELAY_MILLIS, "delay_ms", delayMillis, "0 to 600000");
        require(FORMS.contains(form), "form", form, String.join(", ", FORMS));
        if (kind == FaultKind.SERVER_ERROR) {
            require(status == 0 || SERVER_ERRORS.contains(status), "status", status, "500, 502, 503 or 504");
        } else {
            require(status == 0 || (status >= 300 && status <= 599), "status", status, "300 to 599");
        }
        try {
            Pattern.compile(path);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("path '" + path + "' is no regular expression: " + e.getMessage(), e);
        }
    }

    /** A rule that hits every request of a vendor, for ever. */
    public static FaultRule of(String vendor, FaultKind kind) {
        return new FaultRule(vendor, kind, "", 1, 0, 0, 0, -1, 1_000, false, "envelope");
    }

    /**
     * Reads the form used on the command line, {@code vendor:kind[:key=value...]}.
     *
     * @throws IllegalArgumentException when the text is not understood; the message says what is allowed
     */
    public static FaultRule parse(String text) {
        // Only a colon before the next key divides, so that a path expression may hold colons itself.
        String[] parts = text.strip().split(":(?=[a-z_]+(?:=|:|$))", -1);
        if (parts.length < 2) {
            throw new IllegalArgumentException("cannot read the fault '" + text + "': " + FORMAT);
        }
        FaultRule rule = of(parts[0], FaultKind.of(parts[1]));
        for (int i = 2; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("no value in '" + parts[i] + "': " + FORMAT);
            }
            rule = rule.with(parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        return rule;
    }

    /**
     * The same rule with one part set from text, by the key of the command line form.
     *
     * @throws IllegalArgumentException when key or value are not understood; the message says what is allowed
     */
    public FaultRule with(String key, String value) {
        try {
            return switch (key) {
                case "path" -> copy(value, share, times, after, status, retryAfter, delayMillis, chunked, form);
                case "share" ->
                    copy(path, Double.parseDouble(value), times, after, status, retryAfter, delayMillis, chunked, form);
                case "times" ->
                    copy(path, share, Integer.parseInt(value), after, status, retryAfter, delayMillis, chunked, form);
                case "after" ->
                    copy(path, share, times, Integer.parseInt(value), status, retryAfter, delayMillis, chunked, form);
                case "status" ->
                    copy(path, share, times, after, Integer.parseInt(value), retryAfter, delayMillis, chunked, form);
                case "retry_after" ->
                    copy(path, share, times, after, status, Integer.parseInt(value), delayMillis, chunked, form);
                case "delay_ms" ->
                    copy(path, share, times, after, status, retryAfter, Long.parseLong(value), chunked, form);
                case "chunked" ->
                    copy(path, share, times, after, status, retryAfter, delayMillis, Boolean.parseBoolean(value), form);
                case "form" -> copy(path, share, times, after, status, retryAfter, delayMillis, chunked, value);
                default -> throw new IllegalArgumentException("unknown fault key '" + key + "': " + FORMAT);
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + value + "' is no number for the fault key '" + key + "'", e);
        }
    }

    private FaultRule copy(
            String newPath,
            double newShare,
            int newTimes,
            int newAfter,
            int newStatus,
            int newRetryAfter,
            long newDelayMillis,
            boolean newChunked,
            String newForm) {
        return new FaultRule(
                vendor,
                kind,
                newPath,
                newShare,
                newTimes,
                newAfter,
                newStatus,
                newRetryAfter,
                newDelayMillis,
                newChunked,
                newForm);
    }

    private static void require(boolean fine, String key, Object value, String allowed) {
        if (!fine) {
            throw new IllegalArgumentException("fault " + key + " is '" + value + "' but must be " + allowed);
        }
    }
}
