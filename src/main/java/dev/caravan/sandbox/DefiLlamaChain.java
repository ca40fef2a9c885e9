package dev.caravan.sandbox;

/**
 * A chain as DefiLlama knows it.
 *
 * @param name the name in the newer endpoints, for instance {@code OP Mainnet}
 * @param legacyName the name in the older endpoints, for instance {@code Optimism}; often the same
 * @param geckoId the CoinGecko id of its coin, or null
 * @param symbol its coin's ticker, or null
 * @param chainId the EVM chain id as JSON text, quoted for the few that the vendor serves as text, or null
 * @param baseTvl the value locked that it moves around, in USD; 0 for a chain without any
 */
record DefiLlamaChain(String name, String legacyName, String geckoId, String symbol, String chainId, double baseTvl) {

    private static final long FIRST_DAY = 17_897;
    private static final long LAST_FIRST_DAY = 19_900;

    /** The slug used in paths. */
    String slug() {
        return InventedNames.slug(name);
    }

    /** The lower-case code used in breakdowns. */
    String code() {
        return InventedNames.slug(legacyName).replace("-", "_");
    }

    /** The day its series begin, as days since 1970-01-01. */
    long firstDay() {
        return FIRST_DAY + Chance.below("chain begin/" + name, (int) (LAST_FIRST_DAY - FIRST_DAY));
    }

    /** The value locked, in USD. */
    ValuePath tvl() {
        return new ValuePath("chain tvl/" + name, baseTvl, 0.35);
    }
}
