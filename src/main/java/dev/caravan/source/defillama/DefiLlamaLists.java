package dev.caravan.source.defillama;

import static dev.caravan.source.defillama.DefiLlamaAnswers.SOURCE;

import dev.caravan.fetch.VendorRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The vendor's lists that say how it calls our assets: the chains by name, the bridges by number. Live pulls and histories
 * ask them in the same words.
 */
final class DefiLlamaLists {
    /** Stands before the id of an asset whose number as a bridge is told: the same asset may be a chain as well. */
    private static final String BRIDGE = "bridge ";

    private DefiLlamaLists() {}

    static VendorRequest chains(DefiLlamaHosts hosts, List<DefiLlamaEntity> entities) {
        List<String> chains = entities.stream()
                .filter(DefiLlamaEntity::chainByConfiguration)
                .map(DefiLlamaEntity::slug)
                .toList();
        return VendorRequest.get(SOURCE, hosts.api(), hosts.prefix("api") + "/v2/chains")
                .answer(DefiLlamaAnswers.CHAINS, "")
                .expects(chains, List.of("CHAIN_TVL"))
                .fields("name", "gecko_id", "tvl")
                .build();
    }

    static VendorRequest bridges(DefiLlamaHosts hosts, List<DefiLlamaEntity> entities) {
        List<String> bridges = entities.stream()
                .filter(entity -> !entity.bridge().isEmpty())
                .map(DefiLlamaEntity::slug)
                .toList();
        return VendorRequest.get(SOURCE, hosts.pro(), "/{key}/bridges/bridges")
                .query("includeChains=true")
                .answer(DefiLlamaAnswers.BRIDGES, "")
                .expects(bridges, List.of("BRIDGE_VOLUME_24H", "BRIDGE_VOLUME_7D", "BRIDGE_VOLUME_30D"))
                .fields(
                        "bridges.id",
                        "bridges.name",
                        "bridges.displayName",
                        "bridges.slug",
                        "bridges.lastDailyVolume",
                        "bridges.weeklyVolume",
                        "bridges.monthlyVolume")
                .build();
    }

    /** @return the name under which the list of bridges tells the vendor's number of an asset's bridge */
    static String bridgeOf(String slug) {
        return BRIDGE + slug;
    }

    /** @return what the list of chains told, without what the list of bridges did */
    static Map<String, String> chainNames(Map<String, String> names) {
        Map<String, String> chains = new TreeMap<>(names);
        chains.keySet().removeIf(name -> name.startsWith(BRIDGE));
        return chains;
    }
}
