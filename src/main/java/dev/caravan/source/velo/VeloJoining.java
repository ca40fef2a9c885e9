package dev.caravan.source.velo;

import dev.caravan.backfill.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Puts windows of the same coins in different columns into one where the vendor's limit allows it. */
final class VeloJoining {
    private VeloJoining() {}

    /** The windows, fewer where that is possible; in no certain order. */
    static List<Window> join(List<Window> windows, CellBudget budget) {
        Map<List<?>, List<Window>> sameCoins = new LinkedHashMap<>();
        windows.stream().sorted(Comparator.comparing(Window::to).reversed()).forEach(window -> sameCoins
                .computeIfAbsent(List.of(window.exchange(), Set.copyOf(window.assets())), added -> new ArrayList<>())
                .add(window));
        List<Window> joined = new ArrayList<>();
        for (List<Window> same : sameCoins.values()) {
            Window newer = same.get(0);
            for (Window older : same.subList(1, same.size())) {
                Window both = both(newer, older);
                if (fits(both, budget)) {
                    newer = both;
                } else {
                    joined.add(newer);
                    newer = older;
                }
            }
            joined.add(newer);
        }
        return joined;
    }

    private static Window both(Window one, Window other) {
        Set<String> metrics = new TreeSet<>(one.metrics());
        metrics.addAll(other.metrics());
        Instant from = one.from().isBefore(other.from()) ? one.from() : other.from();
        Instant to = one.to().isAfter(other.to()) ? one.to() : other.to();
        return new Window(
                one.answer(),
                one.subject(),
                one.assets(),
                List.copyOf(metrics),
                one.exchange(),
                one.granularity(),
                from,
                to);
    }

    private static boolean fits(Window window, CellBudget budget) {
        long hours = Duration.between(window.from(), window.to()).toHours();
        return hours * window.assets().size() * window.metrics().size() <= budget.cells();
    }
}
