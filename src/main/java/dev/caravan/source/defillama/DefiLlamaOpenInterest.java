package dev.caravan.source.defillama;

import static dev.caravan.source.defillama.DefiLlamaAnswers.SOURCE;
import static dev.caravan.source.defillama.DefiLlamaHistorySeries.OPEN_INTEREST;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The open interest of all protocols, day by day and by name: {@code totalDataChartBreakdown} of the unfiltered overview
 * (contract, section 7). The overview's rows say which slug and which family a name belongs to, and our protocols are found
 * among them as in a live pull. The figure of a day is that of the day's end.
 */
final class DefiLlamaOpenInterest {
    private final List<Instant> days = new ArrayList<>();
    private final Map<String, OptionalDouble[]> byName = new HashMap<>();

    private DefiLlamaOpenInterest() {}

    /**
     * @param entities the configuration
     * @param asked slugs of what was asked for
     * @param answer the overview with its chart by protocol
     * @param today the day that has not ended
     * @param rejections where values that cannot be read are noted
     * @param observations where the closed days go
     * @throws dev.caravan.fetch.TransientFailure when it is no overview
     */
    static void read(
            List<DefiLlamaEntity> entities,
            Set<String> asked,
            JsonNode answer,
            Instant today,
            List<Rejection> rejections,
            ObservationBatch.Builder observations) {
        JsonNode overview = JsonValues.objectWith(answer, "the history of open interest", "totalDataChartBreakdown");
        DefiLlamaOpenInterest history = new DefiLlamaOpenInterest();
        history.gather(overview.path("totalDataChartBreakdown"), today, rejections);
        ProtocolMatcher matcher = history.match(entities, overview.path("protocols"), rejections);
        for (DefiLlamaEntity entity : entities) {
            // As live: an entity that is configured as a chain is looked for among chains, and there are none here.
            if (asked.contains(entity.slug()) && !entity.chainByConfiguration()) {
                SeriesKey key = SeriesKey.of(SOURCE, OPEN_INTEREST, entity.slug(), Granularity.DAY);
                List<OptionalDouble> figures = matcher.find(entity);
                for (int i = 1; i < figures.size(); i++) {
                    Instant day = history.days.get(i - 1);
                    figures.get(i).ifPresent(value -> observations.add(key, day, value, false));
                }
            }
        }
    }

    /** The parts of a day may be null instead of an object (contract, section 7). */
    private void gather(JsonNode breakdown, Instant today, List<Rejection> rejections) {
        DefiLlamaPoints points = DefiLlamaPoints.pairs(breakdown, "the chart of open interest by protocol", rejections);
        int most = points.holders().size();
        points.parts(today, (day, parts) -> {
            int place = days.size();
            days.add(day);
            parts.properties()
                    .forEach(part -> byName.computeIfAbsent(part.getKey(), added -> nothing(most))[place] =
                            JsonValues.number(part.getValue(), OPEN_INTEREST + " of " + part.getKey(), rejections));
        });
    }

    private static OptionalDouble[] nothing(int days) {
        OptionalDouble[] figures = new OptionalDouble[days];
        Arrays.fill(figures, OptionalDouble.empty());
        return figures;
    }

    /** A row's figures are its present one, which tells how large it is, and then those of all days. */
    private ProtocolMatcher match(List<DefiLlamaEntity> entities, JsonNode rows, List<Rejection> rejections) {
        ProtocolMatcher matcher = new ProtocolMatcher(entities);
        Set<String> listed = new HashSet<>();
        for (JsonNode row : rows) {
            String name = row.path("name").asText("");
            String shown = row.path("displayName").asText(name);
            listed.add(name);
            listed.add(shown);
            OptionalDouble[] figures = byName.getOrDefault(name, byName.get(shown));
            if (!row.path("protocolType").asText("").equals("chain")) {
                OptionalDouble now = JsonValues.number(row.path("total24h"), OPEN_INTEREST + " of " + name, rejections);
                matcher.add(row.path("slug").asText(""), name, "", family(row), figures(now, figures));
            }
        }
        // What has left the list is known by its name alone, of which the vendor makes its slugs.
        byName.forEach((name, figures) -> {
            if (!listed.contains(name)) {
                matcher.add(DefiLlamaEntity.slugOf(name), name, "", "", figures(OptionalDouble.empty(), figures));
            }
        });
        return matcher;
    }

    private List<OptionalDouble> figures(OptionalDouble now, OptionalDouble[] past) {
        List<OptionalDouble> figures = new ArrayList<>(days.size() + 1);
        figures.add(now);
        for (int i = 0; i < days.size(); i++) {
            figures.add(past == null ? OptionalDouble.empty() : past[i]);
        }
        return figures;
    }

    private static String family(JsonNode row) {
        String parent = row.path("parentProtocol").asText("");
        return parent.startsWith("parent#") ? parent.substring("parent#".length()) : "";
    }
}
