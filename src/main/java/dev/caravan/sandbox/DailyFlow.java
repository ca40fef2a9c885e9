package dev.caravan.sandbox;

/**
 * Amounts per UTC day, from a first day on.
 *
 * @param path the amounts
 * @param factor what they are multiplied with, for instance the share of one chain
 * @param firstDay the first day with an amount, as days since 1970-01-01
 * @param idleFrom the day from which on all amounts are exactly 0
 */
record DailyFlow(ValuePath path, double factor, long firstDay, long idleFrom) {

    /** The amount of a day. */
    double onDay(long day) {
        if (day < firstDay || day >= idleFrom) {
            return 0;
        }
        return factor == 1 ? path.onDay(day) : ValuePath.rounded(path.onDay(day) * factor);
    }

    /** The same amounts, multiplied. */
    DailyFlow times(double more) {
        return new DailyFlow(path, factor * more, firstDay, idleFrom);
    }
}
