package dev.caravan.source.velo;

import dev.caravan.backfill.Packing;
import dev.caravan.backfill.Packing.Load;
import dev.caravan.backfill.Stretch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Packs the hours of one venue's coins in the same columns. A request is bounded by the product of coins and hours, so there
 * are many shapes of it, from many coins over few hours to one coin over many. Which one needs the fewest requests depends on
 * what is wanted; the likeliest ones are tried out.
 */
final class VeloPacking {
    /** So many shapes are tried out, the ones that need the fewest requests by a count of hulls. */
    private static final int TRIED = 3;
    /** Tried out where coins have several gaps each, which the count of hulls takes for one long one. */
    private static final List<Integer> OF_GAPS = List.of(1, 5, 25, 100);

    private final CellBudget budget;
    private final int columns;
    private final int mostCoins;

    /** For requests of so many columns. */
    VeloPacking(CellBudget budget, int columns) {
        this.budget = budget;
        this.columns = columns;
        this.mostCoins = Math.min(VeloRequests.MOST_COINS, budget.coins(1, 1, columns));
    }

    /** The fewest requests found, newest first. */
    List<Load> pack(List<Stretch> wanted) {
        // Coins that begin near one another fall into the same requests.
        List<Stretch> sorted = wanted.stream()
                .sorted(Comparator.comparing(Stretch::from)
                        .thenComparing(stretch -> stretch.series().asset()))
                .toList();
        List<Load> fewest = null;
        for (int coins : shapes(sorted)) {
            Packing packing = new Packing(coins, named -> Duration.ofHours(budget.hours(named, columns)));
            // Coins that go through all of the time side by side share it best; coins with gaps fill one another's
            // places.
            for (List<Load> loads : List.of(sideBySide(packing, sorted, coins), packing.pack(sorted))) {
                if (fewest == null || loads.size() < fewest.size()) {
                    fewest = loads;
                }
            }
        }
        return fewest == null ? List.of() : fewest;
    }

    /** Each batch of so many coins for itself. */
    private static List<Load> sideBySide(Packing packing, List<Stretch> sorted, int size) {
        Map<String, List<Stretch>> byCoin = new LinkedHashMap<>();
        sorted.forEach(stretch -> byCoin.computeIfAbsent(stretch.series().asset(), coin -> new ArrayList<>())
                .add(stretch));
        List<List<Stretch>> coins = List.copyOf(byCoin.values());
        List<Load> loads = new ArrayList<>();
        for (int begin = 0; begin < coins.size(); begin += size) {
            loads.addAll(packing.pack(coins.subList(begin, Math.min(coins.size(), begin + size)).stream()
                    .flatMap(List::stream)
                    .toList()));
        }
        loads.sort(Load.NEWEST_FIRST);
        return loads;
    }

    /** How many coins a request may name, in the shapes that are worth trying. */
    private Set<Integer> shapes(List<Stretch> sorted) {
        int coins = (int) sorted.stream()
                .map(stretch -> stretch.series().asset())
                .distinct()
                .count();
        int most = Math.min(coins, mostCoins);
        Set<Integer> shapes = IntStream.rangeClosed(1, most)
                .boxed()
                .sorted(Comparator.comparing(size -> requests(sorted, size)))
                .limit(TRIED)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (sorted.size() > coins) {
            OF_GAPS.forEach(size -> shapes.add(Math.min(size, most)));
        }
        return shapes;
    }

    /** How many requests it takes when neighbours are put together and all between their ends is asked. */
    private long requests(List<Stretch> sorted, int size) {
        long requests = 0;
        for (int begin = 0; begin < sorted.size(); begin += size) {
            List<Stretch> batch = sorted.subList(begin, Math.min(sorted.size(), begin + size));
            Instant to = batch.stream()
                    .map(Stretch::to)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            long hours = Duration.between(batch.get(0).from(), to).toHours();
            int most = budget.hours(batch.size(), columns);
            requests += (hours + most - 1) / most;
        }
        return requests;
    }
}
