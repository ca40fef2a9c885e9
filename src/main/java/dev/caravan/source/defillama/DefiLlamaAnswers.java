package dev.caravan.source.defillama;

/** The kinds of answers that the planner asks for and the normaliser reads. */
final class DefiLlamaAnswers {
    static final String SOURCE = "defillama";

    static final String CHAINS = "chains";
    static final String PROTOCOLS = "protocols";
    static final String STABLECOINS = "stablecoins";
    static final String BRIDGES = "bridges";
    static final String CHAIN_PERPS = "chain-perps";
    static final String PERP_MARKETS = "perp-markets";
    static final String INFLOWS = "inflows";
    /** Followed by the overview's metric: both the unfiltered answer and that of one chain, which it then is about. */
    static final String OVERVIEW = "overview:";

    private DefiLlamaAnswers() {}
}
