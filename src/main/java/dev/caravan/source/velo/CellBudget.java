package dev.caravan.source.velo;

import dev.caravan.settings.ConfigurationException;
import java.time.Duration;

/**
 * How much one request may ask (contract, section 3): values = ceil((end − begin) / resolution) × exchanges × coins ×
 * columns, counted from the request and not from the rows that come back. What the vendor does above the limit is not
 * documented, so nothing above it is ever sent.
 *
 * @param cells the most values that one request may ask
 */
record CellBudget(int cells) {

    /**
     * @param window from the begin to the end of what is asked
     * @param resolutionMinutes length of a bucket
     * @return the buckets that the window counts as; a started one counts whole
     */
    static long buckets(Duration window, int resolutionMinutes) {
        long resolution = Duration.ofMinutes(resolutionMinutes).toMillis();
        return Math.max(1, (window.toMillis() + resolution - 1) / resolution);
    }

    /**
     * @param buckets buckets of the window
     * @param exchanges venues in the request
     * @param columns columns in the request, the four leading ones not counted
     * @return the most coins that one such request may name
     * @throws ConfigurationException when not even one fits
     */
    int coins(long buckets, int exchanges, int columns) {
        long coins = cells / Math.multiplyExact(Math.multiplyExact(buckets, (long) exchanges), (long) columns);
        if (coins < 1) {
            throw new ConfigurationException("one coin of " + columns + " columns over " + buckets
                    + " hours is more than the " + cells + " values of velo.cells: shorten velo.trailing-hours or"
                    + " velo.columns");
        }
        return (int) Math.min(Integer.MAX_VALUE, coins);
    }

    /**
     * @param coins coins in a request of one venue
     * @param columns columns in it
     * @return the most hours that it may ask
     * @throws ConfigurationException when not even one fits
     */
    int hours(int coins, int columns) {
        int hours = cells / Math.multiplyExact(coins, columns);
        if (hours < 1) {
            throw new ConfigurationException(coins + " coins of " + columns + " columns in one hour are more than the "
                    + cells + " values of velo.cells");
        }
        return hours;
    }
}
