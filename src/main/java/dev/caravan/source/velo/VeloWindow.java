package dev.caravan.source.velo;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hours that a request asks for (contract, section 3), UTC.
 *
 * @param begin the first one
 * @param end the one after the last
 */
record VeloWindow(Instant begin, Instant end) {
    private static final Pattern BEGIN = Pattern.compile("(?:^|&)begin=(\\d{1,15})(?:&|$)");
    private static final Pattern END = Pattern.compile("(?:^|&)end=(\\d{1,15})(?:&|$)");

    /**
     * @param query a request's query
     * @return its window; where it has no begin or no end, it is open on that side
     */
    static VeloWindow ofQuery(String query) {
        return new VeloWindow(millis(BEGIN, query, Instant.MIN), millis(END, query, Instant.MAX));
    }

    private static Instant millis(Pattern parameter, String query, Instant otherwise) {
        Matcher found = parameter.matcher(query);
        return found.find() ? Instant.ofEpochMilli(Long.parseLong(found.group(1))) : otherwise;
    }

    boolean holds(Instant hour) {
        return !hour.isBefore(begin) && hour.isBefore(end);
    }
}
