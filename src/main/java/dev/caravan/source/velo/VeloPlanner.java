package dev.caravan.source.velo;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.Pull;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Variable;

/**
 * What a pull of Velo asks. First the vendor's catalogue of futures, which tells the pairs of coin and venue that exist;
 * then hours of these, one venue a request and as many coins as the budget of values allows. The window is the last closed
 * hours, so that late corrections arrive, and the open hour.
 */
public final class VeloPlanner {
    static final String SOURCE = "velo";
    static final String FUTURES = "futures";
    static final String ROWS = "rows";
    /** Whole minutes as a number: a word such as 1h is read as one minute (contract, section 3). */
    static final int RESOLUTION_MINUTES = 60;

    /** The venues of futures (contract, section 3). */
    private static final Set<String> VENUES = Set.of("binance-futures", "bybit", "deribit", "okex-swap", "hyperliquid");

    /** The length of the URL is the bound before the budget is: 50 to 100 coins are comfortable (contract, section 7). */
    private static final int MOST_COINS = 100;

    private static final int LONGEST_TRAIL = 720;
    private static final int LARGEST_BUDGET = 22_500;

    /** The texts of a 400 are not known, so it may mean too many values; the other two say so of size and URL. */
    private static final Set<Integer> TOO_LARGE = Set.of(400, 413, 414);

    private static final Map<String, String> KEY = Map.of("Authorization", "Basic {basic-key}");

    private final Settings settings;

    /**
     * @param settings host, columns, venues, budget and trail, and the folder of {@code config/sources/velo.csv}
     */
    public VeloPlanner(Settings settings) {
        this.settings = settings;
    }

    /**
     * @param pull the running pull
     * @return the one request that the others depend on
     */
    public List<VendorRequest> lists(@Variable("pull") Pull pull) {
        List<VendorRequest> requests = List.of(VendorRequest.get(SOURCE, settings.url("velo.api.url"), "/futures")
                .query("delisted=0")
                .headers(KEY)
                .answer(FUTURES, "")
                .build());
        pull.plan(requests);
        return requests;
    }

    /**
     * @param pull the running pull, which knows by now which pairs exist; where the catalogue was out of reach, all
     *     configured pairs are asked: those that do not exist give no rows
     * @return the requests for rows
     * @throws ConfigurationException when coins, columns or venues are wrong, or not one coin fits into a request
     */
    public List<VendorRequest> calls(@Variable("pull") Pull pull) {
        List<String> coins = VeloCoins.read(settings.layers().file("config/sources/velo.csv"));
        List<String> columns = VeloColumns.chosen(settings);
        Map<String, String> pairs = pull.vendorNames();
        int trail = settings.number("velo.trailing-hours", 1, LONGEST_TRAIL);
        Instant openHour = Granularity.HOUR.bucketOf(pull.startedAt());
        Window window =
                new Window(openHour.minus(Duration.ofHours(trail)), Granularity.HOUR.next(openHour), columns, pairs);
        int most = Math.min(MOST_COINS, budget().coins(window.buckets(), 1, columns.size()));
        List<VendorRequest> requests = new ArrayList<>();
        for (String exchange : exchanges()) {
            List<String> listed = coins.stream()
                    .filter(coin -> pairs.isEmpty() || pairs.containsKey(VeloProducts.pair(coin, exchange)))
                    .toList();
            for (int from = 0; from < listed.size(); from += most) {
                requests.add(rows(window, exchange, listed.subList(from, Math.min(listed.size(), from + most))));
            }
        }
        pull.plan(requests);
        return requests;
    }

    private CellBudget budget() {
        return new CellBudget(settings.number("velo.cells", 1, LARGEST_BUDGET));
    }

    private List<String> exchanges() {
        List<String> exchanges = VeloColumns.list(settings, "velo.exchanges");
        for (String exchange : exchanges) {
            if (!VENUES.contains(exchange)) {
                throw new ConfigurationException("the setting velo.exchanges names '" + exchange
                        + "', which is none of: "
                        + VENUES.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
        return exchanges;
    }

    /** What all requests of a pull have in common: begin inclusive, end exclusive, UTC. */
    private record Window(Instant begin, Instant end, List<String> columns, Map<String, String> pairs) {
        long buckets() {
            return CellBudget.buckets(Duration.between(begin, end), RESOLUTION_MINUTES);
        }
    }

    private VendorRequest rows(Window window, String exchange, List<String> coins) {
        String query = "type=futures&exchanges=" + exchange
                + "&coins=" + coins.stream().map(VendorRequest::encode).collect(Collectors.joining(","))
                + "&columns=" + String.join(",", window.columns())
                + "&begin=" + window.begin().toEpochMilli()
                + "&end=" + window.end().toEpochMilli()
                + "&resolution=" + RESOLUTION_MINUTES;
        List<String> metrics =
                window.columns().stream().map(VeloColumns.metrics()::get).toList();
        return VendorRequest.get(SOURCE, settings.url("velo.api.url"), "/rows")
                .query(query)
                .headers(KEY)
                .answer(ROWS, VeloProducts.of(coins, exchange, window.pairs()).subject())
                .exchange(exchange)
                .expects(coins, metrics)
                .emptyIsNoData()
                .halves(TOO_LARGE, () -> halves(window, exchange, coins))
                .build();
    }

    private List<VendorRequest> halves(Window window, String exchange, List<String> coins) {
        if (coins.size() < 2) {
            return List.of();
        }
        int middle = coins.size() / 2;
        return List.of(
                rows(window, exchange, coins.subList(0, middle)),
                rows(window, exchange, coins.subList(middle, coins.size())));
    }
}
