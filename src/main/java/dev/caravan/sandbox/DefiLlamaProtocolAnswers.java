package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;

/** DefiLlama's answers about one protocol: its history, its present value, its inflows. */
final class DefiLlamaProtocolAnswers {
    private static final long DAY_SECONDS = 86_400;
    private static final long SHORTEST_INFLOW_SECONDS = 3_600;
    /** The hourly run that gives the last point of a history, in milliseconds after the hour. */
    private static final long RUN_OFFSET_MILLIS = 23_000;
    /** Gaps and zeros lie before 2026 only, so that the latest points never surprise. */
    private static final long QUIRKS_END_DAY = 20_454;

    private static final List<String> PARTS = List.of("borrowed", "staking", "pool2");

    private final DefiLlamaProtocols protocols;

    DefiLlamaProtocolAnswers(DefiLlamaProtocols protocols) {
        this.protocols = protocols;
    }

    /** {@code /protocol/{slug}}, a family included. */
    Answer history(String slug, Request request) {
        List<DefiLlamaProtocol> members = protocols.members(slug);
        if (members.isEmpty()) {
            return notFound();
        }
        boolean family = protocols.find(slug).isEmpty();
        return Answer.json(json -> {
            json.writeStartObject();
            DefiLlamaProtocol first = members.get(0);
            if (family) {
                json.writeStringField("id", "parent#" + first.parentSlug());
                json.writeStringField("name", first.parentName());
                json.writeStringField("symbol", InventedNames.symbol(first.parentName()));
                json.writeBooleanField("isParentProtocol", true);
            } else {
                DefiLlamaProtocolList.metadata(json, first);
            }
            Span span = new Span(request, slug, members);
            json.writeObjectFieldStart("chainTvls");
            for (int i = 0; i < first.chains().size(); i++) {
                double share = first.chainShare(i);
                section(json, first.chains().get(i).legacyName(), span, scaled(sum(members), share));
            }
            for (String part : PARTS) {
                List<ValuePath> parts = members.stream()
                        .filter(member -> member.has(part))
                        .map(member -> member.part(part))
                        .toList();
                if (!parts.isEmpty()) {
                    section(json, part, span, second -> sumOf(parts, second));
                }
            }
            json.writeEndObject();
            series(json, "tvl", span, sum(members));
            tokens(json, "tokensInUsd", span, sum(members), 1);
            tokens(json, "tokens", span, sum(members), Chance.between("token price/" + slug, 0.2, 3));
            json.writeObjectFieldStart("currentChainTvls");
            for (int i = 0; i < first.chains().size(); i++) {
                double now = sum(members).applyAsDouble(request.hourSecond());
                Json.number(json, first.chains().get(i).legacyName(), now * first.chainShare(i));
            }
            json.writeEndObject();
            Json.texts(json, "raises", List.of());
            Json.texts(json, "hacks", List.of());
            json.writeNullField("mcap");
            if (first.parentSlug() != null && !family) {
                json.writeStringField("parentProtocolSlug", first.parentSlug());
            }
            Json.texts(json, "otherProtocols", names(members));
            json.writeEndObject();
        });
    }

    /** {@code /tvl/{slug}}: a bare number in USD. */
    Answer current(String slug, Request request) {
        List<DefiLlamaProtocol> members = protocols.members(slug);
        if (members.isEmpty()) {
            return notFound();
        }
        if (protocols.find(slug).isEmpty() && Chance.happens("bad parent/" + slug, 0.15)) {
            return Answer.text(400, "bad parent protocol");
        }
        return Answer.json(json -> Json.number(json, sum(members).applyAsDouble(request.hourSecond())));
    }

    /** {@code /inflows/{slug}/{from}?end=}: the net change in USD, positive when money came in. */
    Answer inflows(String slug, Request request) {
        Optional<DefiLlamaProtocol> protocol = protocols.find(slug);
        if (protocol.isEmpty()) {
            return notFound();
        }
        long from;
        long end;
        try {
            from = Long.parseLong(request.segment(2));
            end = request.query().containsKey("end") ? Long.parseLong(request.parameter("end")) : request.hourSecond();
        } catch (NumberFormatException e) {
            return Answer.text(500, "Internal Error");
        }
        if (end - from < SHORTEST_INFLOW_SECONDS) {
            return Answer.text(500, "Internal Error");
        }
        DefiLlamaProtocol found = protocol.get();
        if (!found.hasTvl() || from < found.firstDay() * DAY_SECONDS) {
            return Answer.text(400, "No data");
        }
        if (end > request.now().getEpochSecond() + DAY_SECONDS) {
            return Answer.text(400, "No data at that timestamp");
        }
        ValuePath flow = new ValuePath("protocol inflow/" + slug, Math.max(found.baseTvl(), 0) * 0.03, 0.5);
        double net = 0;
        for (long day = Math.floorDiv(from, DAY_SECONDS); day * DAY_SECONDS < end; day++) {
            long seconds = Math.min(end, (day + 1) * DAY_SECONDS) - Math.max(from, day * DAY_SECONDS);
            net += flow.signedOnDay(day) * seconds / DAY_SECONDS;
        }
        double netInflow = net;
        return Answer.json(json -> {
            json.writeStartObject();
            Json.number(json, "outflows", netInflow);
            snapshot(json, "oldTokens", found, from - 37);
            snapshot(json, "currentTokens", found, end - 19);
            json.writeEndObject();
        });
    }

