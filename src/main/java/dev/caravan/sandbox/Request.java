package dev.caravan.sandbox;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request to one vendor, taken apart.
 *
 * @param prefix the path prefix that stands for the vendor's host
 * @param segments the decoded path segments after the prefix
 * @param query the decoded query parameters; the last of equal names counts
 * @param headers the header fields, names in lower case
 * @param now the moment of the request
 */
record Request(
        String prefix, List<String> segments, Map<String, String> query, Map<String, String> headers, Instant now) {

    /** Takes a request address apart; throws IllegalArgumentException when its percent encoding is broken. */
    static Request of(String prefix, URI address, Map<String, String> headers, Instant now) {
        List<String> segments = new ArrayList<>();
        for (String segment : address.getRawPath().substring(prefix.length()).split("/", -1)) {
            if (!segment.isEmpty()) {
                // A plus sign in a path is a plus sign; only queries use it for a space.
                segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        Map<String, String> query = new LinkedHashMap<>();
        String rawQuery = address.getRawQuery();
        if (rawQuery != null) {
            for (String pair : rawQuery.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                query.put(
                        URLDecoder.decode(name, StandardCharsets.UTF_8),
                        URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        return new Request(prefix, List.copyOf(segments), query, headers, now);
    }

    /** The same request with its first {@code count} path segments removed. */
    Request below(int count) {
        return new Request(prefix, segments.subList(count, segments.size()), query, headers, now);
    }

    /** The path segment at that place, or an empty text. */
    String segment(int index) {
        return index < segments.size() ? segments.get(index) : "";
    }

    /** The query parameter, or an empty text. */
    String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    /** Whether the query parameter says {@code true}. */
    boolean flag(String name) {
        return "true".equals(query.get(name));
    }

    /** The begin of the current hour in UNIX seconds: the time that all live values are taken at. */
    long hourSecond() {
        return now.truncatedTo(ChronoUnit.HOURS).getEpochSecond();
    }

    /** The current UTC day, as days since 1970-01-01. */
    long today() {
        return Math.floorDiv(now.getEpochSecond(), 86_400L);
    }

    /**
     * A time shortly after the begin of the hour, the same for the whole hour, for answers that say "as of". It is
     * never after the request itself, so the very first moments of an hour may see an earlier one.
     *
     * @param offsetMillis milliseconds after the begin of the hour
     */
    Instant moment(long offsetMillis) {
        Instant moment = Instant.ofEpochSecond(hourSecond()).plusMillis(offsetMillis);
        return moment.isAfter(now) ? now : moment;
    }
}
