package dev.caravan.source.defillama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads {@code /yields/perps} (contract, section 8): the open interest of each market of perpetual futures at each venue.
 * All markets that come are stored, as no file lists them: there are thousands, and they come and go.
 *
 * <p>The unit differs by venue and is not confirmed (contracts, coins or USD), so the metric has a name of its own and is
 * never compared with OPEN_INTEREST, which is in USD and comes from the overview. A row carries its time, so the level
 * belongs to that UTC day; a row without one to the day of the pull.
 */
final class DefiLlamaPerpMarkets {
    static final String METRIC = "PERPS_OPEN_INTEREST";

    private DefiLlamaPerpMarkets() {}

    /** What one row says, with what it says it of. */
    private record Level(SeriesKey key, Instant at, double value, JsonNode row) {}

    static NormalisedAnswer read(JsonNode answer, Instant now) {
        List<Rejection> rejections = new ArrayList<>();
        Map<SeriesKey, Level> newest = new HashMap<>();
        JsonNode rows = JsonValues.object(answer, "the list of perps").path("data");
        for (JsonNode row : JsonValues.array(rows, "the perps")) {
            level(row, now, rejections).ifPresent(level -> keep(level, newest, rejections));
        }
        ObservationBatch.Builder observations = new ObservationBatch.Builder();
        Instant today = Granularity.DAY.bucketOf(now);
        for (Level level : newest.values()) {
            Instant day = Granularity.DAY.bucketOf(level.at());
            observations.add(level.key(), day, level.value(), day.equals(today));
        }
        return NormalisedAnswer.of(observations.build(), rejections);
    }

    private static Optional<Level> level(JsonNode row, Instant now, List<Rejection> rejections) {
        String venue = name(row.path("marketplace"));
        String market = name(row.path("market"));
        if (venue.isEmpty() || market.isEmpty()) {
            rejections.add(new Rejection("a perp without a marketplace or a market", JsonValues.fragment(row)));
            return Optional.empty();
        }
        String asset = venue + "_" + market; // the key that the Python original used
        OptionalDouble value = JsonValues.number(row.path("openInterest"), METRIC + " of " + asset, rejections);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Instant at = time(row.path("timestamp"), now);
        if (at == null) {
            rejections.add(new Rejection("the time of perp " + asset + " cannot be read", JsonValues.fragment(row)));
            return Optional.empty();
        }
        SeriesKey key = new SeriesKey(DefiLlamaAnswers.SOURCE, METRIC, asset, venue, "", Granularity.DAY);
        return Optional.of(new Level(key, at, value.getAsDouble(), row));
    }

    private static String name(JsonNode node) {
        return node.isTextual() ? node.textValue().strip().toLowerCase(Locale.ROOT) : "";
    }

    /** The vendor's time; without one, that of the pull. A time ahead of the clock counts as now; null when unreadable. */
    private static Instant time(JsonNode value, Instant now) {
        if (value.isNull() || value.isMissingNode()) {
            return now;
        }
        try {
            Instant at = Instant.parse(value.asText());
            return at.isAfter(now) ? now : at;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Of two rows of a market the later counts. Two of the same time that disagree cannot be told apart: the first stays. */
    private static void keep(Level level, Map<SeriesKey, Level> newest, List<Rejection> rejections) {
        Level other = newest.get(level.key());
        if (other == null || level.at().isAfter(other.at())) {
            newest.put(level.key(), level);
        } else if (level.at().equals(other.at()) && Double.compare(level.value(), other.value()) != 0) {
            rejections.add(
                    new Rejection("a second row of perp " + level.key().asset(), JsonValues.fragment(level.row())));
        }
    }
}
