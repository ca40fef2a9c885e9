package dev.caravan.source.defillama;

import dev.caravan.fetch.Accounts;
import dev.caravan.settings.Settings;

/**
 * Where each family of calls stands: on the free hosts, or, with a key, below the key on the Pro host, so that the rate of
 * the paid account holds (contract, section 1).
 */
final class DefiLlamaHosts {
    private final Settings settings;
    private final boolean paid;

    DefiLlamaHosts(Settings settings, Accounts accounts) {
        this.settings = settings;
        this.paid = accounts.key(DefiLlamaAnswers.SOURCE).isPresent();
    }

    boolean paid() {
        return paid;
    }

    String api() {
        return settings.url(paid ? "defillama.pro.url" : "defillama.api.url");
    }

    String stablecoins() {
        return settings.url(paid ? "defillama.pro.url" : "defillama.stablecoins.url");
    }

    String pro() {
        return settings.url("defillama.pro.url");
    }

    /** @return what stands between host and path of a family: nothing on the free hosts */
    String prefix(String family) {
        return paid ? "/{key}/" + family : "";
    }
}
