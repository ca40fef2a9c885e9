package dev.caravan.source.coingecko;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.fetch.AccountLimits;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.settings.Settings;
import dev.caravan.source.JsonValues;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Body;

/**
 * The rate of a Pro plan, which only {@code /key} tells: 250 a minute and more (contract, sections 2 and 5). Asked once a
 * day, and only with a Pro key. Used by the routes as the bean {@code coingeckoLimit}.
 */
public final class CoinGeckoLimit {
    private static final String OF_THE_PLAN = "rate_limit_request_per_minute";
    /** Newer, and not always there: a limit that was set for this one key. */
    private static final String OF_THE_KEY = "api_key_rate_limit_request_per_minute";

    private final CoinGeckoHost host;
    private final AccountLimits limits;

    /**
     * @param settings the host
     * @param accounts key and tier
     * @param limits where the answer is kept
     */
    public CoinGeckoLimit(Settings settings, Accounts accounts, AccountLimits limits) {
        this.host = new CoinGeckoHost(settings, accounts);
        this.limits = limits;
    }

    /**
     * @return the request for the plan's rate; none when it is known, or the tier has no such thing
     */
    public List<VendorRequest> calls() {
        if (!host.tier().equals(CoinGeckoHost.PRO)
                || host.keyHeader().isEmpty()
                || limits.isKnown(CoinGeckoPlanner.SOURCE)) {
            return List.of();
        }
        return List.of(VendorRequest.get(CoinGeckoPlanner.SOURCE, host.url(), "/key")
                .headers(host.keyHeader())
                .answer("key", "")
                .fields(OF_THE_PLAN, OF_THE_KEY)
                .build());
    }

    /**
     * Keeps the smaller of the limits that the answer names.
     *
     * @param answer the answer to {@code /key}
     * @throws TransientFailure when it names none
     */
    public void read(@Body JsonNode answer) {
        JsonNode plan = JsonValues.object(answer, "the plan of the key");
        int requests = Stream.of(OF_THE_PLAN, OF_THE_KEY)
                .map(plan::path)
                .filter(node -> node.canConvertToInt() && node.intValue() > 0)
                .mapToInt(JsonNode::intValue)
                .min()
                .orElseThrow(() -> new TransientFailure(
                        "the plan of the key has no limit: " + JsonValues.fragment(answer), 200, null, 0, null));
        limits.told(CoinGeckoPlanner.SOURCE, requests);
    }
}
