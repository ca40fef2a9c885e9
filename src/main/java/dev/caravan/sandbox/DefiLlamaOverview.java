package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;
import java.util.stream.Stream;

/** DefiLlama's {@code /overview/{type}} and {@code /overview/{type}/{chain}}. */
final class DefiLlamaOverview {
    private static final long DAY_SECONDS = 86_400;
    private static final int MOST_CHAINS_IN_SUM = 40;
    private static final int MOST_NAMES_IN_BREAKDOWN = 12;

    private final DefiLlamaFlows flows;
    private final BodyCache cache;

    DefiLlamaOverview(DefiLlamaFlows flows, BodyCache cache) {
        this.flows = flows;
        this.cache = cache;
    }

    /** An overview of all chains, or of one when its name is not empty. */
    Answer overview(DefiLlamaDimension dimension, String chainName, Request request) {
        Optional<String> dataType = dimension.dataType(request.parameter("dataType"));
        if (dataType.isEmpty()) {
            return Answer.text(500, "Internal Error");
        }
        Optional<DefiLlamaChain> chain = flows.chain(chainName).filter(dimension::has);
        if (!chainName.isEmpty() && chain.isEmpty()) {
            return Answer.text(500, "Internal server error");
        }
        View view = new View(
                dimension,
                dataType.get(),
                chain,
                !request.flag("excludeTotalDataChart"),
                !request.flag("excludeTotalDataChartBreakdown"));
        return Answer.json(200, cache.get(view.key(), request, json -> write(json, view, request)));
    }

    /** What was asked for. */
    private record View(
            DefiLlamaDimension dimension,
            String dataType,
            Optional<DefiLlamaChain> chain,
            boolean chart,
            boolean breakdown) {

        String key() {
            String place = chain.map(DefiLlamaChain::name).orElse("");
            return "overview/" + dimension + "/" + dataType + "/" + place + "/" + chart + "/" + breakdown;
        }

        /** Without any arrays the vendor serves a smaller, precomputed answer. */
        boolean lite() {
            return !chart && !breakdown;
        }
    }

