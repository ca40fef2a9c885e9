package dev.caravan.backfill;

import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.settings.ConfigurationException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** An order as people write it: on the command line, over HTTP, in a route. */
public final class OrderParameters {
    /** The names of its parts. */
    public static final Set<String> NAMES = Set.of(
            "from",
            "to",
            "days",
            "assets",
            "metrics",
            "exchange",
            "granularity",
            "revise",
            "oldest_first",
            "ordered_by");

    private static final int MOST_DAYS = 36_500;

    private OrderParameters() {}

    /**
     * Reads an order.
     *
     * @param source the source
     * @param kind why
     * @param parts its parts as texts: {@code from} and {@code to} (UTC days as {@code 2026-01-31}, the last one included, or
     *     instants) or {@code days} until now; {@code assets}, {@code metrics}, {@code exchange} by comma;
     *     {@code granularity}; {@code revise} and {@code oldest_first}: {@code true} or {@code false}
     * @param now the program's clock, UTC
     * @return the order
     * @throws ConfigurationException when a part is unknown or cannot be read; says which
     */
    public static BackfillOrder read(String source, BackfillKind kind, Map<String, ?> parts, Instant now) {
        Set<String> unknown = new TreeSet<>(parts.keySet());
        unknown.removeAll(NAMES);
        if (!unknown.isEmpty()) {
            throw new ConfigurationException("an order of history has no " + String.join(", no ", unknown) + "; it has "
                    + String.join(", ", new TreeSet<>(NAMES)));
        }
        Instant from = instant(text(parts, "from"), "from", false);
        Instant to = instant(text(parts, "to"), "to", true);
        String days = text(parts, "days");
        if (!days.isEmpty()) {
            if (from != null) {
                throw new ConfigurationException("days and from say the same: give one of them");
            }
            Instant end = to == null ? now : to;
            from = Granularity.DAY.bucketOf(end.minus(Duration.ofDays(number(days))));
        }
        if (from != null && !from.isBefore(to == null ? now : to)) {
            throw new ConfigurationException("the time ends before it begins: from " + from + " to "
                    + (to == null ? "now, " + now : to.toString()));
        }
        String granularity = text(parts, "granularity");
        if (!granularity.isEmpty() && !Set.of("day", "hour").contains(granularity.toLowerCase(Locale.ROOT))) {
            throw new ConfigurationException("granularity is day or hour, not '" + granularity + "'");
        }
        boolean revise = kind == BackfillKind.REFRESH || flag(parts, "revise");
        return new BackfillOrder(
                source,
                kind,
                from,
                to,
                list(parts, "assets"),
                list(parts, "metrics"),
                list(parts, "exchange"),
                granularity.isEmpty() ? null : Granularity.ofLabel(granularity),
                revise ? ConflictPolicy.REVISE : ConflictPolicy.KEEP,
                flag(parts, "oldest_first"),
                text(parts, "ordered_by").isEmpty() ? "route" : text(parts, "ordered_by"));
    }

    private static String text(Map<String, ?> parts, String name) {
        Object part = parts.get(name);
        return part == null ? "" : part.toString().strip();
    }

    private static int number(String days) {
        if (!days.matches("\\d{1,5}") || Integer.parseInt(days) < 1 || Integer.parseInt(days) > MOST_DAYS) {
            throw new ConfigurationException("days is a whole number from 1 to " + MOST_DAYS + ", not '" + days + "'");
        }
        return Integer.parseInt(days);
    }

    /** A day stands for its beginning, or, as the end of a time, for its end. */
    private static Instant instant(String text, String name, boolean end) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            return text.length() == 10
                    ? LocalDate.parse(text)
                            .plusDays(end ? 1 : 0)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new ConfigurationException(
                    name + " is a UTC day such as 2026-01-31 or an instant such as 2026-01-31T12:00:00Z, not '" + text
                            + "'",
                    e);
        }
    }

    private static List<String> list(Map<String, ?> parts, String name) {
        return Arrays.stream(text(parts, name).split(","))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .distinct()
                .toList();
    }

    private static boolean flag(Map<String, ?> parts, String name) {
        String text = text(parts, name).toLowerCase(Locale.ROOT);
        if (!Set.of("", "true", "false").contains(text)) {
            throw new ConfigurationException(name + " is true or false, not '" + text + "'");
        }
        return text.equals("true");
    }
}
