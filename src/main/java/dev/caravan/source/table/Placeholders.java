package dev.caravan.source.table;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
     * @param end the moment that it ends with
     * @param days UTC days, the one of the end among them
     */
    record Window(Instant end, int days) {
        LocalDate last() {
            return LocalDate.ofInstant(end, ZoneOffset.UTC);
        }

        LocalDate first() {
            return last().minusDays(days - 1L);
        }

        Instant begin() {
            return first().atStartOfDay(ZoneOffset.UTC).toInstant();
        }
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
