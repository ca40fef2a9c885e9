package dev.caravan.sandbox;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The days with a row at the New York exchanges. The holidays of 2024 to 2028 are listed, not computed, so that the
 * program's own rules are checked against something else; of other years only the fixed dates are kept.
 */
final class AlphaVantageDays {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final LocalTime OPENING = LocalTime.of(9, 30);
    private static final LocalTime CLOSE = LocalTime.of(16, 0);

    private static final Map<Integer, Set<String>> HOLIDAYS = Map.of(
            2024, Set.of("01-01", "01-15", "02-19", "03-29", "05-27", "06-19", "07-04", "09-02", "11-28", "12-25"),
            2025, Set.of("01-01", "01-20", "02-17", "04-18", "05-26", "06-19", "07-04", "09-01", "11-27", "12-25"),
            2026, Set.of("01-01", "01-19", "02-16", "04-03", "05-25", "06-19", "07-03", "09-07", "11-26", "12-25"),
            2027, Set.of("01-01", "01-18", "02-15", "03-26", "05-31", "06-18", "07-05", "09-06", "11-25", "12-24"),
            2028, Set.of("01-17", "02-21", "04-14", "05-29", "06-19", "07-04", "09-04", "11-23", "12-25"));

    private AlphaVantageDays() {}

    /** Whether the exchanges open on a date in New York. */
    static boolean isTrading(LocalDate date) {
        if (date.getDayOfWeek() == DayOfWeek.SATURDAY || date.getDayOfWeek() == DayOfWeek.SUNDAY) {
            return false;
        }
        Set<String> listed = HOLIDAYS.get(date.getYear());
        if (listed != null) {
            return !listed.contains(date.toString().substring(5));
        }
        return !(date.getMonth() == Month.JANUARY && date.getDayOfMonth() == 1)
                && !(date.getMonth() == Month.JULY && date.getDayOfMonth() == 4)
                && !(date.getMonth() == Month.DECEMBER && date.getDayOfMonth() == 25);
    }

    /** The dates with a row at that moment, newest first: today's is there as soon as the exchanges have opened. */
    static List<LocalDate> newestFirst(Instant now, LocalDate first, int most) {
        ZonedDateTime local = now.atZone(NEW_YORK);
        LocalDate date = local.toLocalDate();
        if (local.toLocalTime().isBefore(OPENING)) {
            date = date.minusDays(1);
        }
        List<LocalDate> dates = new ArrayList<>();
        while (dates.size() < most && !date.isBefore(first)) {
            if (isTrading(date)) {
                dates.add(date);
            }
            date = date.minusDays(1);
        }
        return dates;
    }

    /** UNIX seconds of the opening. */
    static long opening(LocalDate date) {
        return date.atTime(OPENING).atZone(NEW_YORK).toEpochSecond();
    }

    /** UNIX seconds of the regular close, 16:00. */
    static long close(LocalDate date) {
        return date.atTime(CLOSE).atZone(NEW_YORK).toEpochSecond();
    }

    /** What {@code 3. Last Refreshed} says: the newest date, with the clock while its session lasts. */
    static String lastRefreshed(Instant now, LocalDate newest) {
        long second = now.getEpochSecond();
        return second < close(newest)
                ? newest + " " + now.atZone(NEW_YORK).toLocalTime().withNano(0)
                : newest.toString();
    }
}
