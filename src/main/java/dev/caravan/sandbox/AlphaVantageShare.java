package dev.caravan.sandbox;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A share or fund as Alpha Vantage knows it. Prices as traded never change once a day has ended; adjusted closes are
 * restated by every later dividend and split.
 *
 * @param symbol the ticker
 */
record AlphaVantageShare(String symbol) {
    private static final LocalDate OLDEST = LocalDate.of(2000, 1, 3);
    private static final int MONTHS_TO_FIRST_DAY = 290;

    /**
     * One day.
     *
     * @param date the trading date
     * @param open USD as traded, and so are high, low and close
     * @param adjusted close in USD with all later dividends and splits taken out
     * @param volume shares
     * @param dividend USD per share, 0 except on the ex-date
     * @param split new shares per old, 1 except on the effective day
     */
    record Day(
            LocalDate date,
            double open,
            double high,
            double low,
            double close,
            double adjusted,
            long volume,
            double dividend,
            double split) {}

    /** The first day with a row. */
    LocalDate firstDay() {
        return symbol.equals("IBM")
                ? OLDEST
                : OLDEST.plusMonths(Chance.below("share begin/" + symbol, MONTHS_TO_FIRST_DAY));
    }

    /**
     * The days of the given dates, newest first; the newest may still be under way.
     *
     * @param dates trading dates, newest first, without holes
     * @param hourSecond the begin of the hour that is now, in UNIX seconds
     */
    List<Day> days(List<LocalDate> dates, long hourSecond) {
        ValuePath price = price();
        ValuePath volume = volume();
        List<Day> days = new ArrayList<>(dates.size());
        double restated = 1;
        for (LocalDate date : dates) {
            long begin = AlphaVantageDays.opening(date);
            long end = Math.max(begin, Math.min(AlphaVantageDays.close(date), hourSecond));
            double shares = sharesPerFirst(date);
            double open = price.level(begin) / shares;
            double close = price.level(end) / shares;
            double middle = price.level((begin + end) / 2) / shares;
            double high = Math.max(middle, Math.max(open, close)) * 1.004;
            double low = Math.min(middle, Math.min(open, close)) * 0.996;
            double progress = (end - begin) / (double) (AlphaVantageDays.close(date) - begin);
            double dividend = goesEx(date) ? Math.rint(close * 40) / 1e4 : 0;
            double split = split(date);
            days.add(new Day(
                    date,
                    cents(open),
                    cents(high),
                    cents(low),
                    cents(close),
                    cents(close) * restated,
                    (long) (volume.onDay(date.toEpochDay()) * shares * progress),
                    dividend,
                    split));
            restated *= (1 - dividend / close) / split;
        }
        return days;
    }

    /** The price of one share of the first day, in USD. */
    ValuePath price() {
        return new ValuePath("share/" + symbol, Chance.magnitude("share price/" + symbol, 4, 400), 0.6);
    }

    /** The volume of a day, in shares of the first day. */
    ValuePath volume() {
        return new ValuePath("share volume/" + symbol, Chance.magnitude("share volume/" + symbol, 2e5, 4e7), 0.5);
    }

    /** Shares that one share of the first day has become. */
    double sharesPerFirst(LocalDate date) {
        Map.Entry<LocalDate, Double> event = event();
        return event == null || date.isBefore(event.getKey()) ? 1 : event.getValue();
    }

    private double split(LocalDate date) {
        Map.Entry<LocalDate, Double> event = event();
        return event != null && date.equals(event.getKey()) ? event.getValue() : 1;
    }

    /** The one split of some shares, forward or reverse; null for the others. */
    private Map.Entry<LocalDate, Double> event() {
        if (!Chance.happens("share splits/" + symbol, 0.3)) {
            return null;
        }
        LocalDate date = LocalDate.of(2025, 1, 2).plusDays(Chance.below("share split day/" + symbol, 900));
        while (!AlphaVantageDays.isTrading(date)) {
            date = date.plusDays(1);
        }
        return Map.entry(date, Chance.happens("share joins/" + symbol, 0.3) ? 0.1 : 4.0);
    }

    /** Some shares pay in March, June, September and December, on the first trading day from the tenth. */
    private boolean goesEx(LocalDate date) {
        if (date.getMonthValue() % 3 != 0 || !(symbol.equals("IBM") || Chance.happens("share pays/" + symbol, 0.4))) {
            return false;
        }
        LocalDate day = date.withDayOfMonth(10);
        while (!AlphaVantageDays.isTrading(day)) {
            day = day.plusDays(1);
        }
        return day.equals(date);
    }

    private static double cents(double value) {
        return Math.rint(value * 1e4) / 1e4;
    }
}
