package dev.caravan.source.defillama;

import static dev.caravan.source.defillama.DefiLlamaAnswers.SOURCE;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.Settings;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.Normaliser;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Reads DefiLlama's answers (contract, sections 6 to 11). All but the perps carry no time: levels (TVL, supply, price) belong to
 * the day of the pull and are open; {@code total24h} and the bridges' daily figures belong to the last completed UTC day.
 */
public final class DefiLlamaNormaliser implements Normaliser<JsonNode> {
    private static final String TOTAL = "total24h";

    private final Path file;

    /**
     * @param settings the folder of {@code config/sources/defillama.csv}
     */
    public DefiLlamaNormaliser(Settings settings) {
        this.file = settings.layers().file("config/sources/defillama.csv");
    }

    @Override
    public NormalisedAnswer normalise(VendorRequest request, JsonNode answer, Instant now) {
        if (request.answer().startsWith(DefiLlamaHistoryAnswers.HISTORY)) {
            return new DefiLlamaHistoryReading(file, request, now).read(answer);
        }
        Reading reading = new Reading(file, now);
        if (request.answer().startsWith(DefiLlamaAnswers.OVERVIEW)) {
            Overview overview = Overview.of(request.answer());
            return request.subject().isEmpty()
                    ? reading.overview(request, overview, answer)
                    : reading.total(request, "the overview of " + request.subject(), answer);
        }
        return switch (request.answer()) {
            case DefiLlamaAnswers.CHAINS -> reading.chains(answer);
            case DefiLlamaAnswers.PROTOCOLS -> reading.protocols(request, answer);
            case DefiLlamaAnswers.STABLECOINS -> reading.stablecoins(answer);
            case DefiLlamaAnswers.BRIDGES -> reading.bridges(answer);
            case DefiLlamaAnswers.CHAIN_PERPS -> reading.total(request, "the perps of " + request.subject(), answer);
            case DefiLlamaAnswers.PERP_MARKETS -> DefiLlamaPerpMarkets.read(answer, now);
            case DefiLlamaAnswers.INFLOWS -> reading.inflows(request, answer);
            default -> throw new IllegalArgumentException("no answer of DefiLlama is called " + request.answer());
        };
    }

    /** One answer being read. The entities are looked up for lists; most answers are of the one asset that was asked. */
    private static final class Reading {
        private final Path file;
        private final Instant today;
        private final Instant yesterday;
        private final ObservationBatch.Builder observations = new ObservationBatch.Builder();
        private final List<Rejection> rejections = new ArrayList<>();

        Reading(Path file, Instant now) {
            this.file = file;
            this.today = Granularity.DAY.bucketOf(now);
            this.yesterday = today.minus(1, ChronoUnit.DAYS);
        }

        NormalisedAnswer chains(JsonNode answer) {
            List<DefiLlamaEntity> entities = DefiLlamaEntity.read(file);
            ChainMatcher matcher = new ChainMatcher(entities, answer, rejections);
            Map<String, String> names = new HashMap<>();
            for (DefiLlamaEntity entity : entities) {
                matcher.find(entity).ifPresent(row -> {
                    names.put(entity.slug(), row.name());
                    row.tvl().ifPresent(tvl -> level(entity.slug(), "CHAIN_TVL", tvl));
                });
            }
            return new NormalisedAnswer(observations.build(), Set.of(), names, rejections);
        }

        NormalisedAnswer protocols(VendorRequest request, JsonNode answer) {
            List<DefiLlamaEntity> entities = DefiLlamaEntity.read(file);
            ProtocolMatcher matcher = new ProtocolMatcher(entities);
            for (JsonNode row : JsonValues.array(answer, "the list of protocols")) {
                String slug = row.path("slug").asText("");
                List<OptionalDouble> figures = List.of(
                        JsonValues.number(row.path("tvl"), "TVL of " + slug, rejections),
                        JsonValues.number(row.path("staking"), "STAKING of " + slug, rejections),
                        JsonValues.number(row.path("pool2"), "POOL2 of " + slug, rejections),
                        // There is no top-level borrowed (contract, section 6).
                        JsonValues.number(row.path("chainTvls").path("borrowed"), "BORROWED of " + slug, rejections));
                matcher.add(
                        slug,
                        row.path("name").asText(""),
                        row.path("gecko_id").asText(""),
                        row.path("parentProtocolSlug")
                                .asText(family(row.path("parentProtocol").asText(""))),
                        figures);
            }
            List<String> metrics = List.of("TVL", "STAKING", "POOL2", "BORROWED");
            Set<String> asked = Set.copyOf(request.assets());
            entities.stream().filter(entity -> asked.contains(entity.slug())).forEach(entity -> {
                List<OptionalDouble> figures = matcher.find(entity);
                for (int i = 0; i < figures.size(); i++) {
                    String metric = metrics.get(i);
                    figures.get(i).ifPresent(figure -> level(entity.slug(), metric, figure));
                }
            });
            return NormalisedAnswer.of(observations.build(), rejections);
        }

