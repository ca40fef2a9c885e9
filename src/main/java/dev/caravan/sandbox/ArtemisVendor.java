package dev.caravan.sandbox;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Artemis: the time series, the catalogue and the metrics of an asset, with its ways of saying that there is nothing. */
final class ArtemisVendor implements Vendor {
    private static final String HOST = "/artemis";
    /** The one key that is refused. */
    private static final String REFUSED_KEY = "invalid";

    private final Map<String, ArtemisAsset> assets;
    private final ArtemisSeries series;

    /** Artemis with the assets of the given rows of {@code artemis.csv}, but for a few that it has never heard of. */
    ArtemisVendor(List<Map<String, String>> configured) {
        this.assets = configured.stream()
                .map(ArtemisAsset::new)
                .collect(Collectors.toUnmodifiableMap(
                        asset -> asset.symbol().toLowerCase(Locale.ROOT), Function.identity(), (one, other) -> one));
        this.series = new ArtemisSeries(assets);
    }

    @Override
    public String name() {
        return "artemis";
    }

    @Override
    public Map<String, String> endpoints() {
        return Map.of("ARTEMIS_API_URL", HOST);
    }

    /** The bodies of the vendor's errors are not known (contract, section 9). */
    @Override
    public Answer error(int status, Request request) {
        String message =
                switch (status) {
                    case 400 -> "Bad Request";
                    case 401 -> "Unauthorized";
                    case 403 -> "Forbidden";
                    case 410 -> "Gone";
                    case 429 -> "Too Many Requests";
                    case 500 -> "Internal Server Error";
                    default -> "Error " + status;
                };
        return Answer.json(status, Body.text("{\"message\":\"" + message + "\"}"));
    }

    @Override
    public Answer answer(Request request) {
        return switch (request.segment(0)) {
            case "data" -> request.segment(1).equals("api") ? values(request) : Answer.text(404, "Not Found");
            case "asset" -> catalogue(); // needs no key
            case "supported-metrics" -> supported(request);
            default -> Answer.text(404, "Not Found");
        };
    }

    private Answer values(Request request) {
        String key = request.parameter("APIKey");
        if (key.isEmpty()) {
            return error(401, request);
        }
        if (key.equals(REFUSED_KEY)) {
            return error(403, request);
        }
        Answer answer = series.answer(request);
        return answer.status() == 200 ? answer : error(answer.status(), request);
    }

    private Answer catalogue() {
        return Answer.json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("assets");
            for (ArtemisAsset asset : assets.values().stream()
                    .filter(ArtemisAsset::isKnown)
                    .sorted((one, other) -> one.symbol().compareTo(other.symbol()))
                    .toList()) {
                json.writeStartObject();
                json.writeStringField(
                        "artemis_id", asset.name().toLowerCase(Locale.ROOT).replace(' ', '_'));
                json.writeStringField("symbol", asset.symbol());
                json.writeNullField("coingecko_id");
                json.writeStringField("title", asset.name());
                json.writeObjectFieldStart("metadata");
                json.writeObjectFieldStart("about");
                json.writeStringField("asset", asset.isChain() ? "chain" : "application");
                json.writeEndObject();
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private Answer supported(Request request) {
        ArtemisAsset asset = assets.get(request.parameter("symbol").toLowerCase(Locale.ROOT));
        return Answer.json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("metrics");
            for (ArtemisMetric metric : ArtemisMetric.values()) {
                if (asset != null && asset.offers(metric)) {
                    json.writeStartObject();
                    json.writeObjectFieldStart(metric.id());
                    json.writeStringField("label", metric.id().replace('_', ' '));
                    json.writeStringField("source", "Sandbox");
                    json.writeBooleanField("accepts_date", true);
                    json.writeEndObject();
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
