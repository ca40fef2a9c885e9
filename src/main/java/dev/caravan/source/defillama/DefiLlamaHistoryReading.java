package dev.caravan.source.defillama;

import static dev.caravan.source.defillama.DefiLlamaAnswers.SOURCE;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * One history being read (contract, sections 6 to 11): closed days only, under the names of the live pulls, and only of the
 * assets and metrics that were asked for.
 */
final class DefiLlamaHistoryReading {
    /** One chart of another form must not fill the quarantine with each of its days. */
    private static final int MOST_REJECTIONS = 20;

    private final Path file;
    private final VendorRequest request;
    private final Instant today;
    private final ObservationBatch.Builder observations = new ObservationBatch.Builder();
    private final List<Rejection> rejections = new ArrayList<>();

    /**
     * @param file {@code config/sources/defillama.csv}, for the answers that are about all assets
     * @param request what was asked
     * @param now when; the day that holds it has not ended
     */
    DefiLlamaHistoryReading(Path file, VendorRequest request, Instant now) {
        this.file = file;
        this.request = request;
        this.today = Granularity.DAY.bucketOf(now);
    }

    /**
     * @param answer the answer
     * @return its closed days
     * @throws dev.caravan.fetch.TransientFailure when it is something else than the contract says
     */
    NormalisedAnswer read(JsonNode answer) {
        String kind = request.answer();
        if (kind.startsWith(DefiLlamaHistoryAnswers.CHAIN_FLOW)) {
            chart(answer);
        } else if (kind.startsWith(DefiLlamaHistoryAnswers.FLOW)) {
            summary(answer, "protocol");
        } else if (kind.startsWith(DefiLlamaHistoryAnswers.GAS)) {
            summary(answer, "chain");
        } else {
            other(kind, answer);
        }
        return NormalisedAnswer.of(observations.build(), fewest(rejections));
    }

    private void other(String kind, JsonNode answer) {
        switch (kind) {
            case DefiLlamaHistoryAnswers.CHAIN_TVL ->
                DefiLlamaPoints.rows(answer, "the value locked on " + request.subject(), rejections)
                        .withoutLatest()
                        .closes(today, row -> number(row.path("tvl"), "tvl"), this::add);
            case DefiLlamaHistoryAnswers.CHAIN_PERPS -> pairs(answer);
            case DefiLlamaHistoryAnswers.PROTOCOL -> protocol(answer);
            case DefiLlamaHistoryAnswers.OPEN_INTEREST ->
                DefiLlamaOpenInterest.read(
                        DefiLlamaEntity.read(file),
                        Set.copyOf(request.assets()),
                        answer,
                        today,
                        rejections,
                        observations);
            case DefiLlamaHistoryAnswers.STABLECOIN -> stablecoin(answer);
            case DefiLlamaHistoryAnswers.STABLECOIN_PRICES -> prices(answer);
            case DefiLlamaHistoryAnswers.BRIDGE -> bridge(answer);
            case DefiLlamaHistoryAnswers.INFLOWS -> inflows(answer);
            default -> throw new IllegalArgumentException("no history of DefiLlama is called " + kind);
        }
    }

    private void chart(JsonNode answer) {
        pairs(JsonValues.objectWith(answer, "the history of " + request.subject(), "totalDataChart")
                .path("totalDataChart"));
    }

    private void pairs(JsonNode chart) {
        DefiLlamaPoints.pairs(chart, "the chart of " + request.subject(), rejections)
                .amounts(today, pair -> number(pair.path(1), "amount"), this::add);
    }

    /** What users pay to a protocol of a chain's slug is not what they pay to the chain. */
    private void summary(JsonNode answer, String expected) {
        String type = answer.path("protocolType").asText(expected);
        if (type.equals(expected)) {
            chart(answer);
        }
    }

    /** Each figure has an array of its own; a protocol that has none of it lacks the array. */
    private void protocol(JsonNode answer) {
        JsonNode parts = JsonValues.objectWith(answer, "the history of " + request.subject(), "tvl", "chainTvls")
                .path("chainTvls");
        Map<String, JsonNode> series = new LinkedHashMap<>();
        series.put("TVL", answer.path("tvl"));
        series.put("STAKING", parts.path("staking").path("tvl"));
        series.put("POOL2", parts.path("pool2").path("tvl"));
        series.put("BORROWED", parts.path("borrowed").path("tvl"));
        series.keySet().retainAll(request.metrics());
        series.forEach((metric, rows) -> {
            if (!rows.isMissingNode() && !rows.isNull()) {
                DefiLlamaPoints.rows(rows, metric + " of " + request.subject(), rejections)
                        .closes(
                                today,
                                row -> number(row.path("totalLiquidityUSD"), metric),
                                (day, value) -> add(metric, day, value));
            }
        });
    }

