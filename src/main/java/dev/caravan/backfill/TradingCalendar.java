package dev.caravan.backfill;

import dev.caravan.ingest.Granularity;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import dev.caravan.settings.Layers;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.Set;

/**
 * Days and hours of the New York exchanges since 1990. The bucket of a day is the midnight UTC of the trading date. Of the
 * hours only those are expected in which the regular session trades, 09:30 to 16:00 in New York or 13:00 on short days:
 * before and after it a share may well go an hour without a trade, and such an hour has no bar.
 */
public final class TradingCalendar implements Calendar {
    /** What was closed by decree, below the home: {@code date,reason}. */
    static final String CLOSURES = "config/calendars/us-equities-closures.csv";

    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    /** The session begins half an hour later, so that the hour has its trades. */
    private static final int FIRST_HOUR = 9;

    private static final int CLOSING_HOUR = 16;
    private static final int EARLY_CLOSING_HOUR = 13;

    private final Set<LocalDate> decreed;

    /**
     * @param decreed weekdays on which the exchanges were closed beside their standing rules, dates in New York
     */
    TradingCalendar(Set<LocalDate> decreed) {
        this.decreed = Set.copyOf(decreed);
    }

    /**
     * @param layers the folders that hold the closures; the user's file adds to the installation's
     * @return the calendar
     * @throws ConfigurationException when a file cannot be read; names file and line
     */
    public static TradingCalendar of(Layers layers) {
        Set<LocalDate> decreed = new HashSet<>();
        for (Path file : layers.each(CLOSURES)) {
            for (CsvTable.Row row : CsvTable.read(file)) {
                try {
                    decreed.add(LocalDate.parse(row.get("date")));
                } catch (DateTimeException e) {
                    throw row.wrong("'" + row.get("date") + "' is not a date such as 2001-09-11");
                }
            }
        }
        return new TradingCalendar(decreed);
    }

    /**
     * @param date a date in New York
     * @return whether the exchanges open on it by their standing rules
     */
    public static boolean isTradingByRule(LocalDate date) {
        return date.getDayOfWeek() != DayOfWeek.SATURDAY
                && date.getDayOfWeek() != DayOfWeek.SUNDAY
                && !ExchangeHolidays.closedOn(date);
    }

    /**
     * @param date a date in New York
     * @return whether the exchanges open on it, or did
     */
    public boolean isTrading(LocalDate date) {
        return isTradingByRule(date) && !decreed.contains(date);
    }

    @Override
    public boolean expects(Granularity granularity, Instant bucket) {
        if (granularity == Granularity.DAY) {
            return isTrading(bucket.atZone(ZoneOffset.UTC).toLocalDate());
        }
        ZonedDateTime local = bucket.atZone(NEW_YORK);
        LocalDate date = local.toLocalDate();
        int closing = ExchangeHolidays.closesEarlyOn(date) ? EARLY_CLOSING_HOUR : CLOSING_HOUR;
        return isTrading(date) && local.getHour() >= FIRST_HOUR && local.getHour() < closing;
    }
}
