package dev.caravan.backfill;

import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import java.time.Instant;
import java.util.List;

/**
 * What is wanted of a source's history.
 *
 * @param source the source
 * @param kind why
 * @param from beginning of the time, UTC; null: as far back as the source's setting {@code X.history} says
 * @param to end of the time, UTC, exclusive; null: until now
 * @param assets assets by any of their names; empty: all
 * @param metrics metrics by the source's name or the canonical one; empty: all
 * @param exchanges venues; empty: all
 * @param granularity only buckets of this length; null: of any
 * @param policy what happens to values that are there already
 * @param oldestFirst whether the oldest windows are asked first
 * @param orderedBy who ordered it, for a person
 */
public record BackfillOrder(
        String source,
        BackfillKind kind,
        Instant from,
        Instant to,
        List<String> assets,
        List<String> metrics,
        List<String> exchanges,
        Granularity granularity,
        ConflictPolicy policy,
        boolean oldestFirst,
        String orderedBy) {
    /** Keeps the lists from changing, and checks the time. */
    public BackfillOrder {
        assets = List.copyOf(assets);
        metrics = List.copyOf(metrics);
        exchanges = List.copyOf(exchanges);
        if (from != null && to != null && !from.isBefore(to)) {
            throw new IllegalArgumentException("the time ends before it begins: " + from + " to " + to);
        }
    }

    /**
     * @param source the source
     * @param kind why
     * @param policy what happens to values that are there already
     * @param orderedBy who ordered it
     * @return an order of everything, as far back as the settings say
     */
    public static BackfillOrder of(String source, BackfillKind kind, ConflictPolicy policy, String orderedBy) {
        return new BackfillOrder(
                source, kind, null, null, List.of(), List.of(), List.of(), null, policy, false, orderedBy);
    }

    /**
     * @param begin beginning of the time, or null
     * @param end its end, or null
     * @return the same order of another time
     */
    public BackfillOrder over(Instant begin, Instant end) {
        return new BackfillOrder(
                source, kind, begin, end, assets, metrics, exchanges, granularity, policy, oldestFirst, orderedBy);
    }
}