    /**
     * All rows but the last lose the peg's key where the value is 0 (contract, section 9); a row without the object itself
     * says nothing. One coin has one peg: a chart of several is not the one that was asked for.
     */
    private void stablecoin(JsonNode answer) {
        DefiLlamaPoints rows = DefiLlamaPoints.rows(answer, "the supply of " + request.subject(), rejections);
        Set<String> pegs = new TreeSet<>();
        Set<String> used = new TreeSet<>();
        rows.holders()
                .forEach(row -> row.path("totalCirculatingUSD").properties().forEach(peg -> {
                    pegs.add(peg.getKey());
                    if (!peg.getValue().isNumber() || peg.getValue().doubleValue() != 0) {
                        used.add(peg.getKey());
                    }
                }));
        if (used.size() > 1) {
            rejections.add(new Rejection(
                    "the chart of stablecoin " + request.subject() + " has several pegs", String.join(", ", used)));
        } else if (!pegs.isEmpty()) {
            String peg = (used.isEmpty() ? pegs : used).iterator().next();
            rows.withoutLatest().closes(today, row -> supply(row.path("totalCirculatingUSD"), peg), this::add);
        }
    }

    private OptionalDouble supply(JsonNode amounts, String peg) {
        if (!amounts.isObject()) {
            return OptionalDouble.empty();
        }
        return amounts.has(peg) ? number(amounts.get(peg), peg) : OptionalDouble.of(0);
    }

    private void prices(JsonNode answer) {
        DefiLlamaPoints rows = DefiLlamaPoints.rows(answer, "the prices of stablecoins", rejections)
                .withoutLatest();
        Set<String> asked = Set.copyOf(request.assets());
        for (DefiLlamaEntity entity : DefiLlamaEntity.read(file)) {
            if (asked.contains(entity.slug())) {
                rows.closes(
                        today,
                        row -> number(row.path("prices").path(entity.geckoId()), "price of " + entity.slug()),
                        (day, value) -> observations.add(key(entity.slug(), "STABLECOIN_PRICE"), day, value, false));
            }
        }
    }

    private void bridge(JsonNode answer) {
        DefiLlamaPoints.rows(answer, "the volume of bridge " + request.subject(), rejections)
                .amounts(
                        today,
                        row -> {
                            OptionalDouble in = number(row.path("depositUSD"), "depositUSD");
                            OptionalDouble out = number(row.path("withdrawUSD"), "withdrawUSD");
                            return in.isPresent() && out.isPresent()
                                    ? OptionalDouble.of((in.getAsDouble() + out.getAsDouble()) / 2)
                                    : OptionalDouble.empty();
                        },
                        this::add);
    }

    /** The vendor's "outflows" is the net change, positive when money came in (contract, section 8). */
    private void inflows(JsonNode answer) {
        String subject = request.subject();
        Instant day = LocalDate.parse(subject.substring(subject.lastIndexOf(' ') + 1))
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        JsonNode net = JsonValues.objectWith(answer, "the inflows of " + subject, "outflows")
                .path("outflows");
        if (day.isBefore(today)) {
            Map<String, Integer> signs = Map.of("INFLOW", 1, "OUTFLOW", -1);
            number(net, "net inflow").ifPresent(value -> request.metrics()
                    .forEach(metric -> add(metric, day, Math.max(value * signs.getOrDefault(metric, 0), 0))));
        }
    }

    private OptionalDouble number(JsonNode value, String what) {
        return JsonValues.number(value, what + " in the history of " + request.subject(), rejections);
    }

    /** One value under all names that were asked for: revenue is also what the original called earnings. */
    private void add(Instant day, double value) {
        request.metrics().forEach(metric -> add(metric, day, value));
    }

    private void add(String metric, Instant day, double value) {
        observations.add(key(request.assets().get(0), metric), day, value, false);
    }

    private static SeriesKey key(String asset, String metric) {
        return SeriesKey.of(SOURCE, metric, asset, Granularity.DAY);
    }

    private static List<Rejection> fewest(List<Rejection> rejections) {
        if (rejections.size() <= MOST_REJECTIONS) {
            return rejections;
        }
        List<Rejection> few = new ArrayList<>(rejections.subList(0, MOST_REJECTIONS));
        few.add(new Rejection((rejections.size() - MOST_REJECTIONS) + " more points could not be read", ""));
        return few;
    }
}
