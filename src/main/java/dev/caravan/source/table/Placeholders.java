package dev.caravan.source.table;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands in braces in a path or a query, and what it is replaced by. */
final class Placeholders {
    /** Filled in at the door, where alone the key is known. */
    static final String KEY = "key";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern BEGIN = Pattern.compile("\\{from(-seconds|-millis)?}");
    private static final Pattern END = Pattern.compile("\\{(to(-seconds|-millis)?|days)}");
    private static final Map<String, Function<Window, String>> WINDOW = Map.of(
            "from", window -> window.first().toString(),
            "to", window -> window.last().toString(),
            "from-seconds", window -> String.valueOf(window.begin().getEpochSecond()),
            "to-seconds", window -> String.valueOf(window.end().getEpochSecond()),
            "from-millis", window -> String.valueOf(window.begin().toEpochMilli()),
            "to-millis", window -> String.valueOf(window.end().toEpochMilli()),
            "days", window -> String.valueOf(window.days()));

    private Placeholders() {}

    /**
     * The time that a request asks for.
     *
     * @param first the first UTC day
     * @param last the last one
     * @param end the moment that it ends with, within the last day or with it
     */
    record Window(LocalDate first, LocalDate last, Instant end) {
        /** So many days that end with a moment, the one of the moment among them. */
        static Window until(Instant end, int days) {
            LocalDate last = LocalDate.ofInstant(end, ZoneOffset.UTC);
            return new Window(last.minusDays(days - 1L), last, end);
        }

        /** From one moment to before another: all days that are touched. */
        static Window of(Instant from, Instant to) {
            return new Window(
                    LocalDate.ofInstant(from, ZoneOffset.UTC),
                    LocalDate.ofInstant(to.minusNanos(1), ZoneOffset.UTC),
                    to);
        }

        Instant begin() {
            return first.atStartOfDay(ZoneOffset.UTC).toInstant();
        }

        long days() {
            return ChronoUnit.DAYS.between(first, last) + 1;
        }
    }

    /** Whether a request says where to begin: only then can it ask for the past. */
    static boolean haveBegin(String text) {
        return BEGIN.matcher(text).find();
    }

    /** Whether a request says where to end, or how long it is. */
    static boolean haveEnd(String text) {
        return END.matcher(text).find();
    }

    /**
     * @param text a path or a query
     * @return the text without its placeholders
     * @throws IllegalArgumentException for an unknown one; says which
     */
    static String without(String text) {
        Set<String> known = new TreeSet<>(WINDOW.keySet());
        known.add(KEY);
        Matcher found = PLACEHOLDER.matcher(text);
        while (found.find()) {
            if (!known.contains(found.group(1))) {
                throw new IllegalArgumentException(
                        found.group() + " is unknown; there are {" + String.join("}, {", known) + "}");
            }
        }
        return PLACEHOLDER.matcher(text).replaceAll("");
    }

    /**
     * @param text a path or a query, already checked
     * @param window the time to ask for
     * @return the text with the window filled in; {@code {key}} stays
     */
    static String fill(String text, Window window) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> Matcher.quoteReplacement(replacement(match, window)));
    }

    private static String replacement(MatchResult match, Window window) {
        return match.group(1).equals(KEY)
                ? match.group()
                : WINDOW.get(match.group(1)).apply(window);
    }
}
