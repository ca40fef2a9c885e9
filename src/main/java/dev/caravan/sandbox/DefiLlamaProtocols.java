package dev.caravan.sandbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All protocols: well-known ones, those configured, and invented ones up to the vendor's number. */
final class DefiLlamaProtocols {
    private static final int COUNT = 6_500;
    private static final double UNTRACKED = -1;
    /** In USD; what is larger runs on the large chains. */
    private static final double LARGE = 5e7;

    private static final List<String> COMMON_CATEGORIES = List.of(
            "Dexs",
            "Dexs",
            "Dexs",
            "Dexs",
            "Dexs",
            "Yield",
            "Yield",
            "Yield",
            "Lending",
            "Lending",
            "Lending",
            "Farm",
            "Farm",
            "Derivatives",
            "CDP",
            "Liquid Staking",
            "RWA",
            "Launchpad",
            "Bridge",
            "Yield Aggregator");
    private static final List<String> RARE_CATEGORIES = List.of(
            "Options",
            "DEX Aggregator",
            "DEX Aggregator",
            "Gaming",
            "NFT Marketplace",
            "Prediction Market",
            "Insurance",
            "Services",
            "Payments",
            "Indexes",
            "Synthetics",
            "Restaking",
            "Derivatives",
            "Privacy");

    private final DefiLlamaChains chains;
    private final Map<String, DefiLlamaProtocol> bySlug = new LinkedHashMap<>();
    private final Map<String, List<DefiLlamaProtocol>> children = new LinkedHashMap<>();

    /** The protocols around those among the configured rows. */
    DefiLlamaProtocols(List<Map<String, String>> configured, DefiLlamaChains chains) {
        this.chains = chains;
        List<DefiLlamaKnownProtocols.Line> known = DefiLlamaKnownProtocols.lines();
        Set<String> families = new LinkedHashSet<>();
        for (DefiLlamaKnownProtocols.Line line : known) {
            if (line.parentSlug() != null) {
                families.add(line.parentSlug());
            }
        }
        Map<String, Map<String, String>> wanted = new LinkedHashMap<>();
        for (Map<String, String> row : configured) {
            String kind = row.getOrDefault("kind", "");
            if (kind.equals("protocol") || (kind.isBlank() && !DefiLlamaChains.isChain(row))) {
                wanted.put(row.get("slug"), row);
            }
        }
        for (DefiLlamaKnownProtocols.Line line : known) {
            boolean asked = wanted.containsKey(line.slug()) || wanted.containsKey(line.parentSlug());
            add(line.slug(), line, asked);
        }
        for (Map<String, String> row : wanted.values()) {
            String slug = row.get("slug");
            // A family is served through its children only, as the vendor does.
            if (!bySlug.containsKey(slug) && !families.contains(slug)) {
                add(slug, configured(slug, row), true);
            }
        }
        for (int number = 0; bySlug.size() < COUNT; number++) {
            DefiLlamaKnownProtocols.Line line = invented(number);
            if (!bySlug.containsKey(line.slug())) {
                add(line.slug(), line, false);
            }
        }
    }

    /** All protocols, no families. */
    Iterable<DefiLlamaProtocol> all() {
        return Collections.unmodifiableCollection(bySlug.values());
    }

    /** The protocol of that slug, not a family. */
    Optional<DefiLlamaProtocol> find(String slug) {
        return Optional.ofNullable(bySlug.get(InventedNames.slug(slug)));
    }

    /** The protocol of that slug alone, or the children of the family of that slug; empty when there is neither. */
    List<DefiLlamaProtocol> members(String slug) {
        return find(slug).map(List::of).orElseGet(() -> children.getOrDefault(InventedNames.slug(slug), List.of()));
    }

    private void add(String slug, DefiLlamaKnownProtocols.Line line, boolean configured) {
        DefiLlamaProtocol protocol = new DefiLlamaProtocol(
                slug,
                line.name(),
                line.parentSlug(),
                line.parentName(),
                line.category(),
                line.geckoId(),
                line.baseTvl(),
                chainsOf(slug, line),
                configured);
        bySlug.put(slug, protocol);
        if (line.parentSlug() != null) {
            children.computeIfAbsent(line.parentSlug(), unused -> new ArrayList<>())
                    .add(protocol);
        }
    }

    private static DefiLlamaKnownProtocols.Line configured(String slug, Map<String, String> row) {
        String geckoId = row.getOrDefault("gecko_id", "");
        String category = row.getOrDefault("category", "");
        boolean untracked = Chance.happens("protocol untracked/" + slug, 0.04);
        double scale = category.equals("CEX") ? 20 : 1;
        return new DefiLlamaKnownProtocols.Line(
                slug,
                row.getOrDefault("name", slug),
                null,
                null,
                category.isBlank() ? "Services" : category,
                // The vendor gives the coin for a part of its protocols only.
                geckoId.isBlank() || Chance.happens("protocol coin/" + slug, 0.4) ? null : geckoId,
                untracked ? UNTRACKED : scale * Chance.magnitude("protocol size/" + slug, 3e5, 1.5e9));
    }

    private static DefiLlamaKnownProtocols.Line invented(int number) {
        String key = "protocol " + number;
        List<String> categories = Chance.happens("common/" + key, 0.9) ? COMMON_CATEGORIES : RARE_CATEGORIES;
        String category = categories.get(Chance.below("category/" + key, categories.size()));
        int family = number / 3;
        boolean child = Chance.happens("family/" + family, 0.25);
        String familyName = InventedNames.name(family) + " Finance";
        String name = child ? familyName + " V" + (number % 3 + 1) : InventedNames.name(number) + " " + word(category);
        String slug = InventedNames.slug(name);
        return new DefiLlamaKnownProtocols.Line(
                slug,
                name,
                child ? InventedNames.slug(familyName) : null,
                child ? familyName : null,
                category,
                child || Chance.happens("protocol coin/" + slug, 0.7) ? null : InventedNames.slug(name),
                Chance.happens("protocol untracked/" + slug, 0.12)
                        ? UNTRACKED
                        : Math.rint(Chance.magnitude("protocol size/" + slug, 0.3, 9e7)));
    }

    private static String word(String category) {
        return switch (category) {
            case "Dexs" -> "Swap";
            case "Lending" -> "Lend";
            case "Derivatives" -> "Perps";
            case "Options" -> "Options";
            case "DEX Aggregator" -> "Aggregator";
            case "Bridge" -> "Bridge";
            case "Liquid Staking" -> "Staked";
            default -> "Protocol";
        };
    }

    /** Most protocols run on few chains, and large chains have most protocols; a centralised exchange is on many. */
    private List<DefiLlamaChain> chainsOf(String slug, DefiLlamaKnownProtocols.Line line) {
        List<DefiLlamaChain> candidates = chains.bySize();
        double spread = Chance.unit("chain count/" + slug);
        boolean large = line.baseTvl() > LARGE;
        int few = large ? 3 + (int) (18 * spread) : 1 + (int) (14 * Math.pow(spread, 4));
        int count = line.category().equals("CEX") ? 24 : few;
        double reach = candidates.size() * (large ? 0.1 : 0.6);
        Set<DefiLlamaChain> chosen = new LinkedHashSet<>();
        for (int i = 0; chosen.size() < count; i++) {
            double place = Math.pow(Chance.unit("chain/" + slug + "/" + i), 2.6);
            chosen.add(candidates.get((int) (place * reach)));
        }
        return List.copyOf(chosen);
    }
}
