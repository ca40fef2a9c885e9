package dev.caravan.source.defillama;

import dev.caravan.backfill.History;
import dev.caravan.backfill.Stretch;
import dev.caravan.backfill.Window;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.PullLedger;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.Settings;
import dev.caravan.source.defillama.DefiLlamaHistorySeries.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The history of DefiLlama (contract, sections 6 to 11): days, in the series of the live pulls. A request has no limits of
 * time and holds the whole life of what it is about, so that there is one for each asset and kind of answer, and one for
 * all open interest; only net inflows come a day at a time. What the vendor does not offer, as pulls of the last week
 * found, is not offered here either.
 */
public final class DefiLlamaHistory implements History {
    /** The vendor's oldest series, the fees of Bitcoin, begin with its first blocks. */
    private static final Instant EARLIEST = Instant.parse("2009-01-01T00:00:00Z");
    /** Net inflows cost a request for each day and protocol: they are filled in where they were missed, not gathered. */
    private static final int INFLOW_DAYS = 30;
    /** The vendor's answers are up to seventy minutes old (contract, section 2), so that the day before comes later. */
    private static final Duration OLDEST_ANSWER = Duration.ofHours(2);
    /** Their last point stands for now under the midnight before it: a day's close appears a day later. */
    private static final Set<String> LAST_POINT_MOVES = Set.of(
            DefiLlamaHistoryAnswers.CHAIN_TVL,
            DefiLlamaHistoryAnswers.STABLECOIN,
            DefiLlamaHistoryAnswers.STABLECOIN_PRICES);

    private final DefiLlamaHosts hosts;
    private final DefiLlamaHistoryRequests requests;
    private final PullLedger ledger;
    private final Path file;

    /**
     * @param settings hosts, and the folder of {@code config/sources/defillama.csv}
     * @param accounts whether there is a key
     * @param ledger what need not be asked again this week
     */
    public DefiLlamaHistory(Settings settings, Accounts accounts, PullLedger ledger) {
        this.hosts = new DefiLlamaHosts(settings, accounts);
        this.requests = new DefiLlamaHistoryRequests(hosts);
        this.ledger = ledger;
        this.file = settings.layers().file("config/sources/defillama.csv");
    }

    @Override
    public String source() {
        return DefiLlamaAnswers.SOURCE;
    }

    /** The list of chains, which tells chains from protocols; with a key that of bridges, which tells their numbers. */
    @Override
    public List<VendorRequest> lists() {
        List<DefiLlamaEntity> entities = DefiLlamaEntity.read(file);
        VendorRequest chains = DefiLlamaLists.chains(hosts, entities);
        return hosts.paid() ? List.of(chains, DefiLlamaLists.bridges(hosts, entities)) : List.of(chains);
    }

    @Override
    public List<Stretch> offered(Map<String, String> names, Instant now) {
        Set<String> askedLately = ledger.askedLately(source());
        List<Stretch> stretches = new ArrayList<>();
        places(names).forEach((series, place) -> {
            if (!askedLately.contains(series.asset() + " " + series.metric())) {
                Instant to = Granularity.DAY.bucketOf(now.minus(OLDEST_ANSWER));
                if (LAST_POINT_MOVES.contains(place.answer())) {
                    to = to.minus(1, ChronoUnit.DAYS);
                }
                boolean inflows = place.answer().equals(DefiLlamaHistoryAnswers.INFLOWS);
                stretches.add(new Stretch(series, inflows ? to.minus(INFLOW_DAYS, ChronoUnit.DAYS) : EARLIEST, to));
            }
        });
        return stretches;
    }

    @Override
    public List<Window> pack(List<Stretch> wanted, Map<String, String> names, Instant now) {
        Map<SeriesKey, Place> places = places(names);
        Map<Request, List<Stretch>> held = new LinkedHashMap<>();
        for (Stretch stretch : wanted) {
            Place place = places.get(stretch.series());
            if (place == null) {
                continue; // taken out of the configuration since it was offered: nothing to ask it from
            }
            if (place.answer().equals(DefiLlamaHistoryAnswers.INFLOWS)) {
                for (Instant day = Granularity.DAY.bucketOf(stretch.from());
                        day.isBefore(stretch.to());
                        day = Granularity.DAY.next(day)) {
                    Stretch one = stretch.within(day, Granularity.DAY.next(day));
                    String subject = place.subject() + " " + LocalDate.ofInstant(day, ZoneOffset.UTC);
                    add(held, new Place(place.answer(), subject), one);
                }
            } else {
                add(held, place, stretch);
            }
        }
        List<Window> windows = new ArrayList<>();
        held.forEach((request, stretches) -> windows.add(window(request.place(), stretches)));
        windows.sort(Comparator.comparing(Window::to).reversed());
        return windows;
    }

    @Override
    public VendorRequest request(Window window) {
        return requests.of(window);
    }

    /** What stretches must have in common to be held by one request; the asset is empty where one answer is about all. */
    private record Request(Place place, String asset) {}

    private static void add(Map<Request, List<Stretch>> held, Place place, Stretch stretch) {
        String asset = place.subject().isEmpty() ? "" : stretch.series().asset();
        held.computeIfAbsent(new Request(place, asset), added -> new ArrayList<>())
                .add(stretch);
    }

    /** The hull of all stretches: what lies between them comes in any case. */
    private static Window window(Place place, List<Stretch> stretches) {
        Set<String> assets = new LinkedHashSet<>();
        Set<String> metrics = new LinkedHashSet<>();
        Instant from = stretches.get(0).from();
        Instant to = stretches.get(0).to();
        for (Stretch stretch : stretches) {
            assets.add(stretch.series().asset());
            metrics.add(stretch.series().metric());
            from = stretch.from().isBefore(from) ? stretch.from() : from;
            to = stretch.to().isAfter(to) ? stretch.to() : to;
        }
        return new Window(
                place.answer(),
                place.subject(),
                List.copyOf(assets),
                List.copyOf(metrics),
                "",
                Granularity.DAY,
                from,
                to);
    }

    private Map<SeriesKey, Place> places(Map<String, String> names) {
        return DefiLlamaHistorySeries.of(DefiLlamaEntity.read(file), names, hosts.paid());
    }
}
