package dev.caravan.source.coingecko;

import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Pull;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import dev.caravan.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.camel.Variable;

/** What a pull of CoinGecko asks: {@code /coins/markets} with 250 ids a call, the most that one answer holds. */
public final class CoinGeckoPlanner {
    static final String SOURCE = "coingecko";
    static final String MARKETS = "markets";

    private static final int IDS_A_CALL = 250;

    private final CoinGeckoHost host;
    private final Path file;

    /**
     * @param settings the host, and the folder of {@code config/sources/coingecko.csv}
     * @param accounts key and tier
     */
    public CoinGeckoPlanner(Settings settings, Accounts accounts) {
        this.host = new CoinGeckoHost(settings, accounts);
        this.file = settings.layers().file("config/sources/coingecko.csv");
    }

    /**
     * @param pull the running pull
     * @return the requests
     * @throws ConfigurationException when the configured ids cannot be read
     */
    public List<VendorRequest> calls(@Variable("pull") Pull pull) {
        List<String> ids = CsvTable.column(file, "id", "id");
        List<VendorRequest> requests = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += IDS_A_CALL) {
            requests.add(markets(ids.subList(from, Math.min(ids.size(), from + IDS_A_CALL))));
        }
        pull.plan(requests);
        return requests;
    }

    private VendorRequest markets(List<String> ids) {
        // Joined by a comma without a space: after a space the id is dropped without a word (contract, section 4).
        String joined = ids.stream().map(VendorRequest::encode).collect(Collectors.joining(","));
        return VendorRequest.get(SOURCE, host.url(), "/coins/markets")
                // Without per_page an answer of more than 100 ids is cut without a sign (contract, section 5).
                .query("vs_currency=usd&per_page=" + IDS_A_CALL + "&precision=full&ids=" + joined)
                .headers(host.keyHeader())
                .answer(MARKETS, "")
                .expects(ids, CoinGeckoNormaliser.METRICS)
                .fields(
                        "id",
                        "current_price",
                        "market_cap",
                        "total_volume",
                        "circulating_supply",
                        "total_supply",
                        "max_supply",
                        "fully_diluted_valuation",
                        "last_updated")
                .build();
    }
}
