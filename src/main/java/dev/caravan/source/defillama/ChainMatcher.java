package dev.caravan.source.defillama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds our chains in {@code /v2/chains}. By name first, then by slug, then, for what the configuration calls a chain, by
 * CoinGecko id with the largest value: ids repeat (BSC and a dead {@code Binance} share one), and a chain that was renamed
 * stays in the list with a value of 0 (contract, section 6).
 */
final class ChainMatcher {
    private final Map<String, ChainRow> byName = new HashMap<>();
    private final Map<String, ChainRow> bySlug = new HashMap<>();
    private final Map<String, ChainRow> largestByGeckoId = new HashMap<>();

    /** A chain as the vendor lists it; the value is missing where the vendor says null. */
    record ChainRow(String name, String geckoId, OptionalDouble tvl) {
        double size() {
            return tvl.orElse(Double.NEGATIVE_INFINITY);
        }
    }

    private final Set<String> configured = new HashSet<>();

    ChainMatcher(List<DefiLlamaEntity> entities, JsonNode answer, List<Rejection> rejections) {
        entities.forEach(entity -> {
            configured.add(entity.slug());
            configured.add(DefiLlamaEntity.slugOf(entity.name()));
        });
        for (JsonNode row : JsonValues.array(answer, "the list of chains")) {
            String name = row.path("name").asText("");
            if (name.isEmpty()) {
                rejections.add(new Rejection("a chain without a name", JsonValues.fragment(row)));
                continue;
            }
            OptionalDouble tvl = JsonValues.number(row.path("tvl"), "tvl of chain " + name, rejections);
            add(new ChainRow(name, row.path("gecko_id").asText(""), tvl));
        }
    }

    private void add(ChainRow row) {
        byName.merge(row.name().toLowerCase(Locale.ROOT), row, ChainMatcher::larger);
        bySlug.merge(DefiLlamaEntity.slugOf(row.name()), row, ChainMatcher::larger);
        // A row that is another entity's by its name is that entity's and nobody else's, whatever id it shares.
        if (!row.geckoId().isEmpty() && !configured.contains(DefiLlamaEntity.slugOf(row.name()))) {
            largestByGeckoId.merge(row.geckoId(), row, ChainMatcher::larger);
        }
    }

    private static ChainRow larger(ChainRow one, ChainRow other) {
        return other.size() > one.size() ? other : one;
    }

    Optional<ChainRow> find(DefiLlamaEntity entity) {
        if (!entity.mayBeChain()) {
            return Optional.empty();
        }
        Optional<ChainRow> named = Stream.of(
                        byName.get(entity.name().toLowerCase(Locale.ROOT)), bySlug.get(entity.slug()))
                .filter(Objects::nonNull)
                .findFirst();
        if (named.isEmpty()) {
            return entity.chainByConfiguration() && !entity.geckoId().isEmpty()
                    ? Optional.ofNullable(largestByGeckoId.get(entity.geckoId()))
                    : named;
        }
        if (named.get().tvl().orElse(0) > 0) {
            return named;
        }
        // Empty under this name: perhaps the chain was renamed and lives on under another one.
        return named.map(row -> larger(row, largestByGeckoId.getOrDefault(row.geckoId(), row)));
    }
}
