package dev.caravan.source.coingecko;

import dev.caravan.fetch.Accounts;
import dev.caravan.settings.Settings;
import java.util.Map;

/** Host and header of the tier in force: a key has a tier, and the tier fixes both (contract, section 1). */
final class CoinGeckoHost {
    static final String PRO = "pro";

    private final Settings settings;
    private final Accounts accounts;

    CoinGeckoHost(Settings settings, Accounts accounts) {
        this.settings = settings;
        this.accounts = accounts;
    }

    String tier() {
        return accounts.tier(CoinGeckoPlanner.SOURCE);
    }

    String url() {
        if (settings.optional("coingecko.api.url").isPresent()) {
            return settings.url("coingecko.api.url");
        }
        return settings.url(tier().equals(PRO) ? "coingecko.host.pro" : "coingecko.host.public");
    }

    Map<String, String> keyHeader() {
        if (tier().equals("none") || accounts.key(CoinGeckoPlanner.SOURCE).isEmpty()) {
            return Map.of();
        }
        return Map.of("x-cg-" + tier() + "-api-key", "{key}");
    }
}
