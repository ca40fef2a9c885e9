package dev.caravan.source.velo;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How the vendor's catalogue and rows are asked for (contract, sections 2 and 3), of live pulls and of history alike. */
final class VeloRequests {
    static final String SOURCE = "velo";
    static final String FUTURES = "futures";
    static final String ROWS = "rows";
    /** Whole minutes as a number: a word such as 1h is read as one minute (contract, section 3). */
    static final int RESOLUTION_MINUTES = 60;
    /** The length of the URL is the bound before the budget is: 50 to 100 coins are comfortable (contract, section 7). */
    static final int MOST_COINS = 100;
    /** The texts of a 400 are not known, so it may mean too many values; the other two say so of size and URL. */
    static final Set<Integer> TOO_LARGE = Set.of(400, 413, 414);

    /** The venues of futures (contract, section 3). */
    private static final Set<String> VENUES = Set.of("binance-futures", "bybit", "deribit", "okex-swap", "hyperliquid");

    private static final int LARGEST_BUDGET = 22_500;
    private static final Map<String, String> KEY = Map.of("Authorization", "Basic {basic-key}");

    private final Settings settings;

    /** With host, venues and budget of these settings. */
    VeloRequests(Settings settings) {
        this.settings = settings;
    }

    CellBudget budget() {
        return new CellBudget(settings.number("velo.cells", 1, LARGEST_BUDGET));
    }

    /** The configured venues. */
    List<String> exchanges() {
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

    /** The catalogue of futures: of those that are traded, or also of those that no longer are, with their ends. */
    VendorRequest futures(boolean delistedToo) {
        return VendorRequest.get(SOURCE, settings.url("velo.api.url"), "/futures")
                .query(delistedToo ? "delisted=1" : "delisted=0")
                .headers(KEY)
                .answer(FUTURES, "")
                .build();
    }

    /** Hours of coins at a venue, begin inclusive, end exclusive, UTC; without its halves. */
    VendorRequest.Builder rows(
            String exchange, List<String> coins, List<String> columns, Instant begin, Instant end, String products) {
        String query = "type=futures&exchanges=" + exchange
                + "&coins=" + coins.stream().map(VendorRequest::encode).collect(Collectors.joining(","))
                + "&columns=" + String.join(",", columns)
                + "&begin=" + begin.toEpochMilli()
                + "&end=" + end.toEpochMilli()
                + "&resolution=" + RESOLUTION_MINUTES;
        return VendorRequest.get(SOURCE, settings.url("velo.api.url"), "/rows")
                .query(query)
                .headers(KEY)
                .answer(ROWS, products)
                .exchange(exchange)
                .expects(coins, columns.stream().map(VeloColumns.metrics()::get).toList())
                .emptyIsNoData();
    }
}
