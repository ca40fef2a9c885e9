package dev.caravan.sandbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** DefiLlama: the free API host, the stablecoin host, and the Pro host with the key as the first path segment. */
final class DefiLlamaVendor implements Vendor {
    private static final String API = "/defillama";
    private static final String STABLECOINS = "/defillama-stablecoins";
    private static final String PRO = "/defillama-pro";
    /** The one key that the Pro host refuses. */
    private static final String REFUSED_KEY = "invalid";

    private final DefiLlamaChainAnswers chains;
    private final DefiLlamaProtocolList protocolList;
    private final DefiLlamaProtocolAnswers protocols;
    private final DefiLlamaOverview overview;
    private final DefiLlamaSummary summary;
    private final DefiLlamaStablecoinAnswers stablecoins;
    private final DefiLlamaBridges bridges;
    private final DefiLlamaPerps perps = new DefiLlamaPerps();

    /** DefiLlama with the ids of the given rows of {@code defillama.csv} among its own. */
    DefiLlamaVendor(List<Map<String, String>> configured) {
        BodyCache cache = new BodyCache();
        DefiLlamaChains allChains = new DefiLlamaChains(configured);
        DefiLlamaProtocols allProtocols = new DefiLlamaProtocols(configured, allChains);
        DefiLlamaFlows flows = new DefiLlamaFlows(allChains, allProtocols);
        DefiLlamaStablecoins allStablecoins = new DefiLlamaStablecoins(configured, allChains);
        this.chains = new DefiLlamaChainAnswers(allChains);
        this.protocolList = new DefiLlamaProtocolList(allProtocols, cache);
        this.protocols = new DefiLlamaProtocolAnswers(allProtocols);
        this.overview = new DefiLlamaOverview(flows, cache);
        this.summary = new DefiLlamaSummary(flows);
        this.stablecoins = new DefiLlamaStablecoinAnswers(allStablecoins, allChains, cache);
        this.bridges = new DefiLlamaBridges(configured);
    }

    @Override
    public String name() {
        return "defillama";
    }

    @Override
    public Map<String, String> endpoints() {
        Map<String, String> endpoints = new LinkedHashMap<>();
        endpoints.put("DEFILLAMA_API_URL", API);
        endpoints.put("DEFILLAMA_STABLECOINS_URL", STABLECOINS);
        endpoints.put("DEFILLAMA_PRO_URL", PRO);
        return endpoints;
    }

    @Override
    public Answer answer(Request request) {
        return switch (request.prefix()) {
            case STABLECOINS -> stablecoinHost(request);
            case PRO -> proHost(request);
            default -> apiHost(request, false);
        };
    }

    @Override
    public Answer error(int status, Request request) {
        return switch (status) {
            case 400 -> Answer.text(400, "Protocol not found");
            case 401 -> Answer.text(401, "Unauthorized");
            case 402 -> upgrade();
            case 403 -> Answer.page(403, "403 Forbidden");
            case 404 -> Answer.text(404, "Not Found");
            case 410 -> Answer.text(410, "Gone");
            case 429 -> Answer.text(429, "Too many requests");
            case 500 -> Answer.text(500, "Internal Error");
            default -> Answer.text(status, "Error " + status);
        };
    }

    private Answer proHost(Request request) {
        boolean usage = request.segment(0).equals("usage");
        String key = request.segment(usage ? 1 : 0);
        if (key.isBlank()) {
            return error(404, request);
        }
        if (key.equals(REFUSED_KEY)) {
            return error(401, request);
        }
        if (usage) {
            return Answer.json(json -> {
                json.writeStartObject();
                json.writeNumberField("creditsLeft", 987_654);
                json.writeEndObject();
            });
        }
        Request inner = request.below(2);
        return switch (request.segment(1)) {
            case "api" -> apiHost(inner, true);
            case "stablecoins" -> stablecoinHost(inner);
            case "bridges" ->
                switch (inner.segment(0)) {
                    case "bridges" -> bridges.list(inner);
                    case "bridgevolume" -> bridges.volume(inner.segment(1), inner);
                    default -> error(404, request);
                };
            case "yields" -> inner.segment(0).equals("perps") ? perps.list(inner) : error(404, request);
            default -> error(404, request);
        };
    }

    private Answer apiHost(Request request, boolean pro) {
        String last = request.segment(1);
        return switch (request.segment(0)) {
            case "v2" -> versionTwo(request, pro);
            case "chains" -> chains.legacyList(request);
            case "protocols" -> protocolList.list(request);
            case "protocol" -> protocols.history(last, request);
            case "tvl" -> protocols.current(last, request);
            case "inflows" -> pro ? protocols.inflows(last, request) : upgrade();
            case "overview" ->
                dimension(last, pro)
                        .map(dimension -> overview.overview(dimension, request.segment(2), request))
                        .orElseGet(() -> noDimension(last));
            case "summary" ->
                dimension(last, pro)
                        .map(dimension -> summary.summary(dimension, request.segment(2), request))
                        .orElseGet(() -> noDimension(last));
            default -> error(404, request);
        };
    }

    private Answer versionTwo(Request request, boolean pro) {
        String kind = request.segment(1);
        if (kind.equals("chains")) {
            return chains.list(request);
        }
        if (kind.equals("historicalChainTvl")) {
            return chains.history(request.segment(2), request);
        }
        if (!kind.equals("metrics") && !kind.equals("chart")) {
            return error(404, request);
        }
        if (!pro) {
            return upgrade();
        }
        Optional<DefiLlamaDimension> dimension = DefiLlamaDimension.of(request.segment(2));
        if (dimension.isEmpty()) {
            return error(500, request);
        }
        String id = request.segment(4);
        return switch (kind + "/" + request.segment(3)) {
            case "metrics/chain" -> summary.chainMetrics(dimension.get(), id, request);
            case "chart/chain" -> summary.chainChart(dimension.get(), id, request);
            case "metrics/protocol" -> summary.summary(dimension.get(), id, request);
            case "chart/protocol" -> summary.protocolChart(dimension.get(), id, request);
            default -> error(404, request);
        };
    }

    private Answer stablecoinHost(Request request) {
        return switch (request.segment(0)) {
            case "stablecoins" -> stablecoins.list(request);
            case "stablecoincharts" ->
                request.segment(1).equals("all") ? stablecoins.chart(request) : error(404, request);
            case "stablecoinprices" -> stablecoins.prices(request);
            default -> error(404, request);
        };
    }

    /** The dimension of that name, unless it costs money that this host does not take. */
    private static Optional<DefiLlamaDimension> dimension(String text, boolean pro) {
        return DefiLlamaDimension.of(text).filter(dimension -> pro || dimension != DefiLlamaDimension.DERIVATIVES);
    }

    private static Answer noDimension(String text) {
        return DefiLlamaDimension.of(text).isPresent() ? upgrade() : Answer.text(500, "Internal Error");
    }

    private static Answer upgrade() {
        return Answer.text(
                402, "Upgrade to the paid API plan at https://defillama.com/subscription to use this endpoint");
    }
}
