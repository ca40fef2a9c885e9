package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** DefiLlama's {@code /protocols}: about 9 MB, the largest answer of all. */
final class DefiLlamaProtocolList {
    private static final long HOUR_SECONDS = 3_600;
    private static final long DAY_SECONDS = 86_400;
    private static final List<String> PARTS = List.of("borrowed", "staking", "pool2");

    private final DefiLlamaProtocols protocols;
    private final BodyCache cache;

    DefiLlamaProtocolList(DefiLlamaProtocols protocols, BodyCache cache) {
        this.protocols = protocols;
        this.cache = cache;
    }

    /** {@code /protocols}: children only, the largest first, those without value locked at the end. */
    Answer list(Request request) {
        long second = request.hourSecond();
        return Answer.json(200, cache.get("protocols", request, json -> {
            List<Row> rows = new ArrayList<>();
            for (DefiLlamaProtocol protocol : protocols.all()) {
                rows.add(new Row(protocol, protocol.hasTvl() ? protocol.tvl().level(second) : -1));
            }
            rows.sort(Comparator.comparingDouble(Row::tvl).reversed());
            json.writeStartArray();
            for (Row row : rows) {
                write(json, row, second);
            }
            json.writeEndArray();
        }));
    }

    private record Row(DefiLlamaProtocol protocol, double tvl) {}

    private static void write(JsonGenerator json, Row row, long second) throws IOException {
        DefiLlamaProtocol protocol = row.protocol();
        json.writeStartObject();
        metadata(json, protocol);
        json.writeStringField("slug", protocol.slug());
        if (protocol.hasTvl()) {
            Json.number(json, "tvl", row.tvl());
        } else {
            json.writeNullField("tvl");
        }
        json.writeObjectFieldStart("chainTvls");
        if (protocol.hasTvl()) {
            chainTvls(json, protocol, row.tvl(), second);
        }
        json.writeEndObject();
        change(json, "change_1h", row, second - HOUR_SECONDS);
        change(json, "change_1d", row, second - DAY_SECONDS);
        change(json, "change_7d", row, second - 7 * DAY_SECONDS);
        for (String part : List.of("staking", "pool2")) {
            if (protocol.has(part)) {
                Json.number(json, part, protocol.part(part).level(second));
            }
        }
        json.writeObjectFieldStart("tokenBreakdowns");
        json.writeEndObject();
        if (protocol.geckoId() == null) {
            json.writeNullField("mcap");
        } else {
            double worth = Chance.magnitude("protocol worth/" + protocol.slug(), 1e6, 2e9);
            Json.number(json, "mcap", new ValuePath("protocol mcap/" + protocol.slug(), worth, 0.5).level(second));
        }
        if (protocol.parentSlug() != null) {
            json.writeStringField("parentProtocolSlug", protocol.parentSlug());
        }
        json.writeEndObject();
    }

    /** The fields that say what a protocol is, as far as list and detail share them. */
    static void metadata(JsonGenerator json, DefiLlamaProtocol protocol) throws IOException {
        String slug = protocol.slug();
        json.writeStringField("id", protocol.id());
        json.writeStringField("name", protocol.name());
        boolean hasToken = Chance.happens("protocol token/" + slug, 0.6);
        Json.text(json, "address", hasToken ? InventedNames.address(slug) : null);
        json.writeStringField("symbol", hasToken ? InventedNames.symbol(protocol.name()) : "-");
        json.writeStringField("url", "https://" + slug + ".example");
        int words = 6 + Chance.below("protocol words/" + slug, 34);
        json.writeStringField("description", InventedNames.description(protocol.name(), words));
        boolean single = protocol.chains().size() == 1;
        json.writeStringField("chain", single ? protocol.chains().get(0).legacyName() : "Multi-Chain");
        json.writeStringField("logo", "https://icons.llamao.fi/icons/protocols/" + slug);
        json.writeStringField("audits", Integer.toString(Chance.below("protocol audits/" + slug, 3)));
        Json.text(json, "gecko_id", protocol.geckoId());
        Json.text(json, "cmcId", protocol.cmcId());
        json.writeStringField("category", protocol.category());
        Json.texts(
                json,
                "chains",
                protocol.chains().stream().map(DefiLlamaChain::legacyName).toList());
        json.writeStringField("module", slug + "/index.js");
        json.writeStringField("twitter", slug.replace("-", ""));
        if (Chance.happens("protocol audited/" + slug, 0.4)) {
            Json.texts(json, "audit_links", List.of("https://github.com/" + slug + "/audits"));
        }
        json.writeNumberField("listedAt", protocol.firstDay() * DAY_SECONDS + Chance.below("listed/" + slug, 86_400));
        if (protocol.parentSlug() != null) {
            json.writeStringField("parentProtocol", "parent#" + protocol.parentSlug());
        }
        json.writeObjectFieldStart("methodology");
        json.writeStringField("TVL", InventedNames.description("The sum of " + protocol.name(), words / 2));
        json.writeEndObject();
        json.writeBooleanField("misrepresentedTokens", Chance.happens("misrepresented/" + slug, 0.2));
        json.writeStringField(
                "tvlCodePath",
                "https://github.com/DefiLlama/DefiLlama-Adapters/blob/main/projects/" + slug + "/index.js");
        if (Chance.happens("protocol hallmark/" + slug, 0.08)) {
            json.writeArrayFieldStart("hallmarks");
            json.writeStartArray();
            json.writeNumber((protocol.firstDay() + 200) * DAY_SECONDS);
            json.writeString("Start of incentives");
            json.writeEndArray();
            json.writeEndArray();
        }
    }

    /** Plain chains mixed with parts, per chain and in sum, as the vendor does. */
    private static void chainTvls(JsonGenerator json, DefiLlamaProtocol protocol, double tvl, long second)
            throws IOException {
        for (int i = 0; i < protocol.chains().size(); i++) {
            Json.number(json, protocol.chains().get(i).legacyName(), tvl * protocol.chainShare(i));
        }
        for (String part : PARTS) {
            if (protocol.has(part)) {
                double value = protocol.part(part).level(second);
                // Borrowed is spread like the value; the other parts are where the coin is.
                int spread = part.equals("borrowed") ? protocol.chains().size() : 1;
                for (int i = 0; i < spread; i++) {
                    double share = spread == 1 ? 1 : protocol.chainShare(i);
                    Json.number(json, protocol.chains().get(i).legacyName() + "-" + part, value * share);
                }
                Json.number(json, part, value);
            }
        }
    }

    private static void change(JsonGenerator json, String field, Row row, long earlier) throws IOException {
        double before = row.tvl() <= 0 ? 0 : row.protocol().tvl().level(earlier);
        if (before <= 0 || earlier < row.protocol().firstDay() * DAY_SECONDS) {
            json.writeNullField(field);
        } else {
            Json.number(json, field, (row.tvl() / before - 1) * 100);
        }
    }
}
