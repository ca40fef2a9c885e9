package dev.caravan.source.alphavantage;

import dev.caravan.backfill.History;
import dev.caravan.backfill.Known;
import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.CsvTable;
import dev.caravan.settings.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Alpha Vantage's past, one request a ticker (contract, sections 2.1, 2.2, 2.3 and 7). A premium key gets every day since
 * the listing; a free one the newest hundred, which the live pulls read in any case. With
 * {@code alphavantage.history.intraday} a premium key also gets hours, one request for each ticker and month. No live pull
 * reads hours: they are as new as the last order for them.
 */
public final class AlphaVantageHistory implements History {
    /** The whole of a daily series: the newest hundred days are {@link AlphaVantagePlanner#DAILY}, as in live pulls. */
    static final String WHOLE = "daily-whole";
    /** The hours of a month. */
    static final String HOURS = "hours";

    /** Of a hundred rows one may be today's, and an order may wait some days before its turn. */
    private static final int COMPACT_DAYS = 95;

    private final Settings settings;
    private final Accounts accounts;
    private final Path file;

    /**
     * @param settings {@code alphavantage.api.url}, {@code alphavantage.history.*}, and the folder of
     *     {@code config/sources/alphavantage.csv}
     * @param accounts key and tier
     */
    public AlphaVantageHistory(Settings settings, Accounts accounts) {
        this.settings = settings;
        this.accounts = accounts;
        this.file = settings.layers().file("config/sources/alphavantage.csv");
    }

    @Override
    public String source() {
        return AlphaVantagePlanner.SOURCE;
    }

