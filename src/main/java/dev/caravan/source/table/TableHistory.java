package dev.caravan.source.table;

import dev.caravan.backfill.Bundles;
import dev.caravan.backfill.History;
import dev.caravan.backfill.Packing;
import dev.caravan.backfill.Packing.Load;
import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.ConfigurationException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The past of a source that a table describes: of lines whose rows have times and whose path or query says where to begin. The
 * same request as a live pull's, over windows of so many days; where it cannot say where to end, one window over all that is
 * wanted, as each of several would bring all that came after it.
 */
final class TableHistory implements History {
    /** Vendors are asked for nothing before; how far they go back, a table does not say. */
    private static final Instant FIRST_DAY = Instant.parse("2009-01-01T00:00:00Z");

    private static final int LONGEST_WINDOW = 36_500;

    private final String source;
    private final String base;
    private final TableRequests words;

    /** The history of a source whose vendor is at that base URL, unless a setting says otherwise. */
    TableHistory(String source, String base, TableRequests words) {
        this.source = source;
        this.base = base;
        this.words = words;
    }

    @Override
    public String source() {
        return source;
    }

    /**
     * {@inheritDoc}
     *
     * @throws ConfigurationException when the table is wrong
     */
    @Override
    public List<Stretch> offered(Map<String, String> names, Instant now) {
        return words.lines().stream()
                .filter(line -> line.time() != null && Placeholders.haveBegin(line.request()))
                .map(line -> new Stretch(
                        new SeriesKey(source, line.metric(), line.asset(), line.exchange(), "", line.granularity()),
                        FIRST_DAY,
                        line.granularity().bucketOf(now)))
                .toList();
    }

    /**
     * {@inheritDoc} Lines of one path and query are asked together where each asset has all of the metrics.
     *
     * @throws ConfigurationException when the table is wrong, or no longer has one of the series
     */
    @Override
    public List<Window> pack(List<Stretch> wanted, Map<String, String> names, Instant now) {
        Map<List<String>, TableSeries> lines = byName();
        Map<String, List<Stretch>> byRequest = new LinkedHashMap<>();
        for (Stretch stretch : wanted) {
            SeriesKey series = stretch.series();
            TableSeries line = line(lines, series.asset(), series.metric(), series.exchange());
            byRequest
                    .computeIfAbsent(line.request(), added -> new ArrayList<>())
                    .add(stretch);
        }
        List<Window> windows = new ArrayList<>();
        byRequest.forEach((request, stretches) -> windows.addAll(pack(stretches, longest(request))));
        windows.sort(Bundles.NEWEST_FIRST);
        return windows;
    }

    private Duration longest(String request) {
        return Duration.ofDays(
                Placeholders.haveEnd(request) ? words.number("window-days", 1, LONGEST_WINDOW) : LONGEST_WINDOW);
    }

    private List<Window> pack(List<Stretch> wanted, Duration longest) {
        Packing packing = new Packing(Integer.MAX_VALUE, longest);
        List<Window> windows = new ArrayList<>();
        Bundles.of(wanted).forEach((bundle, stretches) -> {
            for (Load load : packing.pack(stretches)) {
                windows.add(new Window(
                        TableRequests.ANSWER,
                        base,
                        load.assets(),
                        bundle.metrics(),
                        bundle.exchange(),
                        bundle.granularity(),
                        load.from(),
                        load.to()));
            }
        });
        return Bundles.join(
                windows, window -> Duration.between(window.from(), window.to()).compareTo(longest) <= 0);
    }

    /**
     * {@inheritDoc} The days of the request are those that the window touches.
     *
     * @throws ConfigurationException when the table is wrong or no longer has one of the series, or the base URL is
     */
    @Override
    public VendorRequest request(Window window) {
        Map<List<String>, TableSeries> lines = byName();
        List<TableSeries> asked = new ArrayList<>();
        for (String asset : window.assets()) {
            for (String metric : window.metrics()) {
                asked.add(line(lines, asset, metric, window.exchange()));
            }
        }
        return words.request(window.subject(), Placeholders.Window.of(window.from(), window.to()), asked);
    }

    private Map<List<String>, TableSeries> byName() {
        Map<List<String>, TableSeries> lines = new LinkedHashMap<>();
        words.lines().forEach(line -> lines.put(List.of(line.asset(), line.metric(), line.exchange()), line));
        return lines;
    }

    private TableSeries line(Map<List<String>, TableSeries> lines, String asset, String metric, String exchange) {
        TableSeries line = lines.get(List.of(asset, metric, exchange));
        if (line == null) {
            throw new ConfigurationException(
                    "the table of " + source + " has no line for " + metric + " of " + asset + " any more");
        }
        return line;
    }
}
