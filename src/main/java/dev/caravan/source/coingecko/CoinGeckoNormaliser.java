package dev.caravan.source.coingecko;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.Normaliser;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Reads {@code /coins/markets} (contract, section 5). A value belongs to the hour of the coin's {@code last_updated}, which
 * for a coin that stopped trading lies months back; it is open while that hour has not ended. Histories are read by
 * {@link CoinGeckoChart}.
 */
public final class CoinGeckoNormaliser implements Normaliser<JsonNode> {
    private static final Map<String, String> FIELDS = new LinkedHashMap<>();

    static {
        FIELDS.put("PRICE", "current_price");
        FIELDS.put("MARKET_CAP", "market_cap");
        FIELDS.put("VOLUME_24H", "total_volume");
        FIELDS.put("CIRCULATING_SUPPLY", "circulating_supply");
        FIELDS.put("TOTAL_SUPPLY", "total_supply");
        FIELDS.put("MAX_SUPPLY", "max_supply");
        FIELDS.put("FDV", "fully_diluted_valuation");
    }

    /** The metrics that a row gives. */
    static final List<String> METRICS = List.copyOf(FIELDS.keySet());

    /** Where the vendor writes 0 for "not known" (contract, section 5). */
    static final Set<String> ZERO_IS_UNKNOWN = Set.of("MARKET_CAP", "CIRCULATING_SUPPLY");

    @Override
    public NormalisedAnswer normalise(VendorRequest request, JsonNode answer, Instant now) {
        if (!request.answer().equals(CoinGeckoPlanner.MARKETS)) {
            return CoinGeckoChart.read(request, answer, now);
        }
        ObservationBatch.Builder observations = new ObservationBatch.Builder();
        List<Rejection> rejections = new ArrayList<>();
        Set<String> asked = Set.copyOf(request.assets());
        for (JsonNode row : JsonValues.array(answer, "the list of coins")) {
            String id = row.path("id").asText("");
            if (!asked.contains(id)) {
                rejections.add(new Rejection("a coin that was not asked for", JsonValues.fragment(row)));
                continue;
            }
            row(id, row, now, observations, rejections);
        }
        return NormalisedAnswer.of(observations.build(), rejections);
    }

    private static void row(
            String id, JsonNode row, Instant now, ObservationBatch.Builder observations, List<Rejection> rejections) {
        Instant updated = updated(row.path("last_updated"), now);
        if (updated == null) {
            rejections.add(new Rejection("the time of coin " + id + " cannot be read", JsonValues.fragment(row)));
            return;
        }
        Instant hour = Granularity.HOUR.bucketOf(updated);
        boolean open = Granularity.HOUR.next(hour).isAfter(now);
        FIELDS.forEach((metric, field) -> {
            OptionalDouble value = JsonValues.number(row.path(field), metric + " of " + id, rejections);
            if (value.isPresent() && !(value.getAsDouble() == 0 && ZERO_IS_UNKNOWN.contains(metric))) {
                SeriesKey key = SeriesKey.of(CoinGeckoPlanner.SOURCE, metric, id, Granularity.HOUR);
                observations.add(key, hour, value.getAsDouble(), open);
            }
        });
    }

    /** The vendor's time; without one, the hour of the pull. A time ahead of the clock counts as now. */
    private static Instant updated(JsonNode value, Instant now) {
        if (value.isNull() || value.isMissingNode()) {
            return now;
        }
        try {
            Instant updated = Instant.parse(value.asText());
            return updated.isAfter(now) ? now : updated;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