        NormalisedAnswer overview(VendorRequest request, Overview overview, JsonNode answer) {
            List<DefiLlamaEntity> entities = DefiLlamaEntity.read(file);
            ProtocolMatcher protocols = new ProtocolMatcher(entities);
            ProtocolMatcher chains = new ProtocolMatcher(entities);
            JsonNode rows = JsonValues.object(answer, "the overview of " + overview.type())
                    .path("protocols");
            for (JsonNode row : JsonValues.array(rows, "the protocols of the overview of " + overview.type())) {
                String slug = row.path("slug").asText("");
                OptionalDouble figure =
                        JsonValues.number(row.path(TOTAL), overview.metrics().get(0) + " of " + slug, rejections);
                boolean chain = row.path("protocolType").asText("").equals("chain");
                String family = family(row.path("parentProtocol").asText(""));
                (chain ? chains : protocols).add(slug, row.path("name").asText(""), "", family, List.of(figure));
            }
            Set<String> asked = Set.copyOf(request.assets());
            entities.stream().filter(entity -> asked.contains(entity.slug())).forEach(entity -> {
                // What users pay to a chain stands under the chain, what they pay to a protocol of that name does not.
                (entity.chainByConfiguration() ? chains : protocols)
                        .find(entity).stream()
                                .flatMapToDouble(OptionalDouble::stream)
                                .forEach(value ->
                                        overview.metrics().forEach(metric -> completed(entity.slug(), metric, value)));
            });
            Set<String> offered = new HashSet<>();
            answer.path("allChains").forEach(chain -> offered.add(chain.asText()));
            return new NormalisedAnswer(observations.build(), offered, Map.of(), rejections);
        }

        /** One figure of the last completed day, of the one asset and metric that was asked. */
        NormalisedAnswer total(VendorRequest request, String what, JsonNode answer) {
            JsonNode totals = JsonValues.objectWith(answer, what, TOTAL, "chain", "protocols", "total7d", "change_1d");
            String asset = request.assets().get(0);
            String metric = request.metrics().get(0);
            JsonValues.number(totals.path(TOTAL), metric + " of " + asset, rejections)
                    .ifPresent(value -> completed(asset, metric, value));
            return NormalisedAnswer.of(observations.build(), rejections);
        }

        NormalisedAnswer stablecoins(JsonNode answer) {
            List<DefiLlamaEntity> entities = DefiLlamaEntity.read(file);
            Map<String, JsonNode> byId = new HashMap<>();
            JsonNode rows = JsonValues.object(answer, "the list of stablecoins").path("peggedAssets");
            for (JsonNode row : JsonValues.array(rows, "the stablecoins")) {
                byId.put(row.path("id").asText(""), row); // never by symbol: 36 symbols are used twice
            }
            for (DefiLlamaEntity entity : entities) {
                JsonNode row = entity.stablecoinId().isEmpty() ? null : byId.get(entity.stablecoinId());
                if (row == null) {
                    continue;
                }
                // The inner key is the peg, and the value is in USD whatever the peg is (contract, section 9).
                JsonNode supply =
                        row.path("circulating").path(row.path("pegType").asText(""));
                JsonValues.number(supply, "supply of " + entity.slug(), rejections)
                        .ifPresent(value -> level(entity.slug(), "STABLECOIN_SUPPLY", value));
                JsonValues.number(row.path("price"), "price of " + entity.slug(), rejections)
                        .ifPresent(value -> level(entity.slug(), "STABLECOIN_PRICE", value));
            }
            return NormalisedAnswer.of(observations.build(), rejections);
        }

        NormalisedAnswer bridges(JsonNode answer) {
            List<DefiLlamaEntity> entities = DefiLlamaEntity.read(file);
            Map<String, JsonNode> byName = new HashMap<>();
            JsonNode rows = JsonValues.object(answer, "the list of bridges").path("bridges");
            JsonValues.array(rows, "the bridges");
            // By slug or displayName (contract, section 10), which one bridge's name may take from no other; of two
            // alike
            // the larger, which stands first.
            for (String field : List.of("slug", "displayName", "name")) {
                for (JsonNode row : rows) {
                    if (row.path(field).isTextual()) {
                        byName.putIfAbsent(DefiLlamaEntity.slugOf(row.get(field).asText()), row);
                    }
                }
            }
            Map<String, String> fields = Map.of(
                    "BRIDGE_VOLUME_24H", "lastDailyVolume",
                    "BRIDGE_VOLUME_7D", "weeklyVolume",
                    "BRIDGE_VOLUME_30D", "monthlyVolume");
            Map<String, String> numbers = new HashMap<>();
            for (DefiLlamaEntity entity : entities) {
                JsonNode row = entity.bridge().isEmpty() ? null : byName.get(DefiLlamaEntity.slugOf(entity.bridge()));
                if (row != null) {
                    fields.forEach((metric, field) -> JsonValues.number(
                                    row.path(field), metric + " of " + entity.slug(), rejections)
                            .ifPresent(value -> completed(entity.slug(), metric, value)));
                    if (row.hasNonNull("id")) {
                        numbers.put(
                                DefiLlamaLists.bridgeOf(entity.slug()),
                                row.get("id").asText());
                    }
                }
            }
            return new NormalisedAnswer(observations.build(), Set.of(), numbers, rejections);
        }

        /** The vendor's "outflows" is the net change, positive when money came in (contract, section 8). */
        NormalisedAnswer inflows(VendorRequest request, JsonNode answer) {
            JsonNode net = JsonValues.objectWith(answer, "the inflows of " + request.subject(), "outflows")
                    .path("outflows");
            JsonValues.number(net, "net inflow of " + request.subject(), rejections)
                    .ifPresent(value -> {
                        completed(request.subject(), "INFLOW", Math.max(value, 0));
                        completed(request.subject(), "OUTFLOW", Math.max(-value, 0));
                    });
            return NormalisedAnswer.of(observations.build(), rejections);
        }

        private void level(String slug, String metric, double value) {
            observations.add(SeriesKey.of(SOURCE, metric, slug, Granularity.DAY), today, value, true);
        }

        private void completed(String slug, String metric, double value) {
            observations.add(SeriesKey.of(SOURCE, metric, slug, Granularity.DAY), yesterday, value, false);
        }

        /** {@code parent#aave} is the family {@code aave}. */
        private static String family(String parent) {
            return parent.startsWith("parent#") ? parent.substring("parent#".length()) : "";
        }
    }
}
