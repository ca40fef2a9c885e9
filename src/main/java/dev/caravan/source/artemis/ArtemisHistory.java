package dev.caravan.source.artemis;

import dev.caravan.backfill.Bundles;
import dev.caravan.backfill.History;
import dev.caravan.backfill.Packing;
import dev.caravan.backfill.Packing.Load;
import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.PullLedger;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The past of Artemis: the call of the live pull over windows of at most a year (contract, sections 4 and 7), one metric of up
 * to fifty symbols. The vendor's catalogue has no dates of listing (section 2.3), so that all is offered from the day on which
 * the oldest coin began; what the vendor has nothing of costs no more than a place in a request.
 */
public final class ArtemisHistory implements History {
    private static final Instant FIRST_DAY = Instant.parse("2009-01-01T00:00:00Z");
    private static final int LONGEST_WINDOW = 366;
    /** A window of one symbol is halved in time as long as it has more days than this. */
    private static final long SHORTEST_HALVED = 30;

    private final Settings settings;
    private final PullLedger ledger;
    private final ArtemisRequests words;
    private final Path file;

    /**
     * @param settings {@code artemis.*}, and the folder of {@code config/sources/artemis.csv}
     * @param ledger which pairs the vendor said within the last week it has nothing of
     */
    public ArtemisHistory(Settings settings, PullLedger ledger) {
        this.settings = settings;
        this.ledger = ledger;
        this.words = new ArtemisRequests(settings);
        this.file = settings.layers().file("config/sources/artemis.csv");
    }

    @Override
    public String source() {
        return ArtemisRequests.SOURCE;
    }

    /**
     * {@inheritDoc}
     *
     * @throws ConfigurationException when the configured symbols cannot be read
     */
    @Override
    public List<Stretch> offered(Map<String, String> names, Instant now) {
        Set<String> askedLately = ledger.askedLately(ArtemisRequests.SOURCE);
        Instant today = Granularity.DAY.bucketOf(now);
        List<Stretch> offered = new ArrayList<>();
        ArtemisAssets.read(file).symbolsByMetric().forEach((metric, symbols) -> symbols.stream()
                .filter(symbol -> !askedLately.contains(symbol + " " + metric))
                .map(symbol -> SeriesKey.of(ArtemisRequests.SOURCE, metric, symbol, Granularity.DAY))
                .forEach(series -> offered.add(new Stretch(series, FIRST_DAY, today))));
        return offered;
    }

    @Override
    public List<Window> pack(List<Stretch> wanted, Map<String, String> names, Instant now) {
        Map<String, List<Stretch>> byMetric = new LinkedHashMap<>();
        for (Stretch stretch : wanted) {
            byMetric.computeIfAbsent(stretch.series().metric(), metric -> new ArrayList<>())
                    .add(stretch);
        }
        Packing packing =
                new Packing(words.batch(), Duration.ofDays(settings.number("artemis.window-days", 1, LONGEST_WINDOW)));
        List<Window> windows = new ArrayList<>();
        byMetric.forEach((metric, stretches) -> {
            for (Load load : packing.pack(stretches)) {
                windows.add(window(metric, load.assets(), load.from(), load.to()));
            }
        });
        windows.sort(Bundles.NEWEST_FIRST);
        return windows;
    }

    private static Window window(String metric, List<String> symbols, Instant from, Instant to) {
        return new Window(ArtemisRequests.SERIES, metric, symbols, List.of(metric), "", Granularity.DAY, from, to);
    }

    @Override
    public VendorRequest request(Window window) {
        // A window ends before its end, and the vendor's last day is included.
        LocalDate last = LocalDate.ofInstant(window.to(), ZoneOffset.UTC).minusDays(1);
        return words.series(
                        window.metrics().get(0),
                        window.assets(),
                        LocalDate.ofInstant(window.from(), ZoneOffset.UTC),
                        last)
                .halves(
                        ArtemisRequests.tooLarge(window.assets()),
                        () -> halves(window).stream().map(this::request).toList())
                .build();
    }

    /** {@inheritDoc} First by symbols, then by time. */
    @Override
    public List<Window> halves(Window window) {
        String metric = window.metrics().get(0);
        List<String> symbols = window.assets();
        int middle = symbols.size() / 2;
        if (middle > 0) {
            return List.of(
                    window(metric, symbols.subList(0, middle), window.from(), window.to()),
                    window(metric, symbols.subList(middle, symbols.size()), window.from(), window.to()));
        }
        long days = Duration.between(window.from(), window.to()).toDays();
        if (days <= SHORTEST_HALVED) {
            return List.of();
        }
        Instant half = window.from().plus(Duration.ofDays(days / 2));
        return List.of(window(metric, symbols, half, window.to()), window(metric, symbols, window.from(), half));
    }
}
