package dev.caravan.source.alphavantage;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Month;
import java.time.temporal.TemporalAdjusters;

/**
 * The days from Monday to Friday on which the New York exchanges stay closed, by their standing rules. Closures that were
 * decreed for one day, such as for mourning, are not known here: on such a day a ticker is asked once for nothing.
 */
final class ExchangeHolidays {
    private static final int FIRST_JUNETEENTH = 2022;
    private static final int FIRST_MARTIN_LUTHER_KING_DAY = 1998;

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
                || date.equals(LocalDate.of(year, Month.NOVEMBER, 1)
                        .with(TemporalAdjusters.dayOfWeekInMonth(4, DayOfWeek.THURSDAY)))
                || date.equals(observed(LocalDate.of(year, Month.DECEMBER, 25)));
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
