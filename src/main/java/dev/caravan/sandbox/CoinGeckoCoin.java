package dev.caravan.sandbox;

/**
 * A coin as CoinGecko knows it.
 *
 * @param id the API id, the only unique key
 * @param symbol the ticker in lower case, not unique
 * @param basePrice the price in USD that it moves around
 * @param swing how far it moves, in natural logarithms
 * @param supply the coins in circulation in 2031, towards which it grows; 0 when the vendor does not know
 * @param maxSupply the most coins there can be; 0 when there is no such limit
 * @param knownTotal whether the vendor knows the total supply
 * @param dead whether trading has stopped months ago
 */
record CoinGeckoCoin(
        String id,
        String symbol,
        String name,
        double basePrice,
        double swing,
        double supply,
        double maxSupply,
        boolean knownTotal,
        boolean dead) {

    private static final long DAY_SECONDS = 86_400;
    private static final long BITCOIN_DAY = 15_823;
    private static final long FIRST_DAY = 17_400;
    private static final long LAST_FIRST_DAY = 20_100;

    /** The first day with a price, as days since 1970-01-01. */
    long firstDay() {
        return id.equals("bitcoin")
                ? BITCOIN_DAY
                : FIRST_DAY + Chance.below("coin begin/" + id, (int) (LAST_FIRST_DAY - FIRST_DAY));
    }

    /** The latest moment with a price, in UNIX seconds, when {@code hourSecond} is the present. */
    long latest(long hourSecond) {
        // In steps of a hundred days, so that a dead coin stays as it is for as long.
        return dead ? (Math.floorDiv(hourSecond, 100 * DAY_SECONDS) * 100 - 90) * DAY_SECONDS : hourSecond;
    }

    /** The price in USD. */
    ValuePath price() {
        return new ValuePath("coin price/" + id, basePrice, swing);
    }

    /** The volume of the last 24 hours in USD. */
    ValuePath volume() {
        double worth = basePrice * (supply == 0 ? 2e6 : supply);
        return new ValuePath("coin volume/" + id, worth * Chance.magnitude("coin turnover/" + id, 0.005, 0.2), 0.8);
    }

    /** The coins in circulation at a moment in UNIX seconds; 0 when the vendor does not know. */
    double circulating(long epochSecond) {
        double progress = (epochSecond / (double) DAY_SECONDS - 17_000) / 5_400;
        return supply * (0.8 + 0.2 * Math.min(1, Math.max(0, progress)));
    }

    /** The market capitalisation in USD at a moment in UNIX seconds; 0 when the vendor does not know. */
    double marketCap(long epochSecond) {
        return circulating(epochSecond) * price().level(epochSecond);
    }
}
