package dev.caravan.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The query parameters of one request, strictly: each at most once, none unknown, every value checked. */
public final class Parameters {
    private static final int LONGEST_VALUE = 2_000;
    /** Instants have years of four digits, as dates do: the database has no room for all that Java has. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final Map<String, String> values;

    private Parameters(Map<String, String> values) {
        this.values = values;
    }

    /**
     * @param query the raw query string, or null
     * @return its parameters
     * @throws Problem 400 when it cannot be read or says something twice
     */
    public static Parameters parse(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        if (query != null && !query.isEmpty()) {
            for (String pair : query.split("&")) {
                if (pair.isEmpty()) {
                    continue;
                }
                String[] parts = pair.split("=", 2);
                String name = decode(parts[0]);
                String value = decode(parts.length > 1 ? parts[1] : "").strip();
                if (value.length() > LONGEST_VALUE || value.indexOf('\0') >= 0) {
                    throw Problem.badParameter("the value of a parameter is longer than " + LONGEST_VALUE
                            + " characters or holds a character that no name has");
                }
                if (values.put(name, value) != null) {
                    throw Problem.badParameter("a parameter is given twice: " + printable(name));
                }
            }
        }
        return new Parameters(values);
    }

    /**
     * @param body parameters that stand in the request's body, by name
     * @return these and those of the query
     * @throws Problem 400 when one is given in both, or is too long
     */
    Parameters with(Map<String, String> body) {
        Map<String, String> both = new LinkedHashMap<>(values);
        body.forEach((name, value) -> {
            if (value.length() > LONGEST_VALUE) {
                throw Problem.badParameter("a parameter is longer than " + LONGEST_VALUE + " characters");
            }
            if (both.put(name, value) != null) {
                throw Problem.badParameter("a parameter is given twice: " + printable(name));
            }
        });
        return new Parameters(both);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.badParameter("the query is not percent-encoded as it should be");
        }
    }

    private static String printable(String text) {
        String clean = text.replaceAll("[^\\p{Alnum}_.-]", "?");
        return clean.substring(0, Math.min(40, clean.length()));
    }

    /**
     * @param names the parameters that the call knows
     * @return this
     * @throws Problem 400 when there is another one
     */
    public Parameters only(String... names) {
        Set<String> known = Set.of(names);
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw Problem.badParameter(
                        "there is no parameter " + printable(name) + "; this call knows " + String.join(", ", names));
            }
        }
        return this;
    }

    /**
     * @param name the parameter
     * @return its value, or nothing when it is missing or empty
     */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    /**
     * @param name the parameter
     * @return its value
     * @throws Problem 400 when it is missing
     */
    public String required(String name) {
        return text(name).orElseThrow(() -> Problem.badParameter("the parameter " + name + " is required"));
    }

    /**
     * @param name the parameter, a list by comma
     * @return its parts, or nothing when it is missing
     */
    public Optional<List<String>> list(String name) {
        return text(name).map(value -> Arrays.stream(value.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList());
    }

    /**
     * @param name the parameter
     * @param otherwise its value when it is missing
     * @param smallest the smallest value
     * @param largest the largest value
     * @return the whole number
     * @throws Problem 400 when it is none or out of range
     */
    public int number(String name, int otherwise, int smallest, int largest) {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return otherwise;
        }
        if (value.get().matches("-?\\d{1,9}")) {
            int number = Integer.parseInt(value.get());
            if (number >= smallest && number <= largest) {
                return number;
            }
        }
        throw Problem.badParameter(
                "the parameter " + name + " takes a whole number from " + smallest + " to " + largest);
    }

    /**
     * @param name the parameter
     * @param choices the words it takes, the first of which holds when it is missing
     * @return one of them
     * @throws Problem 400 for any other word
     */
    public String choice(String name, String... choices) {
        String value = text(name).map(word -> word.toLowerCase(Locale.ROOT)).orElse(choices[0]);
        if (!List.of(choices).contains(value)) {
            throw Problem.badParameter("the parameter " + name + " takes " + String.join(", ", choices));
        }
        return value;
    }

    /**
     * @param name the parameter, a date or an instant
     * @return the instant; of a date its first, UTC
     * @throws Problem 400 when it is neither
     */
    public Optional<Instant> from(String name) {
        return text(name).map(value -> instant(name, value, false));
    }

    /**
     * @param name the parameter, a date or an instant
     * @return the instant before which things lie; a date is included whole
     * @throws Problem 400 when it is neither
     */
    public Optional<Instant> to(String name) {
        return text(name).map(value -> instant(name, value, true));
    }

    private static Instant instant(String name, String value, boolean wholeDay) {
        try {
            if (value.matches("\\d{4}-\\d{2}-\\d{2}")) {
                LocalDate date = LocalDate.parse(value);
                return (wholeDay ? date.plusDays(1) : date)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant();
            }
            Instant instant = Instant.parse(value);
            if (instant.isBefore(EARLIEST) || !instant.isBefore(LATEST)) {
                throw new DateTimeException("a year that no date has here");
            }
            // An instant names a bucket: asked "to" it, the bucket that begins there is meant as well.
            return wholeDay ? instant.plusNanos(1_000) : instant;
        } catch (DateTimeException e) {
            throw Problem.badParameter("the parameter " + name
                    + " takes a date such as 2026-01-31 or an instant such as" + " 2026-01-31T12:00:00Z, UTC");
        }
    }
}
