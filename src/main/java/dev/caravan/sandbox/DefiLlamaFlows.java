package dev.caravan.sandbox;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which protocols and chains have which daily amounts, worked out once. */
final class DefiLlamaFlows {
    /** From this day, 2026-01-01, one protocol per dimension reports nothing but exact zeros. */
    private static final long IDLE_FROM = 20_454;
    /** How long those that died had lived. */
    private static final long LIFE_DAYS = 400;

    private final DefiLlamaChains chains;
    private final DefiLlamaProtocols protocols;
    private final Map<DefiLlamaDimension, List<DefiLlamaProtocol>> reporting = new EnumMap<>(DefiLlamaDimension.class);
    private final Map<DefiLlamaDimension, String> idle = new EnumMap<>(DefiLlamaDimension.class);

    DefiLlamaFlows(DefiLlamaChains chains, DefiLlamaProtocols protocols) {
        this.chains = chains;
        this.protocols = protocols;
        for (DefiLlamaDimension dimension : DefiLlamaDimension.values()) {
            List<DefiLlamaProtocol> found = new ArrayList<>();
            for (DefiLlamaProtocol protocol : protocols.all()) {
                if (dimension.has(protocol)) {
                    found.add(protocol);
                }
            }
            // Configured ones first, so that the zero is one that somebody asks for.
            found.stream()
                    .min(Comparator.comparing((DefiLlamaProtocol protocol) -> !protocol.configured())
                            .thenComparing(protocol -> Chance.hash(dimension + " idle/" + protocol.slug())))
                    .ifPresent(protocol -> idle.put(dimension, protocol.slug()));
            found.sort(Comparator.comparingLong(protocol -> Chance.hash(dimension + " order/" + protocol.slug())));
            reporting.put(dimension, List.copyOf(found));
        }
    }

    /** The protocols that report this, in no order. */
    List<DefiLlamaProtocol> reporting(DefiLlamaDimension dimension) {
        return reporting.get(dimension);
    }

    /** The chains that have this, the largest first. */
    List<DefiLlamaChain> chains(DefiLlamaDimension dimension) {
        return chains.bySize().stream().filter(dimension::has).toList();
    }

    /** The chain of a slug or name in any case. */
    Optional<DefiLlamaChain> chain(String slugOrName) {
        return chains.find(slugOrName);
    }

    /** The protocol, or the children of the family, that report this under a slug; empty when none does. */
    List<DefiLlamaProtocol> members(DefiLlamaDimension dimension, String slug) {
        return protocols.members(slug).stream().filter(dimension::has).toList();
    }

    /** Whether the slug is that of a protocol and not of a family. */
    boolean isProtocol(String slug) {
        return protocols.find(slug).isPresent();
    }

    /** The amounts of a protocol. */
    DailyFlow flow(DefiLlamaDimension dimension, DefiLlamaProtocol protocol, String dataType) {
        DailyFlow flow = dimension.flow(protocol, dataType);
        if (protocol.slug().equals(idle.get(dimension))) {
            return new DailyFlow(flow.path(), flow.factor(), flow.firstDay(), IDLE_FROM);
        }
        return dead(dimension, protocol)
                ? new DailyFlow(flow.path(), flow.factor(), flow.firstDay(), flow.firstDay() + LIFE_DAYS)
                : flow;
    }

    /** Whether a protocol has died: its last two days are null. Only invented ones do. */
    static boolean dead(DefiLlamaDimension dimension, DefiLlamaProtocol protocol) {
        return !protocol.configured() && Chance.happens(dimension + " dead/" + protocol.slug(), 0.05);
    }
}
