package dev.caravan.backfill;

import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** For vendors that give several metrics in one request: which metrics are asked together. */
public final class Bundles {
    /** The order of a plan: by the end, then by the beginning, both latest first. */
    public static final Comparator<Window> NEWEST_FIRST =
            Comparator.comparing(Window::to).thenComparing(Window::from).reversed();

    private Bundles() {}

    /**
     * Metrics that are asked together, each of every asset.
     *
     * @param exchange the venue, empty where there is none
     * @param granularity length of a bucket
     * @param metrics the metrics, in the order of their names
     */
    public record Bundle(String exchange, Granularity granularity, List<String> metrics) {}

    /**
     * Puts metrics together that are wanted of the same asset over the same time. Instruments of an asset are not told apart.
     *
     * @param wanted stretches of series of one source
     * @return by bundle the stretches of its assets; the metric of their series is one of the bundle's
     */
    public static Map<Bundle, List<Stretch>> of(Collection<Stretch> wanted) {
        Map<Place, List<Stretch>> places = new LinkedHashMap<>();
        for (Stretch stretch : wanted) {
            SeriesKey series = stretch.series();
            places.computeIfAbsent(
                            new Place(
                                    series.exchange(),
                                    series.granularity(),
                                    series.asset(),
                                    stretch.from(),
                                    stretch.to()),
                            added -> new ArrayList<>())
                    .add(stretch);
        }
        Map<Bundle, List<Stretch>> bundles = new LinkedHashMap<>();
        places.forEach((place, stretches) -> {
            List<String> metrics = stretches.stream()
                    .map(stretch -> stretch.series().metric())
                    .distinct()
                    .sorted()
                    .toList();
            bundles.computeIfAbsent(
                            new Bundle(place.exchange(), place.granularity(), metrics), added -> new ArrayList<>())
                    .add(stretches.get(0));
        });
        return bundles;
    }

    private record Place(String exchange, Granularity granularity, String asset, Instant from, Instant to) {}

    /**
     * Joins windows of the same answer, assets, venue and granularity, of whatever metrics, where one request holds both.
     *
     * @param windows windows
     * @param fits whether one request holds a window
     * @return the windows, newest first; fewer where that is possible
     */
    public static List<Window> join(List<Window> windows, Predicate<Window> fits) {
        Map<List<?>, List<Window>> alike = new LinkedHashMap<>();
        windows.stream().sorted(NEWEST_FIRST).forEach(window -> alike.computeIfAbsent(
                        List.of(window.answer(), window.exchange(), window.granularity(), Set.copyOf(window.assets())),
                        added -> new ArrayList<>())
                .add(window));
        List<Window> joined = new ArrayList<>();
        for (List<Window> same : alike.values()) {
            Window newer = same.get(0);
            for (Window older : same.subList(1, same.size())) {
                Window both = both(newer, older);
                if (fits.test(both)) {
                    newer = both;
                } else {
                    joined.add(newer);
                    newer = older;
                }
            }
            joined.add(newer);
        }
        joined.sort(NEWEST_FIRST);
        return joined;
    }

    private static Window both(Window one, Window other) {
        Set<String> metrics = new TreeSet<>(one.metrics());
        metrics.addAll(other.metrics());
        List<Instant> ends = List.of(one.from(), other.from(), one.to(), other.to());
        return new Window(
                one.answer(),
                one.subject(),
                one.assets(),
                List.copyOf(metrics),
                one.exchange(),
                one.granularity(),
                ends.stream().min(Comparator.naturalOrder()).orElseThrow(),
                ends.stream().max(Comparator.naturalOrder()).orElseThrow());
    }
}
