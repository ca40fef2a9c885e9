package dev.caravan.source.alphavantage;

import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.Budget;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Pull;
import dev.caravan.ingest.PullLedger;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import dev.caravan.settings.Settings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Variable;

/**
 * What a pull of Alpha Vantage asks: the newest hundred days of each ticker whose turn it is, one request a ticker. The free
 * tier gets prices as traded, at most as many as its day budget permits, the longest silent first; the premium tier also
 * adjusted closes, dividends and splits, of all tickers. Contract, sections 2.1, 2.2, 6 and 7; see
 * {@link AlphaVantageRotation} for who is due.
 */
public final class AlphaVantagePlanner {
    static final String SOURCE = "alphavantage";
    static final String DAILY = "daily";

    static final String PREMIUM = "premium";

    private final Settings settings;
    private final Accounts accounts;
    private final Supplier<Integer> remaining;
    private final Supplier<Map<String, Instant>> lastAnswered;
    private final Supplier<Set<String>> askedLately;
    private final AlphaVantageRotation rotation = new AlphaVantageRotation();

    /**
     * @param settings {@code alphavantage.api.url}, and the folder of {@code config/sources/alphavantage.csv}
     * @param accounts key and tier
     * @param budget requests left of the account's UTC day
     * @param ledger when each ticker last answered, and which the vendor does not offer
     */
    public AlphaVantagePlanner(Settings settings, Accounts accounts, Budget budget, PullLedger ledger) {
        this(
                settings,
                accounts,
                () -> budget.remainingToday(SOURCE),
                () -> ledger.lastAnswered(SOURCE),
                () -> ledger.askedLately(SOURCE));
    }

    AlphaVantagePlanner(
            Settings settings,
            Accounts accounts,
            Supplier<Integer> remaining,
            Supplier<Map<String, Instant>> lastAnswered,
            Supplier<Set<String>> askedLately) {
        this.settings = settings;
        this.accounts = accounts;
        this.remaining = remaining;
        this.lastAnswered = lastAnswered;
        this.askedLately = askedLately;
    }

    /**
     * @param pull the running pull
     * @return the requests; none when no ticker is due or the day's budget is spent
     * @throws ConfigurationException when the configured tickers cannot be read
     */
    public List<VendorRequest> calls(@Variable("pull") Pull pull) {
        List<String> symbols =
                CsvTable.column(settings.layers().file("config/sources/alphavantage.csv"), "symbol", "ticker");
        boolean premium = accounts.tier(SOURCE).equals(PREMIUM);
        List<String> metrics = premium ? AlphaVantageNormaliser.ADJUSTED_METRICS : AlphaVantageNormaliser.METRICS;
        Instant now = pull.startedAt();
        Set<String> refused = askedLately.get();
        List<String> offered = symbols.stream()
                .filter(symbol -> metrics.stream().anyMatch(metric -> !refused.contains(symbol + " " + metric)))
                .toList();
        List<VendorRequest> requests = rotation.choose(offered, lastAnswered.get(), now, remaining.get()).stream()
                .map(symbol -> daily(symbol, premium, metrics))
                .toList();
        pull.plan(requests);
        return requests;
    }

    /** As CSV, a third of the JSON's size; compact, as only premium keys may have more and history is for backfills. */
    private VendorRequest daily(String symbol, boolean premium, List<String> metrics) {
        String function = premium ? "TIME_SERIES_DAILY_ADJUSTED" : "TIME_SERIES_DAILY";
        String encoded = VendorRequest.encode(symbol);
        return VendorRequest.get(SOURCE, settings.url("alphavantage.api.url"), "/query")
                .query("function=" + function + "&symbol=" + encoded + "&outputsize=compact&datatype=csv&apikey={key}")
                .answer(DAILY, symbol)
                .expects(List.of(symbol), metrics)
                .build();
    }
}
