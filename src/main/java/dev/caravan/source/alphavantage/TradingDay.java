package dev.caravan.source.alphavantage;

import dev.caravan.backfill.TradingCalendar;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * Days of the New York exchanges. The vendor's times are local to New York and carry no zone (contract, section 1), so
 * that an hour of theirs lies four hours before UTC in summer and five in winter.
 */
final class TradingDay {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final LocalTime OPENING = LocalTime.of(9, 30);
    /** The end of extended trading: from then on the vendor's row of the day is final (contract, section 2.1). */
    private static final LocalTime END = LocalTime.of(20, 0);

    private TradingDay() {}

    /**
     * @param eastern a time as the vendor writes it, local to New York
     * @return the instant; of an hour that a clock change repeats, the first
     */
    static Instant utc(LocalDateTime eastern) {
        return eastern.atZone(NEW_YORK).toInstant();
    }

    /**
     * @param date the exchange's trading date
     * @return the bucket that carries it: midnight UTC of the same date, whatever the hours of the session are in UTC
     */
    static Instant bucket(LocalDate date) {
        return date.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /**
     * @param date a date in New York
     * @return when its row is final: 20:00 in New York, which is midnight UTC in summer and one o'clock in winter
     */
    static Instant end(LocalDate date) {
        return utc(date.atTime(END));
    }

    /**
     * @param now any instant
     * @return the date in New York
     */
    static LocalDate today(Instant now) {
        return now.atZone(NEW_YORK).toLocalDate();
    }

    /**
     * @param instant any instant
     * @return the month in New York
     */
    static YearMonth month(Instant instant) {
        return YearMonth.from(instant.atZone(NEW_YORK));
    }

    /**
     * @param month a month in New York
     * @return its first midnight there
     */
    static Instant beginning(YearMonth month) {
        return utc(month.atDay(1).atStartOfDay());
    }

    /**
     * @param date a date in New York
     * @return whether the exchanges open on it, by the standing rules; a closure by decree is not known here, and on such a
     *     day a ticker is asked once for nothing
     */
    static boolean isTrading(LocalDate date) {
        return TradingCalendar.isTradingByRule(date);
    }

    /**
     * @param now any instant
     * @return the latest trading date whose row is final
     */
    static LocalDate lastFinished(Instant now) {
        LocalDate date = today(now);
        while (!isTrading(date) || end(date).isAfter(now)) {
            date = date.minusDays(1);
        }
        return date;
    }

    /**
     * @param now any instant
     * @return whether the row of a trading date is growing: from 09:30 to 20:00 in New York
     */
    static boolean isUnderWay(Instant now) {
        ZonedDateTime local = now.atZone(NEW_YORK);
        return isTrading(local.toLocalDate())
                && !local.toLocalTime().isBefore(OPENING)
                && local.toLocalTime().isBefore(END);
    }
}
