package dev.caravan.source.coingecko;

import dev.caravan.backfill.History;
import dev.caravan.backfill.Packing;
import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.CsvTable;
import dev.caravan.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CoinGecko's past: price, market capitalisation and volume of each coin, which one request of {@code market_chart/range}
 * gives together (contract, section 6). The newest 90 days come by the hour, into the series of the live pulls, and what is
 * older by the day. The two meet at a midnight, and none is folded into the other.
 *
 * <p>Without a Pro key the last 365 days can be had, with one as far back as the settings say.
 */
public final class CoinGeckoHistory implements History {
    /** Answers that should come by the hour. */
    static final String HOURS = "chart-hours";
    /** Answers that should come by the day. */
    static final String DAYS = "chart-days";

    private static final Duration WITHOUT_A_PLAN = Duration.ofDays(365);
    /** So long a request may wait for its turn. */
    private static final Duration ON_THE_WAY = Duration.ofMinutes(15);
    /** The last completed day is published at about 00:35 UTC. */
    private static final Duration UNTIL_PUBLISHED = Duration.ofMinutes(45);

    private static final int ALL_DAYS = 36_500;
    /** Not in the plan, as {@link dev.caravan.fetch.Door} tells it from a refused key; and a coin that is not known. */
    private static final Integer[] NOT_OFFERED = {402, 404};

    private final Settings settings;
    private final CoinGeckoHost host;
    private final Path file;

    /**
     * @param settings the host, {@code coingecko.history.*}, and the folder of {@code config/sources/coingecko.csv}
     * @param accounts key and tier
     */
    public CoinGeckoHistory(Settings settings, Accounts accounts) {
        this.settings = settings;
        this.host = new CoinGeckoHost(settings, accounts);
        this.file = settings.layers().file("config/sources/coingecko.csv");
    }

    @Override
    public String source() {
        return CoinGeckoPlanner.SOURCE;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A day is offered from 00:45 UTC of the next day on: it is published ten minutes earlier.
     */
    @Override
    public List<Stretch> offered(Map<String, String> names, Instant now) {
        Instant hoursFrom = hoursFrom(now);
        Instant hoursTo = Granularity.HOUR.bucketOf(now);
        Instant daysFrom = daysFrom(now);
        Instant published = Granularity.DAY.bucketOf(now.minus(UNTIL_PUBLISHED));
        Instant daysTo = hoursFrom.isBefore(published) ? hoursFrom : published;
        List<Stretch> all = new ArrayList<>();
        for (String id : CsvTable.column(file, "id", "id")) {
            for (String metric : CoinGeckoChart.METRICS) {
                add(all, id, metric, Granularity.HOUR, hoursFrom, hoursTo);
                add(all, id, metric, Granularity.DAY, daysFrom, daysTo);
            }
        }
        return all;
    }

    private static void add(
            List<Stretch> all, String id, String metric, Granularity granularity, Instant from, Instant to) {
        if (from.isBefore(to)) {
            all.add(new Stretch(SeriesKey.of(CoinGeckoPlanner.SOURCE, metric, id, granularity), from, to));
        }
    }

    private boolean isPro() {
        return host.tier().equals(CoinGeckoHost.PRO);
    }

    /** The midnight at which days end and hours begin. */
    private Instant hoursFrom(Instant now) {
        int most = isPro() ? ALL_DAYS : (int) CoinGeckoSpan.MOST_BY_HOUR.toDays();
        Duration back = Duration.ofDays(settings.number("coingecko.history.hours-days", 0, most));
        Instant from = midnightFrom(now.minus(back));
        Instant first = midnight("coingecko.history.hours-since");
        return isPro() && from.isBefore(first) ? first : from;
    }

    private Instant daysFrom(Instant now) {
        return isPro() ? midnight("coingecko.history.days-since") : midnightFrom(now.minus(WITHOUT_A_PLAN));
    }

    private Instant midnight(String setting) {
        return settings.date(setting).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The first midnight that is not before the instant. */
    private static Instant midnightFrom(Instant instant) {
        Instant midnight = Granularity.DAY.bucketOf(instant);
        return midnight.equals(instant) ? midnight : Granularity.DAY.next(midnight);
    }

    /**
     * {@inheritDoc}
     *
     * <p>All metrics of a coin go together, in requests as long as the vendor gives steps of the length that is wanted.
     */
    @Override
    public List<Window> pack(List<Stretch> wanted, Map<String, String> names, Instant now) {
        Map<String, List<Stretch>> byCoin = new LinkedHashMap<>();
        for (Stretch stretch : wanted) {
            String coin = stretch.series().asset() + " " + stretch.series().granularity();
            byCoin.computeIfAbsent(coin, added -> new ArrayList<>()).add(wholeBuckets(stretch));
        }
        List<Window> windows = new ArrayList<>();
        byCoin.values().forEach(stretches -> cut(stretches, daysFrom(now), windows));
        windows.sort(Comparator.comparing(Window::to).reversed());
        return windows;
    }

    private static Stretch wholeBuckets(Stretch stretch) {
        Granularity granularity = stretch.series().granularity();
        Instant last = granularity.bucketOf(stretch.to().minusNanos(1));
        return new Stretch(stretch.series(), granularity.bucketOf(stretch.from()), granularity.next(last));
    }

    private static void cut(List<Stretch> stretches, Instant earliest, List<Window> windows) {
        SeriesKey series = stretches.get(0).series();
        boolean hours = series.granularity() == Granularity.HOUR;
        Packing packing = new Packing(1, hours ? CoinGeckoSpan.MOST_BY_HOUR : CoinGeckoSpan.MOST_BY_DAY);
        for (Packing.Load load : packing.pack(stretches)) {
            List<String> metrics = stretches.stream()
                    .filter(stretch -> stretch.within(load.from(), load.to()) != null)
                    .map(stretch -> stretch.series().metric())
                    .distinct()
                    .toList();
            windows.add(new Window(
                    hours ? HOURS : DAYS,
                    CoinGeckoSpan.asking(series.granularity(), load.from(), load.to(), earliest)
                            .toString(),
                    load.assets(),
                    metrics,
                    "",
                    series.granularity(),
                    load.from(),
                    load.to()));
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Its subject is the coin, which the answer does not name. What the plan does not have comes as status 402. A window
     * that has waited until its beginning is no longer among the 365 days is asked for what is left of it: otherwise all of
     * it would be refused.
     */
    @Override
    public VendorRequest request(Window window) {
        String id = window.assets().get(0);
        String path = "/coins/" + VendorRequest.encode(id) + "/market_chart/range";
        CoinGeckoSpan span = CoinGeckoSpan.parse(window.subject());
        if (!isPro()) {
            Instant earliest = settings.clock().instant().minus(WITHOUT_A_PLAN).plus(ON_THE_WAY);
            span = span.since(window.granularity(), earliest);
        }
        return VendorRequest.get(CoinGeckoPlanner.SOURCE, host.url(), path)
                .query("vs_currency=usd&" + span.parameters() + "&precision=full")
                .headers(host.keyHeader())
                .answer(window.answer(), id)
                .expects(List.of(id), window.metrics())
                .fields(CoinGeckoChart.FIELDS)
                .refusals(NOT_OFFERED)
                .build();
    }
}
