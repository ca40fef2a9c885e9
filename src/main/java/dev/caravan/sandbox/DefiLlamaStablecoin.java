package dev.caravan.sandbox;

import java.util.List;

/**
 * A stablecoin as DefiLlama knows it.
 *
 * @param id the vendor's number, as text
 * @param symbol its ticker, not unique
 * @param geckoId its CoinGecko id, or null
 * @param pegType for instance {@code peggedEUR}
 * @param mechanism for instance {@code fiat-backed}
 * @param supply the amount of coins that it moves around
 * @param target its price in USD when all is well
 * @param chains where it circulates, the largest first
 * @param priced whether the vendor gives a price
 */
record DefiLlamaStablecoin(
        String id,
        String name,
        String symbol,
        String geckoId,
        String pegType,
        String mechanism,
        double supply,
        double target,
        List<DefiLlamaChain> chains,
        boolean priced) {

    private static final long TETHER_DAY = 17_499;
    private static final long FIRST_DAY = 18_200;
    private static final long LAST_FIRST_DAY = 20_000;

    /** The day its series begin, as days since 1970-01-01. */
    long firstDay() {
        return id.equals("1")
                ? TETHER_DAY
                : FIRST_DAY + Chance.below("stablecoin begin/" + id, (int) (LAST_FIRST_DAY - FIRST_DAY));
    }

    /** The coins in circulation. */
    ValuePath circulating() {
        return new ValuePath("stablecoin supply/" + id, supply, 0.3);
    }

    /** The price in USD. */
    ValuePath price() {
        return new ValuePath("stablecoin price/" + id, target, 0.004);
    }

    /** The value in circulation in USD at a moment in UNIX seconds. */
    double circulatingUsd(long epochSecond) {
        return circulating().level(epochSecond) * price().level(epochSecond);
    }

    /** How much of the whole is on the chain at that place. */
    double chainShare(int index) {
        double sum = 0;
        for (int i = 0; i < chains.size(); i++) {
            sum += 1.0 / ((i + 1) * (i + 1));
        }
        return 1.0 / ((index + 1) * (index + 1)) / sum;
    }
}
