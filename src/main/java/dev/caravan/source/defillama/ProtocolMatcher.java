package dev.caravan.source.defillama;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds our protocols in a list of the vendor's. The lists hold children only: an entity is a child by its slug, else a
 * family whose children are summed, else the largest one with its name, else the largest one with its CoinGecko id, unless
 * two of our entities claim that id (contract, section 4: slugs alone are unique). All figures of an entity come from the same row: one that the row does not give is missing, even if another
 * row of that CoinGecko id has it. 0 stays 0.
 */
final class ProtocolMatcher {
    private final Set<String> configured;
    private final Set<String> sharedGeckoIds;
    private final Map<String, List<OptionalDouble>> bySlug = new HashMap<>();
    private final Map<String, List<OptionalDouble>> byName = new HashMap<>();
    private final Map<String, List<OptionalDouble>> byGeckoId = new HashMap<>();
    private final Map<String, List<OptionalDouble>> byFamily = new HashMap<>();

    ProtocolMatcher(List<DefiLlamaEntity> entities) {
        this.configured = entities.stream().map(DefiLlamaEntity::slug).collect(Collectors.toSet());
        Set<String> once = new HashSet<>();
        this.sharedGeckoIds = entities.stream()
                .map(DefiLlamaEntity::geckoId)
                .filter(id -> !once.add(id))
                .collect(Collectors.toSet());
    }

    /**
     * Takes one row of the list.
     *
     * @param slug its slug
     * @param name its name
     * @param geckoId its CoinGecko id, or empty
     * @param family slug of its parent, or empty
     * @param figures its figures, the first of which tells how large it is
     */
    void add(String slug, String name, String geckoId, String family, List<OptionalDouble> figures) {
        if (!slug.isEmpty()) {
            bySlug.putIfAbsent(slug, figures);
        }
        if (!name.isEmpty()) {
            // The order of rows is not fixed: the first one would be another one in the next answer.
            byName.merge(name.toLowerCase(Locale.ROOT), figures, ProtocolMatcher::larger);
        }
        // A row that is configured by its slug is that entity and no other, whatever id it shares.
        if (!geckoId.isEmpty() && !configured.contains(slug) && !sharedGeckoIds.contains(geckoId)) {
            byGeckoId.merge(geckoId, figures, ProtocolMatcher::larger);
        }
        if (!family.isEmpty()) {
            byFamily.merge(family, figures, ProtocolMatcher::sum);
        }
    }

    private static List<OptionalDouble> larger(List<OptionalDouble> one, List<OptionalDouble> other) {
        return size(other) > size(one) ? other : one;
    }

    private static double size(List<OptionalDouble> figures) {
        return figures.get(0).orElse(Double.NEGATIVE_INFINITY);
    }

    private static List<OptionalDouble> sum(List<OptionalDouble> one, List<OptionalDouble> other) {
        List<OptionalDouble> sums = new ArrayList<>(one.size());
        for (int i = 0; i < one.size(); i++) {
            OptionalDouble a = one.get(i);
            OptionalDouble b = other.get(i);
            boolean both = a.isPresent() && b.isPresent();
            sums.add(both ? OptionalDouble.of(a.getAsDouble() + b.getAsDouble()) : a.isPresent() ? a : b);
        }
        return sums;
    }

    /** @return the entity's figures; none at all when the list does not hold it */
    List<OptionalDouble> find(DefiLlamaEntity entity) {
        if (bySlug.containsKey(entity.slug())) {
            return bySlug.get(entity.slug());
        }
        if (byFamily.containsKey(entity.slug())) {
            return byFamily.get(entity.slug());
        }
        String name = entity.name().toLowerCase(Locale.ROOT);
        return byName.containsKey(name) ? byName.get(name) : byGeckoId.getOrDefault(entity.geckoId(), List.of());
    }
}