    private void write(JsonGenerator json, View view, Request request) throws IOException {
        List<DailyFlow> parts = view.chain()
                .map(chain -> List.of(view.dimension().flow(chain, view.dataType())))
                .orElseGet(() -> flows.chains(view.dimension()).stream()
                        .limit(MOST_CHAINS_IN_SUM)
                        .map(chain -> view.dimension().flow(chain, view.dataType()))
                        .toList());
        LongToDoubleFunction total =
                day -> parts.stream().mapToDouble(part -> part.onDay(day)).sum();
        long firstDay = parts.stream().mapToLong(DailyFlow::firstDay).min().orElse(request.today());
        // With a chain the chart ends with the last completed day, without one with the current day, carried over.
        long lastDay = view.chain().isPresent() ? request.today() - 1 : request.today();
        json.writeStartObject();
        json.writeArrayFieldStart("totalDataChart");
        for (long day = firstDay; view.chart() && day <= lastDay; day++) {
            Json.pair(json, day * DAY_SECONDS, total.applyAsDouble(Math.min(day, request.today() - 1)));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("totalDataChartBreakdown");
        if (view.breakdown()) {
            breakdown(json, view, firstDay, lastDay);
        }
        json.writeEndArray();
        json.writeNullField("breakdown24h");
        json.writeNullField("breakdown30d");
        Json.text(json, "chain", view.chain().map(DefiLlamaChain::name).orElse(null));
        Json.texts(
                json,
                "allChains",
                flows.chains(view.dimension()).stream()
                        .map(DefiLlamaChain::name)
                        .toList());
        new FlowTotals(total, firstDay, request.today()).write(json, false);
        json.writeArrayFieldStart("protocols");
        for (DefiLlamaProtocol protocol : flows.reporting(view.dimension())) {
            DailyFlow flow = flows.flow(view.dimension(), protocol, view.dataType());
            if (view.chain().isEmpty()) {
                protocol(json, view, protocol, flow, request);
            } else {
                int place = protocol.chains().indexOf(view.chain().get());
                if (place >= 0) {
                    protocol(json, view, protocol, flow.times(protocol.chainShare(place)), request);
                }
            }
        }
        if (view.dimension() == DefiLlamaDimension.FEES && view.chain().isEmpty()) {
            for (DefiLlamaChain chain : flows.chains(DefiLlamaDimension.FEES)) {
                chain(json, view, chain, request);
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void breakdown(JsonGenerator json, View view, long firstDay, long lastDay) throws IOException {
        List<DefiLlamaProtocol> there = flows.reporting(view.dimension()).stream()
                .filter(protocol -> view.chain().isEmpty()
                        || protocol.chains().contains(view.chain().get()))
                .toList();
        // The history of open interest is read from here, so that it has all that somebody may ask for.
        boolean all = view.dimension() == DefiLlamaDimension.OPEN_INTEREST;
        List<DefiLlamaProtocol> named = Stream.concat(
                        there.stream().filter(protocol -> all && protocol.configured()),
                        there.stream()
                                .filter(protocol -> !all || !protocol.configured())
                                .limit(MOST_NAMES_IN_BREAKDOWN))
                .toList();
        List<DailyFlow> named24h = named.stream()
                .map(protocol -> flows.flow(view.dimension(), protocol, view.dataType()))
                .toList();
        for (long day = firstDay; day <= lastDay; day++) {
            json.writeStartArray();
            json.writeNumber(day * DAY_SECONDS);
            json.writeStartObject();
            for (int i = 0; i < named.size(); i++) {
                if (day >= named24h.get(i).firstDay()) {
                    Json.number(json, named.get(i).name(), named24h.get(i).onDay(day));
                }
            }
            json.writeEndObject();
            json.writeEndArray();
        }
    }

    private void protocol(JsonGenerator json, View view, DefiLlamaProtocol protocol, DailyFlow flow, Request request)
            throws IOException {
        json.writeStartObject();
        FlowTotals totals = new FlowTotals(flow::onDay, flow.firstDay(), request.today());
        boolean dead = DefiLlamaFlows.dead(view.dimension(), protocol);
        totals.write(json, dead);
        averages(json, totals, flow, request);
        if (view.chain().isEmpty() && !view.lite()) {
            for (String field : List.of("breakdown24h", "breakdown30d")) {
                double whole = dead ? 0 : totals.lastDay() * (field.equals("breakdown24h") ? 1 : 30);
                json.writeObjectFieldStart(field);
                for (int i = 0; i < protocol.chains().size(); i++) {
                    json.writeObjectFieldStart(protocol.chains().get(i).code());
                    Json.number(json, protocol.name(), ValuePath.rounded(whole * protocol.chainShare(i)));
                    json.writeEndObject();
                }
                json.writeEndObject();
            }
        }
        json.writeStringField("defillamaId", protocol.id());
        json.writeStringField("name", protocol.name());
        json.writeStringField("displayName", protocol.name());
        json.writeStringField("module", protocol.slug());
        json.writeStringField("category", protocol.category());
        json.writeStringField("logo", "https://icons.llamao.fi/icons/protocols/" + protocol.slug());
        Json.texts(
                json,
                "chains",
                protocol.chains().stream().map(DefiLlamaChain::name).toList());
        json.writeStringField("protocolType", "protocol");
        json.writeStringField(
                "methodologyURL",
                "https://github.com/DefiLlama/dimension-adapters/blob/master/"
                        + view.dimension().text() + "/" + protocol.slug() + ".ts");
        json.writeObjectFieldStart("methodology");
        json.writeStringField("Fees", InventedNames.description("Every trade on " + protocol.name(), 9));
        json.writeStringField("Revenue", InventedNames.description("The part kept by " + protocol.name(), 7));
        json.writeEndObject();
        if (protocol.parentSlug() != null) {
            json.writeStringField("parentProtocol", "parent#" + protocol.parentSlug());
            Json.texts(json, "linkedProtocols", List.of(protocol.parentName(), protocol.name()));
        }
        json.writeStringField("slug", protocol.slug());
        json.writeStringField("id", protocol.id());
        json.writeEndObject();
    }

    private static void averages(JsonGenerator json, FlowTotals totals, DailyFlow flow, Request request)
            throws IOException {
        long days = Math.min(365, request.today() - flow.firstDay());
        double year = totals.year();
        Json.number(json, "annualized1y", days <= 0 ? 0 : year * 365 / days);
        Json.number(json, "average1y", year / 365);
        Json.number(json, "monthlyAverage1y", year / 365 * 30.42);
    }

    /** Chains stand among the protocols here, with the gas that they take. */
    private static void chain(JsonGenerator json, View view, DefiLlamaChain chain, Request request) throws IOException {
        json.writeStartObject();
        DailyFlow gas = view.dimension().gas(chain, view.dataType());
        FlowTotals totals = new FlowTotals(gas::onDay, gas.firstDay(), request.today());
        totals.write(json, false);
        averages(json, totals, gas, request);
        json.writeStringField("defillamaId", "chain#" + chain.slug());
        json.writeStringField("name", chain.name());
        json.writeStringField("displayName", chain.name());
        json.writeStringField("module", chain.slug());
        json.writeStringField("category", "Chain");
        Json.texts(json, "chains", List.of(chain.name()));
        json.writeStringField("protocolType", "chain");
        json.writeStringField("slug", chain.slug());
        json.writeStringField("id", "chain#" + chain.slug());
        json.writeEndObject();
    }
}
