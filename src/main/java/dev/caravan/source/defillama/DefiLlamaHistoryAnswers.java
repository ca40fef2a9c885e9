package dev.caravan.source.defillama;

/** The kinds of answers that hold histories. Where a kind ends with a colon, the overview's first metric follows. */
final class DefiLlamaHistoryAnswers {
    /** How all of them begin, and no live answer does. */
    static final String HISTORY = "history:";

    /** Value locked on the chain that is the subject, by the vendor's name. */
    static final String CHAIN_TVL = HISTORY + "chain-tvl";
    /** What the applications on the chain that is the subject see, by the vendor's name. */
    static final String CHAIN_FLOW = HISTORY + "chain:";
    /** Perpetual futures on the chain that is the subject, by the vendor's name. */
    static final String CHAIN_PERPS = HISTORY + "chain-perps";
    /** Value locked, staked, in pool2 and lent out of the protocol that is the subject, by its slug. */
    static final String PROTOCOL = HISTORY + "protocol";
    /** What the protocol or family that is the subject sees, by its slug. */
    static final String FLOW = HISTORY + "protocol:";
    /** What the chain that is the subject takes under its own name, by its slug. */
    static final String GAS = HISTORY + "gas:";
    /** Open interest of all protocols. */
    static final String OPEN_INTEREST = HISTORY + "open-interest";
    /** Supply of the stablecoin whose number is the subject. */
    static final String STABLECOIN = HISTORY + "stablecoin";
    /** Prices of all stablecoins. */
    static final String STABLECOIN_PRICES = HISTORY + "stablecoin-prices";
    /** Volume of the bridge whose number is the subject. */
    static final String BRIDGE = HISTORY + "bridge";
    /** Net inflow of one day: the subject is the protocol's slug, a space and the day. */
    static final String INFLOWS = HISTORY + "inflows";

    private DefiLlamaHistoryAnswers() {}

    /** @return the overview whose metric ends the name of an answer of the given kind */
    static Overview overviewOf(String answer, String kind) {
        return Overview.of(DefiLlamaAnswers.OVERVIEW + answer.substring(kind.length()));
    }
}