    private static void snapshot(JsonGenerator json, String field, DefiLlamaProtocol protocol, long second)
            throws IOException {
        json.writeObjectFieldStart(field);
        json.writeNumberField("date", second);
        json.writeObjectFieldStart("tvl");
        double tvl = protocol.tvl().level(second);
        Json.number(json, "USDC", tvl * 0.45);
        Json.number(json, "WETH", tvl * 0.55 / 3_000);
        json.writeEndObject();
        json.writeEndObject();
    }

    /** The times of a history: every day's begin that is not missing, then the latest hourly run. */
    private record Span(Request request, String slug, long firstDay) {
        Span(Request request, String slug, List<DefiLlamaProtocol> members) {
            this(
                    request,
                    slug,
                    members.stream()
                            .mapToLong(DefiLlamaProtocol::firstDay)
                            .min()
                            .orElse(request.today()));
        }

        List<Long> seconds() {
            List<Long> seconds = new ArrayList<>();
            for (long day = firstDay; day <= request.today(); day++) {
                if (day >= QUIRKS_END_DAY || !quirk("gap", day)) {
                    seconds.add(day * DAY_SECONDS);
                }
            }
            seconds.add(request.moment(RUN_OFFSET_MILLIS).getEpochSecond());
            return seconds;
        }

        double value(LongToDoubleFunction tvl, long second, boolean last) {
            if (last) {
                return tvl.applyAsDouble(request.hourSecond());
            }
            long day = second / DAY_SECONDS;
            return day < QUIRKS_END_DAY && quirk("zero", day) ? 0 : tvl.applyAsDouble(second);
        }

        private boolean quirk(String kind, long day) {
            return Chance.happens(kind + "/" + slug + "/" + day, 0.004);
        }
    }

    private static void section(JsonGenerator json, String name, Span span, LongToDoubleFunction tvl)
            throws IOException {
        json.writeObjectFieldStart(name);
        series(json, "tvl", span, tvl);
        tokens(json, "tokensInUsd", span, tvl, 1);
        tokens(json, "tokens", span, tvl, 2);
        json.writeEndObject();
    }

    private static void series(JsonGenerator json, String field, Span span, LongToDoubleFunction tvl)
            throws IOException {
        json.writeArrayFieldStart(field);
        List<Long> seconds = span.seconds();
        for (int i = 0; i < seconds.size(); i++) {
            json.writeStartObject();
            json.writeNumberField("date", seconds.get(i));
            double value = span.value(tvl, seconds.get(i), i == seconds.size() - 1);
            Json.number(json, "totalLiquidityUSD", Math.rint(value));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void tokens(JsonGenerator json, String field, Span span, LongToDoubleFunction tvl, double price)
            throws IOException {
        json.writeArrayFieldStart(field);
        List<Long> seconds = span.seconds();
        for (int i = 0; i < seconds.size(); i++) {
            json.writeStartObject();
            json.writeNumberField("date", seconds.get(i));
            json.writeObjectFieldStart("tokens");
            double value = span.value(tvl, seconds.get(i), i == seconds.size() - 1);
            Json.number(json, "USDC", Math.rint(value / price * 1e5) / 1e5);
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static LongToDoubleFunction sum(List<DefiLlamaProtocol> members) {
        List<ValuePath> paths = members.stream().map(DefiLlamaProtocol::tvl).toList();
        return second -> sumOf(paths, second);
    }

    private static LongToDoubleFunction scaled(LongToDoubleFunction function, double factor) {
        return second -> function.applyAsDouble(second) * factor;
    }

    private static double sumOf(List<ValuePath> paths, long second) {
        double sum = 0;
        for (ValuePath path : paths) {
            sum += path.level(second);
        }
        return sum;
    }

    private static List<String> names(List<DefiLlamaProtocol> members) {
        List<String> names = new ArrayList<>();
        for (DefiLlamaProtocol member : members) {
            names.add(member.name());
        }
        return names;
    }

    private static Answer notFound() {
        return Answer.text(400, "Protocol not found");
    }
}
