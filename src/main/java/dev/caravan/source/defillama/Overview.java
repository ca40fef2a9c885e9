package dev.caravan.source.defillama;

import java.util.List;
import java.util.Optional;

/**
 * The overviews of the vendor ("dimensions", contract section 7): each gives a figure per protocol, and, asked with a
 * chain, one for the chain. All their {@code total24h} belong to the last completed UTC day.
 *
 * @param type the overview's name in the path
 * @param dataType the query that chooses the figure, or empty for the default
 * @param metrics what a protocol's figure is stored as
 * @param chainMetric what a chain's figure is stored as, if chains are asked
 * @param gas whether chains stand among the protocols of the unfiltered answer with the fees that users pay them
 * @param paid whether it needs a key
 */
record Overview(
        String type, String dataType, List<String> metrics, Optional<String> chainMetric, boolean gas, boolean paid) {

    static final List<Overview> ALL = List.of(
            new Overview("fees", "dailyFees", List.of("FEES_24H"), Optional.of("CHAIN_FEES_24H"), true, false),
            // EARNINGS has no endpoint of its own: the original meant a protocol's revenue by it (contract, section
            // 11).
            new Overview(
                    "fees",
                    "dailyRevenue",
                    List.of("REVENUE_24H", "EARNINGS"),
                    Optional.of("CHAIN_REVENUE_24H"),
                    true,
                    false),
            new Overview("dexs", "", List.of("DEX_VOLUME_24H"), Optional.of("CHAIN_DEX_VOLUME_24H"), false, false),
            // The default of options is said to be premium by the server and notional by the documents: always say it.
            new Overview(
                    "options",
                    "dailyNotionalVolume",
                    List.of("OPTIONS_VOLUME_24H"),
                    Optional.of("CHAIN_OPTIONS_VOLUME_24H"),
                    false,
                    false),
            new Overview("aggregators", "", List.of("AGGREGATOR_VOLUME_24H"), Optional.empty(), false, false),
            new Overview("open-interest", "", List.of("OPEN_INTEREST"), Optional.empty(), false, false),
            new Overview("derivatives", "", List.of("DERIVATIVES_VOLUME_24H"), Optional.empty(), false, true));

    String answer() {
        return DefiLlamaAnswers.OVERVIEW + metrics.get(0);
    }

    /** @return the query of a live pull: both exclusions, so that the small precomputed answer is served */
    String query() {
        String lite = "excludeTotalDataChart=true&excludeTotalDataChartBreakdown=true";
        return dataType.isEmpty() ? lite : lite + "&dataType=" + dataType;
    }

    /** @return the query of a history: with the chart, which has no limits of time, and without its parts */
    String chartQuery() {
        String chart = "excludeTotalDataChartBreakdown=true";
        return dataType.isEmpty() ? chart : chart + "&dataType=" + dataType;
    }

    static Overview of(String answer) {
        return ALL.stream()
                .filter(overview -> overview.answer().equals(answer))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no overview is called " + answer));
    }
}
