package dev.caravan.backfill;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Month;
import java.time.temporal.TemporalAdjusters;

/**
 * The days from Monday to Friday on which the New York exchanges stay closed, by their standing rules, and those on which
 * they close at one o'clock. Closures that were decreed for a day, such as for mourning, stand in a file: see
 * {@link TradingCalendar}.
 */
final class ExchangeHolidays {
    private static final int FIRST_JUNETEENTH = 2022;
    private static final int FIRST_MARTIN_LUTHER_KING_DAY = 1998;
    private static final int LAST_FRIDAY_AFTER_INDEPENDENCE = 2012;

    private ExchangeHolidays() {}

    /**
     * @param date a date in New York
     * @return whether it is a holiday of the exchanges, or the weekday on which one is observed
     */
    static boolean closedOn(LocalDate date) {
        int year = date.getYear();
        return date.equals(newYear(year))
                || (year >= FIRST_MARTIN_LUTHER_KING_DAY && date.equals(monday(year, Month.JANUARY, 3)))
                || date.equals(monday(year, Month.FEBRUARY, 3))
                || date.equals(easter(year).minusDays(2))
                || date.equals(
                        LocalDate.of(year, Month.MAY, 31).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)))
                || (year >= FIRST_JUNETEENTH && date.equals(observed(LocalDate.of(year, Month.JUNE, 19))))
                || date.equals(observed(LocalDate.of(year, Month.JULY, 4)))
                || date.equals(monday(year, Month.SEPTEMBER, 1))
                || date.equals(thanksgiving(year))
                || date.equals(observed(LocalDate.of(year, Month.DECEMBER, 25)));
    }

    /**
     * @param date a date in New York on which the exchanges open
     * @return whether they close at 13:00: on the day after Thanksgiving, on Christmas Eve, and on the day before
     *     Independence Day, or until 2012 on the Friday after one that fell on a Thursday. Shortenings by decree, as of 26
     *     December 2003, are not known here
     */
    static boolean closesEarlyOn(LocalDate date) {
        int year = date.getYear();
        LocalDate independence = LocalDate.of(year, Month.JULY, 4);
        boolean thursday = independence.getDayOfWeek() == DayOfWeek.THURSDAY;
        LocalDate shortened = thursday && year <= LAST_FRIDAY_AFTER_INDEPENDENCE
                ? independence.plusDays(1)
                : independence.minusDays(1);
        return date.equals(thanksgiving(year).plusDays(1))
                || date.equals(LocalDate.of(year, Month.DECEMBER, 24))
                || date.equals(shortened);
    }

    private static LocalDate thanksgiving(int year) {
        return LocalDate.of(year, Month.NOVEMBER, 1).with(TemporalAdjusters.dayOfWeekInMonth(4, DayOfWeek.THURSDAY));
    }

    private static LocalDate monday(int year, Month month, int ordinal) {
        return LocalDate.of(year, month, 1).with(TemporalAdjusters.dayOfWeekInMonth(ordinal, DayOfWeek.MONDAY));
    }

    /** A Saturday's holiday is kept on the Friday before, a Sunday's on the Monday after. */
    private static LocalDate observed(LocalDate holiday) {
        return switch (holiday.getDayOfWeek()) {
            case SATURDAY -> holiday.minusDays(1);
            case SUNDAY -> holiday.plusDays(1);
            default -> holiday;
        };
    }

    /** A New Year on a Saturday is not kept: the last day of the year is one of trading (rule 7.2 of the NYSE). */
    private static LocalDate newYear(int year) {
        LocalDate first = LocalDate.of(year, Month.JANUARY, 1);
        return first.getDayOfWeek() == DayOfWeek.SATURDAY ? first : observed(first);
    }

    /** The Gregorian rule in the wording of Meeus, Jones and Butcher. */
    private static LocalDate easter(int year) {
        int golden = year % 19;
        int century = year / 100;
        int inCentury = year % 100;
        int correction = (century - (century + 8) / 25 + 1) / 3;
        int epact = (19 * golden + century - century / 4 - correction + 15) % 30;
        int weekday = (32 + 2 * (century % 4) + 2 * (inCentury / 4) - epact - inCentury % 4) % 7;
        int late = (golden + 11 * epact + 22 * weekday) / 451;
        int day = epact + weekday - 7 * late + 114;
        return LocalDate.of(year, day / 31, day % 31 + 1);
    }
}
