package dev.caravan.source.defillama;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One row of {@code config/sources/defillama.csv}.
 *
 * @param slug the id, unique: the only unique key the vendor has (contract, section 4)
 * @param name the vendor's name
 * @param geckoId its CoinGecko id, or empty; not unique at the vendor
 * @param kind {@code chain}, {@code protocol} or {@code stablecoin} as an override, or empty: the vendor's lists decide
 * @param stablecoinId the vendor's number of the stablecoin, or empty
 * @param bridge slug or display name in the vendor's list of bridges, or empty
 * @param category the vendor's category
 */
public record DefiLlamaEntity(
        String slug, String name, String geckoId, String kind, String stablecoinId, String bridge, String category) {

    private static final Set<String> KINDS = Set.of("", "chain", "protocol", "stablecoin");

    /**
     * Reads the file.
     *
     * @param file {@code config/sources/defillama.csv}
     * @return its rows, in order
     * @throws ConfigurationException when it cannot be read or a row is wrong; names file and line
     */
    public static List<DefiLlamaEntity> read(Path file) {
        List<DefiLlamaEntity> entities = new ArrayList<>();
        Set<String> slugs = new HashSet<>();
        for (CsvTable.Row row : CsvTable.read(file)) {
            DefiLlamaEntity entity = new DefiLlamaEntity(
                    row.get("slug"),
                    row.get("name"),
                    row.get("gecko_id"),
                    row.get("kind"),
                    row.get("stablecoin_id"),
                    row.get("bridge"),
                    row.get("category"));
            if (entity.slug.isEmpty() || !slugs.add(entity.slug)) {
                throw row.wrong("the slug is missing or repeated");
            }
            if (!KINDS.contains(entity.kind)) {
                throw row.wrong("the kind is none of chain, protocol, stablecoin, and not empty");
            }
            entities.add(entity);
        }
        return List.copyOf(entities);
    }

    /** @return whether the file says that it is a chain, for when the vendor's list is out of reach */
    boolean chainByConfiguration() {
        return kind.equals("chain") || (kind.isEmpty() && category.equals("Chain"));
    }

    /** @return whether the vendor's list of chains may make it one */
    boolean mayBeChain() {
        return kind.isEmpty() || kind.equals("chain");
    }

    /**
     * By the vendor's list where it was reached, else by the configuration; an override beats both.
     *
     * @param chainNames how the vendor calls our chains; empty when its list was out of reach
     * @return whether it is asked as a chain
     */
    boolean isChain(Map<String, String> chainNames) {
        return kind.equals("chain") || (chainNames.isEmpty() ? chainByConfiguration() : chainNames.containsKey(slug));
    }

    /**
     * The vendor's own rule for slugs (contract, section 4).
     *
     * @param name a name
     * @return lower case, spaces to hyphens, apostrophes dropped, dots kept
     */
    static String slugOf(String name) {
        return name.toLowerCase(Locale.ROOT).replace(' ', '-').replace("'", "");
    }
}
