package dev.caravan.sandbox;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code TIME_SERIES_INTRADAY} by the month, in bars of 60 minutes as CSV: from 04:00 to 19:00 in New York where extended
 * hours are asked for, in which a bar without a trade is missing. Stamps are local to New York and begin their bar.
 */
final class AlphaVantageHours {
    static final String FUNCTION = "TIME_SERIES_INTRADAY";

    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final int FIRST_HOUR = 4;
    private static final int END_HOUR = 20;
    private static final int OPENING_HOUR = 9;
    private static final int CLOSING_HOUR = 16;
    private static final long HOUR_SECONDS = 3_600;
    private static final double SHARE_WITHOUT_A_TRADE = 0.15;

    private AlphaVantageHours() {}

    /** The month's bars, newest first; nothing where month or interval is wrong, or the share was not yet listed. */
    static Optional<String> of(AlphaVantageShare share, Request request) {
        YearMonth month;
        try {
            month = YearMonth.parse(request.parameter("month"));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
        List<LocalDate> dates = month.atDay(1)
                .datesUntil(month.plusMonths(1).atDay(1))
                .filter(AlphaVantageDays::isTrading)
                .filter(date -> !date.isBefore(share.firstDay()))
                .toList();
        if (dates.isEmpty() || !request.parameter("interval").equals("60min")) {
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>();
        for (LocalDate date : dates) {
            for (int hour = FIRST_HOUR; hour < END_HOUR; hour++) {
                LocalDateTime local = date.atTime(hour, 0);
                long begin = local.atZone(NEW_YORK).toEpochSecond();
                if (begin <= request.now().getEpochSecond() && trades(share, hour, begin, request)) {
                    lines.add(0, line(share, local, begin, Math.min(begin + HOUR_SECONDS, request.hourSecond())));
                }
            }
        }
        return Optional.of("timestamp,open,high,low,close,volume\r\n" + String.join("", lines));
    }

    private static boolean trades(AlphaVantageShare share, int hour, long begin, Request request) {
        if (hour >= OPENING_HOUR && hour < CLOSING_HOUR) {
            return true;
        }
        long chance = Chance.hash(Chance.hash("share bar/" + share.symbol()), begin);
        return !request.parameter("extended_hours").equals("false") && Chance.unit(chance) >= SHARE_WITHOUT_A_TRADE;
    }

    private static String line(AlphaVantageShare share, LocalDateTime local, long begin, long now) {
        double shares = share.sharesPerFirst(local.toLocalDate());
        double open = share.price().level(begin) / shares;
        double close = share.price().level(Math.max(begin, now)) / shares;
        double volume = share.volume().onDay(local.toLocalDate().toEpochDay()) * shares / (END_HOUR - FIRST_HOUR);
        return String.format(
                Locale.ROOT,
                "%s,%.4f,%.4f,%.4f,%.4f,%d\r\n",
                STAMP.format(local),
                open,
                Math.max(open, close) * 1.002,
                Math.min(open, close) * 0.998,
                close,
                (long) volume);
    }
}
