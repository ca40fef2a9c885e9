package dev.caravan.source.artemis;

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
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Reads the time series of Artemis (contract, section 3). Each value belongs to the UTC day that the vendor gives; only
 * the day of the pull is open. Absent, null, an empty list and an error string all mean "no observation"; 0 is a value.
 */
public final class ArtemisNormaliser implements Normaliser<JsonNode> {
    /** What the vendor writes in place of data that it does not have, in lower case and without the full stop. */
    private static final Set<String> NOTHING = Set.of(
            "metric not found",
            "metric not available for asset",
            "market data not available for asset",
            "latest data not available for this asset");

    @Override
    public NormalisedAnswer normalise(VendorRequest request, JsonNode answer, Instant now) {
        Reading reading = new Reading(request, LocalDate.ofInstant(now, ZoneOffset.UTC));
        JsonNode data =
                JsonValues.object(JsonValues.object(answer, "the answer").path("data"), "data");
        JsonNode symbols = data.path("symbols");
        // Without the field it is an answer of another kind, which says nothing about the assets.
        if (symbols.isMissingNode() || !reading.isNothing(symbols, "data.symbols")) {
            JsonValues.object(symbols, "data.symbols").properties().forEach(entry -> {
                String symbol = match(entry.getKey(), request.assets());
                if (symbol == null) {
                    reading.reject(
                            "a symbol that was not asked for: " + entry.getKey(),
                            JsonValues.fragment(entry.getValue()));
                } else {
                    reading.asset(symbol, entry.getValue());
                }
            });
        }
        return NormalisedAnswer.of(reading.observations.build(), reading.rejections);
    }

    /** The vendor echoes names in the case that was asked, as far as is known: the exact name first, then any case. */
    private static String match(String name, List<String> asked) {
        if (asked.contains(name)) {
            return name;
        }
        List<String> alike = asked.stream().filter(name::equalsIgnoreCase).toList();
        return alike.size() == 1 ? alike.get(0) : null;
    }

    /** The reading of one answer. */
    private static final class Reading {
        private final VendorRequest request;
        private final LocalDate today;
        private final ObservationBatch.Builder observations = new ObservationBatch.Builder();
        private final List<Rejection> rejections = new ArrayList<>();

        Reading(VendorRequest request, LocalDate today) {
            this.request = request;
            this.today = today;
        }

        void reject(String reason, String fragment) {
            rejections.add(new Rejection(reason, fragment));
        }

        /** Whether there is no data here; a text that the contract does not know is no data either, but is noted. */
        boolean isNothing(JsonNode node, String what) {
            if (node.isTextual() && !isKnownText(node)) {
                reject("an unknown text in place of " + what, JsonValues.fragment(node));
                return true;
            }
            return isAbsent(node) || (node.isContainerNode() && node.isEmpty());
        }

        private static boolean isAbsent(JsonNode node) {
            return node.isMissingNode() || node.isNull() || (node.isTextual() && isKnownText(node));
        }

        private static boolean isKnownText(JsonNode node) {
            String text = node.textValue().strip().toLowerCase(Locale.ROOT);
            return text.isEmpty() || NOTHING.contains(text.replaceFirst("\\.$", ""));
        }

        void asset(String symbol, JsonNode metrics) {
            if (isNothing(metrics, "the metrics of " + symbol)) {
                return;
            }
            if (!metrics.isObject()) {
                reject("the metrics of " + symbol + " are no object", JsonValues.fragment(metrics));
                return;
            }
            metrics.properties().forEach(entry -> {
                String metric = match(entry.getKey(), request.metrics());
                if (metric == null) {
                    reject(
                            "a metric of " + symbol + " that was not asked for: " + entry.getKey(),
                            JsonValues.fragment(entry.getValue()));
                } else {
                    series(SeriesKey.of(ArtemisPlanner.SOURCE, metric, symbol, Granularity.DAY), entry.getValue());
                }
            });
        }

        private void series(SeriesKey key, JsonNode values) {
            String what = key.metric() + " of " + key.asset();
            if (isNothing(values, what)) {
                return;
            }
            if (!values.isArray()) {
                // A bare number is the answer to a call without dates: nobody knows which day it belongs to.
                reject(what + " is no list of days", JsonValues.fragment(values));
                return;
            }
            for (JsonNode row : values) {
                row(key, what, row);
            }
        }

        private void row(SeriesKey key, String what, JsonNode row) {
            // Not "val or value": that loses zeros.
            JsonNode value = row.hasNonNull("val") ? row.get("val") : row.path("value");
            if (row.isNull() || (row.isObject() && isAbsent(value))) {
                return;
            }
            LocalDate day = day(row.hasNonNull("date") ? row.get("date") : row.path("timestamp"));
            if (day == null || day.isAfter(today)) {
                reject("the day of " + what + " cannot be read or has not begun", JsonValues.fragment(row));
                return;
            }
            OptionalDouble number = JsonValues.number(value, what, rejections);
            if (number.isPresent()) {
                Instant midnight = day.atStartOfDay(ZoneOffset.UTC).toInstant();
                observations.add(key, midnight, number.getAsDouble(), day.equals(today));
            }
        }

        /** A day as {@code 2026-01-25}, or the UTC day of a time with its zone; nothing for any other form. */
        private static LocalDate day(JsonNode date) {
            String text = date.isTextual() ? date.textValue().strip() : "";
            try {
                return text.length() == 10
                        ? LocalDate.parse(text)
                        : LocalDate.ofInstant(OffsetDateTime.parse(text).toInstant(), ZoneOffset.UTC);
            } catch (DateTimeException e) {
                return null;
            }
        }
    }
}
