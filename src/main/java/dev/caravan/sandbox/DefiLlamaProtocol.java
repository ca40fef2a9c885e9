package dev.caravan.sandbox;

import java.util.List;

/**
 * A protocol as DefiLlama lists it: a protocol of its own or the child of a family.
 *
 * @param slug the only unique key
 * @param name the display name
 * @param parentSlug the family's slug, or null
 * @param parentName the family's name, or null
 * @param category for instance {@code Dexs}
 * @param geckoId the CoinGecko id of its coin, or null, as for most children
 * @param baseTvl the value locked that it moves around, in USD; negative when the vendor tracks none
 * @param chains where it runs, the largest first
 * @param configured whether the product is configured to pull it
 */
record DefiLlamaProtocol(
        String slug,
        String name,
        String parentSlug,
        String parentName,
        String category,
        String geckoId,
        double baseTvl,
        List<DefiLlamaChain> chains,
        boolean configured) {

    private static final long FIRST_DAY = 18_262;
    private static final long LAST_FIRST_DAY = 19_950;
    private static final double LARGEST_PART = 2;

    /** The vendor's number of the protocol, as text. */
    String id() {
        return Integer.toString(1 + Chance.below("protocol number/" + slug, 9_000));
    }

    /** The CoinMarketCap number of its coin as text, or null. */
    String cmcId() {
        return geckoId == null ? null : Integer.toString(1 + Chance.below("protocol cmc/" + slug, 39_000));
    }

    /** The day its series begin, as days since 1970-01-01. */
    long firstDay() {
        return FIRST_DAY + Chance.below("protocol begin/" + slug, (int) (LAST_FIRST_DAY - FIRST_DAY));
    }

    /** Whether the vendor tracks value locked. */
    boolean hasTvl() {
        return baseTvl >= 0;
    }

    /** The value locked in USD, without staking, pool2 and borrowed. */
    ValuePath tvl() {
        return new ValuePath("protocol tvl/" + slug, Math.max(baseTvl, 0), 0.4);
    }

    /** Whether it has that part beside its value locked: {@code staking}, {@code pool2} or {@code borrowed}. */
    boolean has(String part) {
        if (!hasTvl()) {
            return false;
        }
        return switch (part) {
            case "borrowed" -> category.equals("Lending");
            case "staking" -> Chance.happens("has staking/" + slug, 0.18);
            default -> Chance.happens("has pool2/" + slug, 0.08);
        };
    }

    /** The value of a {@linkplain #has part} in USD. */
    ValuePath part(String part) {
        double share = Chance.between("protocol " + part + " share/" + slug, 0.02, 0.6);
        return new ValuePath("protocol " + part + "/" + slug, Math.max(baseTvl, 0) * share, 0.5);
    }

    /** How much of the whole lies on the chain at that place of {@link #chains}; all shares add up to 1. */
    double chainShare(int index) {
        double sum = 0;
        for (int i = 0; i < chains.size(); i++) {
            sum += weight(i);
        }
        return weight(index) / sum;
    }

    private double weight(int index) {
        double evenness = Chance.unit("protocol spread/" + slug + "/" + index);
        return (0.4 + LARGEST_PART * evenness) / ((index + 1.0) * (index + 1.0));
    }
}
