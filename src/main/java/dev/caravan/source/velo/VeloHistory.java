package dev.caravan.source.velo;

import dev.caravan.backfill.Bundles;
import dev.caravan.backfill.History;
import dev.caravan.backfill.Packing.Load;
import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The past of Velo (contract, section 7): hours of each pair of coin and venue from its first data on, as the catalogue tells
 * them, also of pairs that are no longer traded. A request holds as many values as the vendor permits (section 3). What an
 * account's plan does not reach (section 4) comes as an answer without rows.
 */
public final class VeloHistory implements History {
    /** Where a pair's first data are not known: before any perpetual future was traded. */
    private static final Instant EARLIEST = Instant.parse("2016-01-01T00:00:00Z");
    /** So few values are never too many, so that a refusal of them has another reason. */
    private static final int NEVER_TOO_LARGE = 1_000;

    private final Settings settings;
    private final VeloRequests words;

    /** @param settings host, columns, venues and budget, and the folder of {@code config/sources/velo.csv} */
    public VeloHistory(Settings settings) {
        this.settings = settings;
        this.words = new VeloRequests(settings);
    }

    @Override
    public String source() {
        return VeloRequests.SOURCE;
    }

    /** @return the catalogue of futures with those that are no longer traded */
    @Override
    public List<VendorRequest> lists() {
        return List.of(words.futures(true));
    }

    /**
     * {@inheritDoc} Without the catalogue's names all configured pairs are offered: those that do not exist give no rows.
     *
     * @throws ConfigurationException when coins, columns or venues are wrong
     */
    @Override
    public List<Stretch> offered(Map<String, String> names, Instant now) {
        List<String> coins = VeloCoins.read(settings.layers().file("config/sources/velo.csv"));
        List<String> metrics = VeloColumns.chosen(settings).stream()
                .map(VeloColumns.metrics()::get)
                .toList();
        Instant openHour = Granularity.HOUR.bucketOf(now);
        List<Stretch> offered = new ArrayList<>();
        for (String exchange : words.exchanges()) {
            for (String coin : coins) {
                String pair = VeloProducts.pair(coin, exchange);
                Instant from = hour(names.get(VeloProducts.begin(pair)), EARLIEST);
                Instant last = hour(names.get(VeloProducts.end(pair)), openHour.minus(Duration.ofHours(1)));
                Instant to = Granularity.HOUR.next(last).isAfter(openHour) ? openHour : Granularity.HOUR.next(last);
                if ((names.isEmpty() || names.containsKey(pair)) && from.isBefore(to)) {
                    metrics.forEach(metric -> offered.add(new Stretch(
                            new SeriesKey(VeloRequests.SOURCE, metric, coin, exchange, "", Granularity.HOUR),
                            from,
                            to)));
                }
            }
        }
        return offered;
    }

    /** The hour that holds a moment in milliseconds as the catalogue's answer named it. */
    private static Instant hour(String millis, Instant otherwise) {
        return millis == null ? otherwise : Granularity.HOUR.bucketOf(Instant.ofEpochMilli(Long.parseLong(millis)));
    }

    /**
     * {@inheritDoc} Each request is of one venue. Columns of a coin that are wanted over the same time are asked together;
     * instruments of a coin always are.
     *
     * @throws ConfigurationException when not one coin fits into a request
     */
    @Override
    public List<Window> pack(List<Stretch> wanted, Map<String, String> names, Instant now) {
        CellBudget budget = words.budget();
        List<Window> windows = new ArrayList<>();
        Bundles.of(wanted).forEach((bundle, stretches) -> {
            for (Load load : new VeloPacking(budget, bundle.metrics().size()).pack(stretches)) {
                windows.add(new Window(
                        VeloRequests.ROWS,
                        VeloProducts.of(load.assets(), bundle.exchange(), names).subject(),
                        load.assets(),
                        bundle.metrics(),
                        bundle.exchange(),
                        Granularity.HOUR,
                        load.from(),
                        load.to()));
            }
        });
        return Bundles.join(windows, window -> values(window) <= budget.cells());
    }

    private static long values(Window window) {
        return hours(window) * window.assets().size() * window.metrics().size();
    }

    private static long hours(Window window) {
        return Duration.between(window.from(), window.to()).toHours();
    }

    @Override
    public VendorRequest request(Window window) {
        return words.rows(
                        window.exchange(),
                        window.assets(),
                        VeloColumns.ofMetrics(window.metrics()),
                        window.from(),
                        window.to(),
                        window.subject())
                .halves(
                        VeloRequests.TOO_LARGE,
                        () -> halves(window).stream().map(this::request).toList())
                .build();
    }

    /** {@inheritDoc} First by coins; then by time, as long as a window holds so many values that this may be the reason. */
    @Override
    public List<Window> halves(Window window) {
        List<String> coins = window.assets();
        int middle = coins.size() / 2;
        if (middle > 0) {
            return List.of(
                    part(window, coins.subList(0, middle), window.from(), window.to()),
                    part(window, coins.subList(middle, coins.size()), window.from(), window.to()));
        }
        if (values(window) <= NEVER_TOO_LARGE) {
            return List.of();
        }
        Instant half = window.from().plus(Duration.ofHours(hours(window) / 2));
        return List.of(part(window, coins, half, window.to()), part(window, coins, window.from(), half));
    }

    private static Window part(Window whole, List<String> coins, Instant from, Instant to) {
        String subject = VeloProducts.ofSubject(whole.subject()).of(coins).subject();
        return new Window(
                whole.answer(), subject, coins, whole.metrics(), whole.exchange(), whole.granularity(), from, to);
    }
}
