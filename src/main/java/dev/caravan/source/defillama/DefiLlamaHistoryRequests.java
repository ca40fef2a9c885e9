package dev.caravan.source.defillama;

import static dev.caravan.source.defillama.DefiLlamaAnswers.SOURCE;

import dev.caravan.backfill.Window;
import dev.caravan.fetch.VendorRequest;
import java.time.LocalDate;

/** Words the request of a window. Which statuses mean that there is no such thing stands in the contract's section 3. */
final class DefiLlamaHistoryRequests {
    private static final long DAY_SECONDS = 86_400;

    private final DefiLlamaHosts hosts;

    DefiLlamaHistoryRequests(DefiLlamaHosts hosts) {
        this.hosts = hosts;
    }

    VendorRequest of(Window window) {
        return worded(window)
                .answer(window.answer(), window.subject())
                .expects(window.assets(), window.metrics())
                .build();
    }

    private VendorRequest.Builder worded(Window window) {
        String answer = window.answer();
        String subject = VendorRequest.encode(window.subject());
        if (answer.startsWith(DefiLlamaHistoryAnswers.CHAIN_FLOW)) {
            Overview overview = DefiLlamaHistoryAnswers.overviewOf(answer, DefiLlamaHistoryAnswers.CHAIN_FLOW);
            return api("/overview/" + overview.type() + "/" + subject)
                    .query(overview.chartQuery())
                    .fields("totalDataChart")
                    .refusals(500);
        }
        if (answer.startsWith(DefiLlamaHistoryAnswers.FLOW)) {
            return summary(DefiLlamaHistoryAnswers.overviewOf(answer, DefiLlamaHistoryAnswers.FLOW), subject);
        }
        if (answer.startsWith(DefiLlamaHistoryAnswers.GAS)) {
            return summary(DefiLlamaHistoryAnswers.overviewOf(answer, DefiLlamaHistoryAnswers.GAS), subject);
        }
        return switch (answer) {
            // By name and not by slug (contract, section 4); an unknown one may come as an envelope of status 400.
            case DefiLlamaHistoryAnswers.CHAIN_TVL ->
                api("/v2/historicalChainTvl/" + subject).fields("date", "tvl").refusals(400);
            case DefiLlamaHistoryAnswers.CHAIN_PERPS ->
                pro("/api/v2/chart/derivatives/chain/" + subject).refusals(400, 404, 500);
            case DefiLlamaHistoryAnswers.PROTOCOL ->
                api("/protocol/" + subject)
                        .fields("tvl", "chainTvls.staking.tvl", "chainTvls.pool2.tvl", "chainTvls.borrowed.tvl")
                        .refusals(400, 404);
            case DefiLlamaHistoryAnswers.OPEN_INTEREST ->
                api("/overview/open-interest")
                        .query("excludeTotalDataChart=true")
                        .fields(
                                "totalDataChartBreakdown",
                                "protocols.slug",
                                "protocols.name",
                                "protocols.displayName",
                                "protocols.protocolType",
                                "protocols.parentProtocol",
                                "protocols.total24h");
            case DefiLlamaHistoryAnswers.STABLECOIN ->
                stablecoins("/stablecoincharts/all")
                        .query("stablecoin=" + subject)
                        .fields("date", "totalCirculatingUSD")
                        .refusals(404);
            case DefiLlamaHistoryAnswers.STABLECOIN_PRICES ->
                stablecoins("/stablecoinprices").fields("date", "prices");
            case DefiLlamaHistoryAnswers.BRIDGE ->
                pro("/bridges/bridgevolume/all")
                        .query("id=" + subject)
                        .fields("date", "depositUSD", "withdrawUSD")
                        .refusals(400);
            case DefiLlamaHistoryAnswers.INFLOWS -> inflows(window);
            default -> throw new IllegalArgumentException("no history of DefiLlama is called " + answer);
        };
    }

    /** A summary says what kind of thing it is of: a chain and a protocol may have one slug. */
    private VendorRequest.Builder summary(Overview overview, String slug) {
        String path = "/summary/" + overview.type() + "/" + slug;
        return (overview.paid() ? pro("/api" + path) : api(path))
                .query(overview.chartQuery())
                .fields("totalDataChart", "protocolType")
                .refusals(400);
    }

    /** With an end: without one the value would run up to now (contract, section 8). */
    private VendorRequest.Builder inflows(Window window) {
        int space = window.subject().lastIndexOf(' ');
        String slug = VendorRequest.encode(window.subject().substring(0, space));
        long day = LocalDate.parse(window.subject().substring(space + 1)).toEpochDay() * DAY_SECONDS;
        return pro("/api/inflows/" + slug + "/" + day)
                .query("end=" + (day + DAY_SECONDS))
                .fields("outflows")
                .refusals(400);
    }

    private VendorRequest.Builder api(String path) {
        return VendorRequest.get(SOURCE, hosts.api(), hosts.prefix("api") + path);
    }

    private VendorRequest.Builder stablecoins(String path) {
        return VendorRequest.get(SOURCE, hosts.stablecoins(), hosts.prefix("stablecoins") + path);
    }

    private VendorRequest.Builder pro(String path) {
        return VendorRequest.get(SOURCE, hosts.pro(), "/{key}" + path);
    }
}
