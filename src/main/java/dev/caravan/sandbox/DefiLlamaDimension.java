package dev.caravan.sandbox;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A kind of daily amount ("dimension") that DefiLlama reports for protocols and chains, in USD. */
enum DefiLlamaDimension {
    FEES("fees", 8e-4, 0.10),
    DEXS("dexs", 0.05, 0.25),
    DERIVATIVES("derivatives", 0.04, 0.60),
    OPTIONS("options", 4e-4, 0.70),
    AGGREGATORS("aggregators", 0.02, 0.40),
    OPEN_INTEREST("open-interest", 0.05, 0.60);

    private static final List<String> FEE_TYPES = List.of(
            "dailyFees",
            "dailyRevenue",
            "dailyHoldersRevenue",
            "dailySupplySideRevenue",
            "dailyProtocolRevenue",
            "dailyUserFees",
            "dailyAppFees",
            "dailyAppRevenue",
            "dailyBribesRevenue",
            "dailyTokenTaxes");

    /** USD per day; anything less would round to zeros, which have a meaning of their own. */
    private static final double SMALLEST = 20;

    private final String text;
    private final double chainRate;
    private final double missingShare;

    /**
     * A dimension.
     *
     * @param chainRate what a chain sees in a day, as a share of the value locked on it
     * @param missingShare the share of chains that have none of it
     */
    DefiLlamaDimension(String text, double chainRate, double missingShare) {
        this.text = text;
        this.chainRate = chainRate;
        this.missingShare = missingShare;
    }

    /** The dimension of that path segment. */
    static Optional<DefiLlamaDimension> of(String text) {
        return Arrays.stream(values())
                .filter(dimension -> dimension.text.equals(text))
                .findFirst();
    }

    /** The path segment. */
    String text() {
        return text;
    }

    /** The data type asked for, the default when none is; none when it is unknown. */
    Optional<String> dataType(String asked) {
        List<String> known =
                switch (this) {
                    case FEES -> FEE_TYPES;
                    case OPTIONS -> List.of("dailyPremiumVolume", "dailyNotionalVolume");
                    case OPEN_INTEREST ->
                        List.of("openInterestAtEnd", "shortOpenInterestAtEnd", "longOpenInterestAtEnd");
                    case DEXS, DERIVATIVES, AGGREGATORS -> List.of("dailyVolume");
                };
        if (asked.isEmpty()) {
            return Optional.of(known.get(0));
        }
        return known.contains(asked) ? Optional.of(asked) : Optional.empty();
    }

    /** Whether the vendor has this for a chain; the largest chains have everything. */
    boolean has(DefiLlamaChain chain) {
        return chain.baseTvl() > 0
                && (chain.baseTvl() > 1e9 || !Chance.happens(text + " missing/" + chain.name(), missingShare));
    }

    /** Whether the vendor has this for a protocol. */
    boolean has(DefiLlamaProtocol protocol) {
        double chance = protocol.configured() ? 1 : 0.62;
        boolean reported = Chance.happens(text + " reported/" + protocol.slug(), chance);
        return switch (this) {
            case FEES -> feesReported(protocol);
            case DEXS -> reported && protocol.category().equals("Dexs");
            case DERIVATIVES, OPEN_INTEREST -> reported && protocol.category().equals("Derivatives");
            case OPTIONS -> reported && protocol.category().equals("Options");
            case AGGREGATORS -> reported && protocol.category().equals("DEX Aggregator");
        };
    }

    private static boolean feesReported(DefiLlamaProtocol protocol) {
        if (protocol.category().equals("CEX")) {
            return false;
        }
        return Chance.happens("fees reported/" + protocol.slug(), protocol.configured() ? 0.8 : 0.16);
    }

    /** What the applications on a chain see; the gas that the chain itself takes is not in it. */
    DailyFlow flow(DefiLlamaChain chain, String dataType) {
        String key = text + "/chain/" + chain.name();
        double base = chain.baseTvl() * chainRate * Chance.magnitude(key + "/rate", 0.4, 2.5);
        return flow(key, base, dataType, chain.firstDay());
    }

    /** The gas fees that a chain takes, under its own name. */
    DailyFlow gas(DefiLlamaChain chain, String dataType) {
        String key = "gas/chain/" + chain.name();
        double base = Math.max(chain.baseTvl(), 1_000) * 4e-5 * Chance.magnitude(key + "/rate", 0.3, 3);
        return flow(key, base, dataType, chain.firstDay());
    }

    /** What a protocol sees, on all its chains. */
    DailyFlow flow(DefiLlamaProtocol protocol, String dataType) {
        String key = text + "/" + protocol.slug();
        double size = protocol.baseTvl() > 0 ? protocol.baseTvl() : Chance.magnitude(key + "/size", 1e5, 4e9);
        double rate =
                switch (this) {
                    case FEES -> 1.2e-4;
                    case DEXS -> 0.25;
                    case DERIVATIVES -> 1.2;
                    case OPTIONS -> 0.05;
                    case AGGREGATORS -> 0.2;
                    case OPEN_INTEREST -> 0.9;
                };
        return flow(key, size * rate * Chance.magnitude(key + "/rate", 0.3, 3), dataType, protocol.firstDay());
    }

    /** Revenue and the like are a fixed share of the main figure, day by day. */
    private DailyFlow flow(String key, double base, String dataType, long firstDay) {
        double revenue = Chance.between(key + "/revenue", 0.05, 0.6);
        double share =
                switch (dataType) {
                    case "dailyRevenue", "dailyAppRevenue" -> revenue;
                    case "dailyProtocolRevenue" -> revenue * 0.6;
                    case "dailyHoldersRevenue" -> revenue * 0.4;
                    case "dailySupplySideRevenue" -> 1 - revenue;
                    case "dailyBribesRevenue", "dailyTokenTaxes", "dailyPremiumVolume" -> 0.02;
                    case "shortOpenInterestAtEnd", "longOpenInterestAtEnd" -> 0.5;
                    default -> 1;
                };
        return new DailyFlow(new ValuePath(key, Math.max(base, SMALLEST), 0.55), share, firstDay, Long.MAX_VALUE);
    }
}
