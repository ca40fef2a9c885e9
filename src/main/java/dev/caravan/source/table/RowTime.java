package dev.caravan.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.source.JsonValues;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How vendors write times: seconds or milliseconds since 1970, an ISO date, or an ISO date and time with or without
 * an offset. Without one it is UTC.
 */
final class RowTime {
    /** Numbers from here are seconds: 1973-03-03. Smaller ones are no times but days such as 20260115, or years. */
    private static final double FIRST_SECOND = 1e8;
    /** Numbers from here are milliseconds, of 1973-03-03 as well; as seconds they would lie in the year 5138. */
    private static final double FIRST_MILLISECOND = 1e11;
    /** From here on numbers are microseconds or worse, which no vendor known to us sends. */
    private static final double BEYOND = 1e14;

    private static final int LENGTH_OF_DATE = 10;

    /** Date and time by the T of ISO or by a space; the offset as Z, +01, +0100 or +01:00. */
    private static final DateTimeFormatter DATE_AND_TIME = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendPattern("[XXX][X]")
            .optionalStart()
            .appendLiteral('[')
            .parseCaseSensitive()
            .appendZoneRegionId()
            .appendLiteral(']')
            .toFormatter();

    private RowTime() {}

    /**
     * @param value the part of a row that holds its time
     * @return the time, or nothing when it cannot be read
     */
    static Optional<Instant> read(JsonNode value) {
        OptionalDouble number = JsonValues.number(value, "", new ArrayList<>());
        if (number.isPresent()) {
            return ofNumber(number.getAsDouble());
        }
        String text = value.isTextual() ? value.textValue().strip() : "";
        try {
            return Optional.of(
                    text.length() == LENGTH_OF_DATE
                            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : ofDateAndTime(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> ofNumber(double number) {
        if (number < FIRST_SECOND || number >= BEYOND) {
            return Optional.empty();
        }
        double seconds = number < FIRST_MILLISECOND ? number : number / 1_000;
        return Optional.of(Instant.ofEpochSecond((long) Math.floor(seconds)));
    }

    private static Instant ofDateAndTime(String text) {
        String withT = text.length() > LENGTH_OF_DATE && text.charAt(LENGTH_OF_DATE) == ' '
                ? text.substring(0, LENGTH_OF_DATE) + "T" + text.substring(LENGTH_OF_DATE + 1)
                : text;
        TemporalAccessor time = DATE_AND_TIME.parseBest(withT, ZonedDateTime::from, LocalDateTime::from);
        return time instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : Instant.from(time);
    }
}
