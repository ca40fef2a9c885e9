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
import java.util.function.IntFunction;

/**
 * Puts stretches of many assets into few requests, each of at most so many assets over at most so long a time.
 *
 * <p>It goes from the newest bucket back. A request ends with the newest bucket that is still wanted; it takes the assets
 * that are wanted latest, as many as it may name, and of each all that lies within its length. What reaches further back
 * stays for a later request. For one asset no other way needs fewer requests; for many with the same time it needs as many as
 * there are batches times lengths.
 */
public final class Packing {
    private final int mostAssets;
    private final IntFunction<Duration> longest;

    /**
     * @param mostAssets the most assets that a request may name
     * @param longest the longest time of a request, whole buckets
     */
    public Packing(int mostAssets, Duration longest) {
        this(mostAssets, assets -> longest);
    }

    /**
     * @param mostAssets the most assets that a request may name
     * @param longest the longest time of a request by the number of its assets, whole buckets; not longer for more assets
     */
    public Packing(int mostAssets, IntFunction<Duration> longest) {
        if (mostAssets < 1 || longest.apply(mostAssets).compareTo(Duration.ZERO) <= 0) {
            throw new IllegalArgumentException("a request of " + mostAssets + " assets holds nothing");
        }
        this.mostAssets = mostAssets;
        this.longest = longest;
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
     * @param wanted what is to be asked, of series that may stand in one request; they are told apart by their assets,
     *     and what overlaps counts once
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
            List<Remainder> taken = new ArrayList<>();
            while (taken.size() < mostAssets
                    && !remainders.isEmpty()
                    && remainders.peek().to().isAfter(to.minus(longest.apply(taken.size() + 1)))) {
                taken.add(remainders.poll());
            }
            Instant earliest = to.minus(longest.apply(taken.size()));
            Instant from = to;
            for (Remainder remainder : taken) {
                Instant begin = remainder.take(earliest);
                from = begin.isBefore(from) ? begin : from;
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
                    .forEach(this::add);
        }

        /** Adds the next older one; what overlaps or touches the one before becomes one with it. */
        private void add(Stretch older) {
            Stretch newer = newestFirst.peekLast();
            if (newer == null || older.to().isBefore(newer.from())) {
                newestFirst.addLast(older);
            } else if (older.from().isBefore(newer.from())) {
                newestFirst.removeLast();
                newestFirst.addLast(new Stretch(newer.series(), older.from(), newer.to()));
            }
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