    private boolean isPremium() {
        return accounts.tier(AlphaVantagePlanner.SOURCE).equals(AlphaVantagePlanner.PREMIUM);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Days until the last finished trading day, which is so from 20:00 in New York on.
     */
    @Override
    public List<Stretch> offered(Map<String, String> names, Instant now) {
        List<String> metrics = isPremium() ? AlphaVantageNormaliser.ADJUSTED_METRICS : AlphaVantageNormaliser.METRICS;
        LocalDate last = TradingDay.lastFinished(now);
        Instant daysFrom = isPremium() ? wholeFrom() : compactFrom(now);
        Instant daysTo = Granularity.DAY.next(TradingDay.bucket(last));
        boolean hours = isPremium() && settings.flag("alphavantage.history.intraday");
        Instant hoursFrom = TradingDay.utc(
                settings.date("alphavantage.history.intraday-from").atStartOfDay());
        List<Stretch> all = new ArrayList<>();
        for (String symbol : CsvTable.column(file, "symbol", "ticker")) {
            if (daysFrom.isBefore(daysTo)) {
                metrics.forEach(
                        metric -> all.add(new Stretch(series(metric, symbol, Granularity.DAY), daysFrom, daysTo)));
            }
            if (hours && hoursFrom.isBefore(TradingDay.end(last))) {
                AlphaVantageNormaliser.METRICS.forEach(metric -> all.add(
                        new Stretch(series(metric, symbol, Granularity.HOUR), hoursFrom, TradingDay.end(last))));
            }
        }
        return all;
    }

    private static SeriesKey series(String metric, String symbol, Granularity granularity) {
        return SeriesKey.of(AlphaVantagePlanner.SOURCE, metric, symbol, granularity);
    }

    private Instant wholeFrom() {
        return TradingDay.bucket(settings.date("alphavantage.history.from"));
    }

    /** The first day that is sure to be among the newest hundred. */
    private static Instant compactFrom(Instant now) {
        LocalDate date = TradingDay.lastFinished(now);
        for (int days = 1; days < COMPACT_DAYS; days++) {
            do {
                date = date.minusDays(1);
            } while (!TradingDay.isTrading(date));
        }
        return TradingDay.bucket(date);
    }

    /**
     * {@inheritDoc}
     *
     * <p>One request gives all days of a ticker, or the newest hundred where they are enough; another one the hours of each
     * month in which some are wanted.
     */
    @Override
    public List<Window> pack(List<Stretch> wanted, Map<String, String> names, Instant now) {
        Map<String, List<Stretch>> requests = new LinkedHashMap<>();
        for (Stretch stretch : wanted) {
            String symbol = stretch.series().asset();
            if (stretch.series().granularity() == Granularity.DAY) {
                requests.computeIfAbsent(symbol, added -> new ArrayList<>()).add(stretch);
                continue;
            }
            YearMonth last = TradingDay.month(stretch.to().minusNanos(1));
            for (YearMonth month = TradingDay.month(stretch.from());
                    !month.isAfter(last);
                    month = month.plusMonths(1)) {
                requests.computeIfAbsent(symbol + " " + month, added -> new ArrayList<>())
                        .add(stretch.within(TradingDay.beginning(month), TradingDay.beginning(month.plusMonths(1))));
            }
        }
        boolean onlyCompact = !isPremium();
        Instant compactFrom = compactFrom(now);
        List<Window> windows = new ArrayList<>();
        requests.values().forEach(stretches -> windows.add(window(stretches, onlyCompact, compactFrom)));
        windows.sort(Comparator.comparing(Window::to).reversed());
        return windows;
    }

    private static Window window(List<Stretch> stretches, boolean onlyCompact, Instant compactFrom) {
        Instant from = stretches.stream()
                .map(Stretch::from)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Instant to = stretches.stream()
                .map(Stretch::to)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        SeriesKey series = stretches.get(0).series();
        boolean compact = onlyCompact || !from.isBefore(compactFrom);
        String days = compact ? AlphaVantagePlanner.DAILY : WHOLE;
        return new Window(
                series.granularity() == Granularity.HOUR ? HOURS : days,
                series.asset(),
                List.of(series.asset()),
                stretches.stream()
                        .map(stretch -> stretch.series().metric())
                        .distinct()
                        .toList(),
                "",
                series.granularity(),
                from,
                to);
    }

    /**
     * {@inheritDoc}
     *
     * <p>A month of hours is the one in which the window begins in New York.
     */
    @Override
    public VendorRequest request(Window window) {
        String symbol = window.subject();
        String what;
        if (window.answer().equals(HOURS)) {
            // As traded and not adjusted, so that old months stay as they were read.
            what = "TIME_SERIES_INTRADAY&interval=60min&month=" + TradingDay.month(window.from())
                    + "&adjusted=false&extended_hours=true&outputsize=full";
        } else {
            what = (isPremium() ? "TIME_SERIES_DAILY_ADJUSTED" : "TIME_SERIES_DAILY") + "&outputsize="
                    + (window.answer().equals(WHOLE) ? "full" : "compact");
        }
        String encoded = VendorRequest.encode(symbol);
        return VendorRequest.get(AlphaVantagePlanner.SOURCE, settings.url("alphavantage.api.url"), "/query")
                .query("function=" + what + "&symbol=" + encoded + "&datatype=csv&apikey={key}")
                .answer(window.answer(), symbol)
                .expects(List.of(symbol), window.metrics())
                .build();
    }

    @Override
    public List<String> restatedBy() {
        return AlphaVantageRestatement.METRICS;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Adjusted closes are restated back to the listing by each split and dividend; nothing else is.
     */
    @Override
    public List<Stretch> restated(Collection<Known> recent, Map<String, Instant> readWhole, Instant now) {
        if (!isPremium()) {
            return List.of();
        }
        Instant to = Granularity.DAY.next(TradingDay.bucket(TradingDay.lastFinished(now)));
        return AlphaVantageRestatement.of(recent, readWhole, now).stream()
                .map(symbol -> new Stretch(series("ADJUSTED_CLOSE", symbol, Granularity.DAY), wholeFrom(), to))
                .toList();
    }
}
