package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;

/** DefiLlama's {@code /summary/{type}/{slug}} and the Pro {@code /v2/metrics} and {@code /v2/chart} of chains. */
final class DefiLlamaSummary {
    private static final long DAY_SECONDS = 86_400;

    private final DefiLlamaFlows flows;

    DefiLlamaSummary(DefiLlamaFlows flows) {
        this.flows = flows;
    }

    /** The summary of a protocol, a family or, for fees, a chain. */
    Answer summary(DefiLlamaDimension dimension, String slug, Request request) {
        Optional<String> dataType = dimension.dataType(request.parameter("dataType"));
        if (dataType.isEmpty()) {
            return Answer.text(500, "Internal Error");
        }
        List<DefiLlamaProtocol> members = flows.members(dimension, slug);
        if (!members.isEmpty()) {
            List<DailyFlow> parts = members.stream()
                    .map(member -> flows.flow(dimension, member, dataType.get()))
                    .toList();
            return Answer.json(json -> {
                json.writeStartObject();
                metadata(json, members, flows.isProtocol(slug));
                boolean dead = members.stream().allMatch(member -> DefiLlamaFlows.dead(dimension, member));
                series(json, members, parts, dead, request);
                json.writeEndObject();
            });
        }
        Optional<DefiLlamaChain> chain = flows.chain(slug).filter(dimension::has);
        if (dimension == DefiLlamaDimension.FEES && chain.isPresent()) {
            return Answer.json(json -> {
                json.writeStartObject();
                json.writeStringField("id", "chain#" + chain.get().slug());
                json.writeStringField("name", chain.get().name());
                json.writeStringField("slug", chain.get().slug());
                json.writeStringField("protocolType", "chain");
                Json.texts(json, "chains", List.of(chain.get().name()));
                series(json, List.of(), List.of(dimension.gas(chain.get(), dataType.get())), false, request);
                json.writeEndObject();
            });
        }
        String type = dimension.text();
        return Answer.text(
                400,
                Character.toUpperCase(type.charAt(0)) + type.substring(1) + " for " + slug
                        + " not found, please visit /overview/" + type + " to see available protocols");
    }

    /** The Pro totals of a chain, without arrays. */
    Answer chainMetrics(DefiLlamaDimension dimension, String chainName, Request request) {
        return chainFlow(dimension, chainName, request)
                .map(flow -> Answer.json(json -> {
                    json.writeStartObject();
                    Json.text(
                            json,
                            "chain",
                            flows.chain(chainName).map(DefiLlamaChain::name).orElse(null));
                    Json.texts(
                            json,
                            "allChains",
                            flows.chains(dimension).stream()
                                    .map(DefiLlamaChain::name)
                                    .toList());
                    new FlowTotals(flow::onDay, flow.firstDay(), request.today()).write(json, false);
                    json.writeEndObject();
                }))
                .orElseGet(() -> Answer.text(500, "Internal server error"));
    }

    /** The Pro chart of a chain, up to the last completed day. */
    Answer chainChart(DefiLlamaDimension dimension, String chainName, Request request) {
        return chainFlow(dimension, chainName, request)
                .map(flow -> chart(flow::onDay, flow.firstDay(), request))
                .orElseGet(() -> Answer.text(500, "Internal server error"));
    }

    /** The Pro chart of a protocol or family, up to the last completed day. */
    Answer protocolChart(DefiLlamaDimension dimension, String slug, Request request) {
        List<DailyFlow> parts = flows.members(dimension, slug).stream()
                .map(member -> flows.flow(
                        dimension,
                        member,
                        dimension.dataType(request.parameter("dataType")).orElse("")))
                .toList();
        if (parts.isEmpty()) {
            return Answer.text(400, "Protocol not found");
        }
        return chart(day -> sum(parts, day), firstDay(parts, request), request);
    }

    private static Answer chart(LongToDoubleFunction flow, long firstDay, Request request) {
        return Answer.json(json -> {
            json.writeStartArray();
            for (long day = firstDay; day < request.today(); day++) {
                Json.pair(json, day * DAY_SECONDS, flow.applyAsDouble(day));
            }
            json.writeEndArray();
        });
    }

    private Optional<DailyFlow> chainFlow(DefiLlamaDimension dimension, String chainName, Request request) {
        return flows.chain(chainName).filter(dimension::has).flatMap(chain -> dimension
                .dataType(request.parameter("dataType"))
                .map(dataType -> dimension.flow(chain, dataType)));
    }

    private static void metadata(JsonGenerator json, List<DefiLlamaProtocol> members, boolean single)
            throws IOException {
        DefiLlamaProtocol first = members.get(0);
        String id = single ? first.id() : "parent#" + first.parentSlug();
        json.writeStringField("id", id);
        json.writeStringField("name", single ? first.name() : first.parentName());
        json.writeStringField("url", "https://" + first.slug() + ".example");
        Json.texts(
                json,
                "chains",
                first.chains().stream().map(DefiLlamaChain::name).toList());
        json.writeStringField("defillamaId", id);
        json.writeNullField("disabled");
        Json.text(json, "module", single ? first.slug() : null);
        Json.text(json, "category", single ? first.category() : null);
        json.writeNullField("methodology");
        if (!single) {
            json.writeArrayFieldStart("childProtocols");
            for (DefiLlamaProtocol member : members) {
                json.writeStartObject();
                json.writeStringField("name", member.name());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeBooleanField("latestFetchIsOk", true);
        json.writeStringField("slug", single ? first.slug() : first.parentSlug());
        json.writeStringField("protocolType", "protocol");
    }

    /** The totals and the chart, whose last point is the current day as far as it has come. */
    private static void series(
            JsonGenerator json, List<DefiLlamaProtocol> members, List<DailyFlow> parts, boolean dead, Request request)
            throws IOException {
        long firstDay = firstDay(parts, request);
        new FlowTotals(day -> sum(parts, day), firstDay, request.today()).write(json, dead);
        double hoursGone = (request.hourSecond() - request.today() * DAY_SECONDS) / 3_600.0;
        boolean chart = !request.flag("excludeTotalDataChart");
        json.writeArrayFieldStart("totalDataChart");
        for (long day = firstDay; chart && day <= request.today(); day++) {
            double gone = day == request.today() ? hoursGone / 24 : 1;
            Json.pair(json, day * DAY_SECONDS, ValuePath.rounded(sum(parts, day) * gone));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("totalDataChartBreakdown");
        boolean breakdown = !request.flag("excludeTotalDataChartBreakdown") && !members.isEmpty();
        for (long day = firstDay; breakdown && day < request.today(); day++) {
            json.writeStartArray();
            json.writeNumber(day * DAY_SECONDS);
            json.writeStartObject();
            json.writeObjectFieldStart(members.get(0).chains().get(0).code());
            for (int i = 0; i < members.size(); i++) {
                Json.number(json, members.get(i).name(), parts.get(i).onDay(day));
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private static long firstDay(List<DailyFlow> parts, Request request) {
        return parts.stream().mapToLong(DailyFlow::firstDay).min().orElse(request.today());
    }

    private static double sum(List<DailyFlow> parts, long day) {
        double sum = 0;
        for (DailyFlow part : parts) {
            sum += part.onDay(day);
        }
        return sum;
    }
}
