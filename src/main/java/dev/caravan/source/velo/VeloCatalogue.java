package dev.caravan.source.velo;

import static dev.caravan.source.velo.VeloCells.cell;

import dev.caravan.fetch.TransientFailure;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads the catalogue of futures (contract, section 2), by column name. Out come the vendor's names: of each pair of coin and
 * venue its instruments, the main one first, and when its data begin and, where all its instruments are gone, end.
 */
final class VeloCatalogue {
    private static final Pattern NO_NAME = Pattern.compile("[\\s+]");
    /** An instrument whose last data are younger than this is still traded. */
    private static final Duration STILL_TRADED = Duration.ofDays(1);

    private static final long OPEN = Long.MAX_VALUE;

    private VeloCatalogue() {}

    /**
     * An instrument: those that are still traded come first, so that the main one is the same whether or not the answer lists
     * those that are gone; of these the one that began first, by name where several began at once.
     *
     * @param end its last data, milliseconds since 1970 UTC; the largest number for one that is traded
     */
    private record Listed(String product, long begin, long end) {
        static final Comparator<Listed> ORDER = Comparator.<Listed, Boolean>comparing(listed -> listed.end() != OPEN)
                .thenComparingLong(Listed::begin)
                .thenComparing(Listed::product)
                .thenComparingLong(Listed::end);
    }

    /**
     * @param rows the answer
     * @param now when it was asked for, UTC
     * @return the names; no observations
     * @throws TransientFailure when it lists nothing
     */
    static NormalisedAnswer read(List<Map<String, String>> rows, Instant now) {
        List<Rejection> rejections = new ArrayList<>();
        Map<String, Set<Listed>> pairs = new TreeMap<>();
        for (Map<String, String> row : rows) {
            String exchange = cell(row, "exchange");
            String coin = cell(row, "coin");
            String product = cell(row, "product");
            if (exchange.isEmpty()
                    || coin.isEmpty()
                    || product.isEmpty()
                    || NO_NAME.matcher(product).find()) {
                rejections.add(new Rejection("an instrument without venue, coin or name", VeloCells.fragment(row)));
                continue;
            }
            long begin = VeloCells.wholeNumber(cell(row, "begin")).orElse(Long.MAX_VALUE);
            pairs.computeIfAbsent(VeloProducts.pair(coin, exchange), pair -> new TreeSet<>(Listed.ORDER))
                    .add(new Listed(product, begin, end(cell(row, "end"), now)));
        }
        if (pairs.isEmpty()) {
            throw new TransientFailure("the catalogue of futures lists nothing", 200, null, 1, null);
        }
        Map<String, String> names = new HashMap<>();
        pairs.forEach((pair, listed) -> name(names, pair, listed));
        return new NormalisedAnswer(ObservationBatch.EMPTY, Set.of(), names, rejections);
    }

    private static long end(String text, Instant now) {
        long end = VeloCells.wholeNumber(text).orElse(OPEN);
        return end <= 0 || end > now.minus(STILL_TRADED).toEpochMilli() ? OPEN : end;
    }

    private static void name(Map<String, String> names, String pair, Set<Listed> listed) {
        // A row may be repeated, and with another begin it would be in the set twice.
        names.put(
                pair,
                VeloProducts.joined(
                        listed.stream().map(Listed::product).distinct().toList()));
        long begin = listed.stream().mapToLong(Listed::begin).min().orElse(OPEN);
        if (begin != OPEN) {
            names.put(VeloProducts.begin(pair), String.valueOf(begin));
        }
        long end = listed.stream().mapToLong(Listed::end).max().orElse(OPEN);
        if (end != OPEN) {
            names.put(VeloProducts.end(pair), String.valueOf(end));
        }
    }
}
