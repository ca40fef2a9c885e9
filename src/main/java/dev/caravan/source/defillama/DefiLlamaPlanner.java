package dev.caravan.source.defillama;

import static dev.caravan.source.defillama.DefiLlamaAnswers.SOURCE;

import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Pull;
import dev.caravan.ingest.PullLedger;
import dev.caravan.settings.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Variable;

/**
 * What a pull of DefiLlama asks. First the list of chains, which tells chains from protocols and gives the names by which
 * chains are asked; then all the rest at once, the large lists before the small calls, so that the last answer is a small
 * one.
 */
public final class DefiLlamaPlanner {
    private final DefiLlamaHosts hosts;
    private final PullLedger ledger;
    private final Path file;

    /**
     * @param settings hosts, and the folder of {@code config/sources/defillama.csv}
     * @param accounts whether there is a key
     * @param ledger what need not be asked again this week
     */
    public DefiLlamaPlanner(Settings settings, Accounts accounts, PullLedger ledger) {
        this.hosts = new DefiLlamaHosts(settings, accounts);
        this.ledger = ledger;
        this.file = settings.layers().file("config/sources/defillama.csv");
    }

    /**
     * @param pull the running pull
     * @return the one request that the others depend on
     */
    public List<VendorRequest> lists(@Variable("pull") Pull pull) {
        List<VendorRequest> requests = List.of(DefiLlamaLists.chains(hosts, DefiLlamaEntity.read(file)));
        pull.plan(requests);
        return requests;
    }

    /**
     * @param pull the running pull, which knows by now what the vendor calls our chains
     * @return all the other requests
     */
    public List<VendorRequest> calls(@Variable("pull") Pull pull) {
        List<DefiLlamaEntity> entities = DefiLlamaEntity.read(file);
        Map<String, String> chainNames = pull.vendorNames();
        Set<String> askedLately = ledger.askedLately(SOURCE);
        List<DefiLlamaEntity> chains =
                entities.stream().filter(entity -> entity.isChain(chainNames)).toList();
        List<DefiLlamaEntity> protocols =
                entities.stream().filter(entity -> !entity.isChain(chainNames)).toList();
        List<VendorRequest> requests = new ArrayList<>();
        requests.add(protocolList(slugs(protocols)));
        requests.add(stablecoinList(entities));
        for (Overview overview : Overview.ALL) {
            if (hosts.paid() || !overview.paid()) {
                requests.add(overview(overview, slugs(overview.gas() ? entities : protocols)));
            }
        }
        if (hosts.paid()) {
            requests.add(DefiLlamaLists.bridges(hosts, entities));
            requests.add(perpMarkets());
        }
        for (DefiLlamaEntity chain : chains) {
            String name = chainNames.getOrDefault(chain.slug(), chain.name());
            for (Overview overview : Overview.ALL) {
                overview.chainMetric()
                        .filter(metric -> !askedLately.contains(chain.slug() + " " + metric))
                        .ifPresent(metric -> requests.add(chainOverview(overview, chain, name, metric)));
            }
            if (hosts.paid() && !askedLately.contains(chain.slug() + " CHAIN_PERPS_VOLUME_24H")) {
                requests.add(chainPerps(chain, name));
            }
        }
        if (hosts.paid()) {
            protocols.stream()
                    .filter(protocol -> !askedLately.contains(protocol.slug() + " INFLOW"))
                    .forEach(protocol -> requests.add(inflows(protocol, pull.startedAt())));
        }
        pull.plan(requests);
        return requests;
    }

    private VendorRequest protocolList(List<String> protocols) {
        return api("/protocols")
                .answer(DefiLlamaAnswers.PROTOCOLS, "")
                .expects(protocols, List.of("TVL", "STAKING", "POOL2", "BORROWED"))
                .fields(
                        "slug",
                        "name",
                        "gecko_id",
                        "tvl",
                        "staking",
                        "pool2",
                        "chainTvls.borrowed",
                        "parentProtocol",
                        "parentProtocolSlug")
                .build();
    }

    private VendorRequest stablecoinList(List<DefiLlamaEntity> entities) {
        List<String> stablecoins = entities.stream()
                .filter(entity -> !entity.stablecoinId().isEmpty())
                .map(DefiLlamaEntity::slug)
                .toList();
        return VendorRequest.get(SOURCE, hosts.stablecoins(), hosts.prefix("stablecoins") + "/stablecoins")
                .query("includePrices=true")
                .answer(DefiLlamaAnswers.STABLECOINS, "")
                .expects(stablecoins, List.of("STABLECOIN_SUPPLY", "STABLECOIN_PRICE"))
                .fields("peggedAssets.id", "peggedAssets.pegType", "peggedAssets.circulating", "peggedAssets.price")
                .build();
    }

    /** Nothing is expected by name: what the answer holds is stored, and a market that is gone is not waited for. */
    private VendorRequest perpMarkets() {
        return VendorRequest.get(SOURCE, hosts.pro(), "/{key}/yields/perps")
                .answer(DefiLlamaAnswers.PERP_MARKETS, "")
                .fields("data.marketplace", "data.market", "data.timestamp", "data.openInterest")
                .build();
    }

    private VendorRequest overview(Overview overview, List<String> assets) {
        return api("/overview/" + overview.type())
                .query(overview.query())
                .answer(overview.answer(), "")
                .expects(assets, overview.metrics())
                .fields(
                        "allChains",
                        "protocols.slug",
                        "protocols.name",
                        "protocols.protocolType",
                        "protocols.parentProtocol",
                        "protocols.total24h")
                .build();
    }

    private VendorRequest chainOverview(Overview overview, DefiLlamaEntity chain, String name, String metric) {
        return api("/overview/" + overview.type() + "/" + VendorRequest.encode(name))
                .query(overview.query())
                .answer(overview.answer(), name)
                .expects(List.of(chain.slug()), List.of(metric))
                .fields("total24h", "chain", "protocols.slug")
                .refusals(500) // "no such chain for this type" (contract, section 3)
                .build();
    }

    private VendorRequest chainPerps(DefiLlamaEntity chain, String name) {
        return VendorRequest.get(
                        SOURCE, hosts.pro(), "/{key}/api/v2/metrics/derivatives/chain/" + VendorRequest.encode(name))
                .answer(DefiLlamaAnswers.CHAIN_PERPS, name)
                .expects(List.of(chain.slug()), List.of("CHAIN_PERPS_VOLUME_24H"))
                .fields("total24h", "total7d", "change_1d")
                .refusals(400, 404, 500)
                .build();
    }

    private VendorRequest inflows(DefiLlamaEntity protocol, Instant now) {
        long yesterday =
                now.truncatedTo(ChronoUnit.DAYS).minus(1, ChronoUnit.DAYS).getEpochSecond();
        return VendorRequest.get(
                        SOURCE,
                        hosts.pro(),
                        "/{key}/api/inflows/" + VendorRequest.encode(protocol.slug()) + "/" + yesterday)
                .query("end=" + (yesterday + 86_400))
                .answer(DefiLlamaAnswers.INFLOWS, protocol.slug())
                .expects(List.of(protocol.slug()), List.of("INFLOW", "OUTFLOW"))
                .fields("outflows")
                .refusals(400) // children only: a family, or a protocol without snapshots (contract, section 3)
                .build();
    }

    private VendorRequest.Builder api(String path) {
        return VendorRequest.get(SOURCE, hosts.api(), hosts.prefix("api") + path);
    }

    private static List<String> slugs(List<DefiLlamaEntity> entities) {
        return entities.stream().map(DefiLlamaEntity::slug).toList();
    }
}
