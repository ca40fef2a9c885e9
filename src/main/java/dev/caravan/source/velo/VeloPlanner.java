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
import org.apache.camel.Variable;

/**
 * What a pull of Velo asks. First the vendor's catalogue of futures, which tells the pairs of coin and venue that exist;
 * then hours of these, one venue a request and as many coins as the budget of values allows. The window is the last closed
 * hours, so that late corrections arrive, and the open hour.
 */
public final class VeloPlanner {
    static final String SOURCE = VeloRequests.SOURCE;
    static final String FUTURES = VeloRequests.FUTURES;
    static final String ROWS = VeloRequests.ROWS;
    static final int RESOLUTION_MINUTES = VeloRequests.RESOLUTION_MINUTES;

    private static final int LONGEST_TRAIL = 720;

    private final Settings settings;
    private final VeloRequests words;

    /**
     * @param settings host, columns, venues, budget and trail, and the folder of {@code config/sources/velo.csv}
     */
    public VeloPlanner(Settings settings) {
        this.settings = settings;
        this.words = new VeloRequests(settings);
    }

    /**
     * @param pull the running pull
     * @return the one request that the others depend on
     */
    public List<VendorRequest> lists(@Variable("pull") Pull pull) {
        List<VendorRequest> requests = List.of(words.futures(false));
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
        int most = Math.min(VeloRequests.MOST_COINS, words.budget().coins(window.buckets(), 1, columns.size()));
        List<VendorRequest> requests = new ArrayList<>();
        for (String exchange : words.exchanges()) {
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

    /** What all requests of a pull have in common: begin inclusive, end exclusive, UTC. */
    private record Window(Instant begin, Instant end, List<String> columns, Map<String, String> pairs) {
        long buckets() {
            return CellBudget.buckets(Duration.between(begin, end), RESOLUTION_MINUTES);
        }
    }

    private VendorRequest rows(Window window, String exchange, List<String> coins) {
        String products = VeloProducts.of(coins, exchange, window.pairs()).subject();
        return words.rows(exchange, coins, window.columns(), window.begin(), window.end(), products)
                .halves(VeloRequests.TOO_LARGE, () -> halves(window, exchange, coins))
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
