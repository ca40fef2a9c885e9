package dev.caravan.source.defillama;

import static dev.caravan.source.defillama.DefiLlamaAnswers.SOURCE;

import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which answer holds the history of each series that a live pull expects (contract, section 11). Bridge volumes of seven
 * and thirty days and open interest by market have none.
 */
final class DefiLlamaHistorySeries {
    static final List<String> LEVELS_OF_PROTOCOLS = List.of("TVL", "STAKING", "POOL2", "BORROWED");
    static final String OPEN_INTEREST = "OPEN_INTEREST";

    private final Map<String, String> names;
    private final Map<String, String> chainNames;
    private final boolean paid;
    private final Map<SeriesKey, Place> places = new LinkedHashMap<>();

    /**
     * Where a series is found.
     *
     * @param answer the kind of answer
     * @param subject what the answer is about; empty where it is about all assets
     */
    record Place(String answer, String subject) {}

    private DefiLlamaHistorySeries(Map<String, String> names, boolean paid) {
        this.names = names;
        this.chainNames = DefiLlamaLists.chainNames(names);
        this.paid = paid;
    }

    /**
     * @param entities the configuration
     * @param names what the lists told; without the list of chains the configuration says what a chain is, without that of
     *     bridges no bridge is found
     * @param paid whether there is a key
     * @return each series with its place, in the order of the configuration
     */
    static Map<SeriesKey, Place> of(List<DefiLlamaEntity> entities, Map<String, String> names, boolean paid) {
        DefiLlamaHistorySeries series = new DefiLlamaHistorySeries(names, paid);
        entities.forEach(series::add);
        return series.places;
    }

    private void add(DefiLlamaEntity entity) {
        boolean chain = entity.isChain(chainNames);
        if (chain) {
            addChain(entity, chainNames.getOrDefault(entity.slug(), entity.name()));
        } else {
            LEVELS_OF_PROTOCOLS.forEach(metric -> put(entity, metric, DefiLlamaHistoryAnswers.PROTOCOL, entity.slug()));
        }
        for (Overview overview : Overview.ALL) {
            // Of a chain's own, the overviews list nothing but gas.
            boolean listed = overview.gas() || !(chain || entity.chainByConfiguration());
            if (listed && (paid || !overview.paid())) {
                addFlow(entity, overview);
            }
        }
        if (!entity.stablecoinId().isEmpty()) {
            put(entity, "STABLECOIN_SUPPLY", DefiLlamaHistoryAnswers.STABLECOIN, entity.stablecoinId());
            if (!entity.geckoId().isEmpty()) {
                put(entity, "STABLECOIN_PRICE", DefiLlamaHistoryAnswers.STABLECOIN_PRICES, "");
            }
        }
        String bridge = names.get(DefiLlamaLists.bridgeOf(entity.slug()));
        if (paid && bridge != null) {
            put(entity, "BRIDGE_VOLUME_24H", DefiLlamaHistoryAnswers.BRIDGE, bridge);
        }
        if (paid && !chain) {
            put(entity, "INFLOW", DefiLlamaHistoryAnswers.INFLOWS, entity.slug());
            put(entity, "OUTFLOW", DefiLlamaHistoryAnswers.INFLOWS, entity.slug());
        }
    }

    private void addChain(DefiLlamaEntity entity, String name) {
        put(entity, "CHAIN_TVL", DefiLlamaHistoryAnswers.CHAIN_TVL, name);
        for (Overview overview : Overview.ALL) {
            overview.chainMetric()
                    .ifPresent(
                            metric -> put(entity, metric, DefiLlamaHistoryAnswers.CHAIN_FLOW + first(overview), name));
        }
        if (paid) {
            put(entity, "CHAIN_PERPS_VOLUME_24H", DefiLlamaHistoryAnswers.CHAIN_PERPS, name);
        }
    }

    private void addFlow(DefiLlamaEntity entity, Overview overview) {
        for (String metric : overview.metrics()) {
            if (metric.equals(OPEN_INTEREST)) {
                put(entity, metric, DefiLlamaHistoryAnswers.OPEN_INTEREST, "");
            } else if (entity.chainByConfiguration()) {
                // The slug of a chain is made of the vendor's name of it (contract, section 4); ours may be another's.
                String slug = DefiLlamaEntity.slugOf(chainNames.getOrDefault(entity.slug(), entity.name()));
                put(entity, metric, DefiLlamaHistoryAnswers.GAS + first(overview), slug);
            } else {
                put(entity, metric, DefiLlamaHistoryAnswers.FLOW + first(overview), entity.slug());
            }
        }
    }

    private void put(DefiLlamaEntity entity, String metric, String answer, String subject) {
        places.put(SeriesKey.of(SOURCE, metric, entity.slug(), Granularity.DAY), new Place(answer, subject));
    }

    private static String first(Overview overview) {
        return overview.metrics().get(0);
    }
}
