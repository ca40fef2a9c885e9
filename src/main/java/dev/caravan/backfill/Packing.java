package dev.caravan.backfill;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Puts stretches of many assets into few requests, each of at most so many assets over at most so long a time.
 *
 * <p>It goes from the newest bucket back. A request ends with the newest bucket that is still wanted; it takes the assets
 * that are wanted latest, as many as it may name, and of each all that lies within its length. What reaches further back
 * stays for a later request. For one asset no other way needs fewer requests; for many with the same time it needs as many as
 * there are batches times lengths.
 *
 * @param mostAssets the most assets that a request may name
 * @param longest the longest time of a request, whole buckets
 */
public record Packing(int mostAssets, Duration longest) {
    /** Checks that a request can hold something. */
    public Packing {
        if (mostAssets < 1 || longest.isZero() || longest.isNegative()) {
            throw new IllegalArgumentException(
                    "a request of " + mostAssets + " assets over " + longest + " holds nothing");
        }
    }

    /**
     * What one request asks: each of its assets over all of its time.
     *
     * @param assets the assets, in the order in which they first stood among the stretches
     * @param from beginning of the first bucket that is wanted of any of them, UTC
     * @param to end of the last one
     */
    public record Load(List<String> assets, Instant from, Instant to) {
        /** Newest first: by the end, then by the beginning. */
        public static final Comparator<Load> NEWEST_FIRST =
                Comparator.comparing(Load::to).thenComparing(Load::from).reversed();

        /** Keeps the list from changing. */
        public Load {
            assets = List.copyOf(assets);
        }
    }

    /**
     * @param wanted what is to be asked, of series that may stand in one request; they are told apart by their assets
     * @return the requests, newest first; every bucket of every stretch is in one that names its asset, and now and then in a
     *     second one that is asked for what it has of others
     */
    public List<Load> pack(Collection<Stretch> wanted) {
        PriorityQueue<Remainder> remainders = new PriorityQueue<>(
                Comparator.comparing(Remainder::to).reversed().thenComparing(Remainder::place));
        remainders.addAll(remainders(wanted));
        List<Load> loads = new ArrayList<>();
        while (!remainders.isEmpty()) {
            Instant to = remainders.peek().to();
            Instant earliest = to.minus(longest);
            Instant from = to;
            List<Remainder> taken = new ArrayList<>();
            while (taken.size() < mostAssets
                    && !remainders.isEmpty()
                    && remainders.peek().to().isAfter(earliest)) {
                Remainder remainder = remainders.poll();
                Instant begin = remainder.take(earliest);
                from = begin.isBefore(from) ? begin : from;
                taken.add(remainder);
            }
            taken.sort(Comparator.comparing(Remainder::place));
            loads.add(new Load(taken.stream().map(Remainder::asset).toList(), from, to));
            taken.stream().filter(remainder -> !remainder.isEmpty()).forEach(remainders::add);
        }
        loads.sort(Load.NEWEST_FIRST);
        return loads;
    }

    private static List<Remainder> remainders(Collection<Stretch> wanted) {
        Map<String, List<Stretch>> byAsset = new LinkedHashMap<>();
        for (Stretch stretch : wanted) {
            byAsset.computeIfAbsent(stretch.series().asset(), asset -> new ArrayList<>())
                    .add(stretch);
        }
        List<Remainder> remainders = new ArrayList<>(byAsset.size());
        byAsset.forEach((asset, stretches) -> remainders.add(new Remainder(asset, remainders.size(), stretches)));
        return remainders;
    }

    /** What no request holds yet of an asset. */
    private static final class Remainder {
        private final String asset;
        private final int place;
        private final Deque<Stretch> newestFirst = new ArrayDeque<>();

        Remainder(String asset, int place, List<Stretch> stretches) {
            this.asset = asset;
            this.place = place;
            stretches.stream()
                    .sorted(Comparator.comparing(Stretch::to).reversed())
                    .forEach(newestFirst::add);
        }

        String asset() {
            return asset;
        }

        int place() {
            return place;
        }

        boolean isEmpty() {
            return newestFirst.isEmpty();
        }

        Instant to() {
            return newestFirst.getFirst().to();
        }

        /** Takes all from that instant on and says where it begins. */
        Instant take(Instant earliest) {
            Instant begin = newestFirst.getFirst().to();
            while (!newestFirst.isEmpty() && newestFirst.getFirst().to().isAfter(earliest)) {
                Stretch newest = newestFirst.removeFirst();
                if (newest.from().isBefore(earliest)) {
                    newestFirst.addFirst(new Stretch(newest.series(), newest.from(), earliest));
                    return earliest;
                }
                begin = newest.from();
            }
            return begin;
        }
    }
}
