package dev.caravan.source.velo;

import static dev.caravan.source.velo.VeloCells.cell;
import static dev.caravan.source.velo.VeloCells.fragment;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.Normaliser;
import dev.caravan.source.Numerals;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the catalogue of futures and rows (contract, sections 2 and 3), by column name. A missing cell is nothing, a zero
 * is zero. Each row stands for one hour as the vendor has summed it up; rows of finer buckets are refused, since keeping
 * one of them for its hour would give a part of the volume.
 */
public final class VeloNormaliser implements Normaliser<List<Map<String, String>>> {
    private static final Set<String> MISSING = Set.of("", "null", "nan", "undefined");

    @Override
    public NormalisedAnswer normalise(VendorRequest request, List<Map<String, String>> answer, Instant now) {
        List<Map<String, String>> rows = answer == null ? List.of() : answer;
        return request.answer().equals(VeloPlanner.FUTURES)
                ? VeloCatalogue.read(rows, now)
                : new Rows(request, rows, now).read();
    }

    /** A column that was asked for and the metric that it is stored as. */
    private record Column(String name, String metric) {}

    /** One answer of rows. */
    private static final class Rows {
        private final VendorRequest request;
        private final List<Map<String, String>> rows;
        private final Instant now;
        private final VeloProducts products;
        private final VeloWindow window;
        private final Map<String, Set<String>> instruments = new HashMap<>();
        private final List<Column> columns = new ArrayList<>();
        private final Map<List<String>, List<SeriesKey>> keys = new HashMap<>();
        private final ObservationBatch.Builder observations = new ObservationBatch.Builder();
        private final List<Rejection> rejections = new ArrayList<>();
        private final List<Map<String, String>> otherHours = new ArrayList<>();

        Rows(VendorRequest request, List<Map<String, String>> rows, Instant now) {
            this.request = request;
            this.rows = rows;
            this.now = now;
            this.products = VeloProducts.ofSubject(request.subject());
            this.window = VeloWindow.ofQuery(request.query());
            VeloColumns.metrics().forEach((column, metric) -> {
                if (request.metrics().contains(metric)) {
                    columns.add(new Column(column, metric));
                }
            });
        }

        NormalisedAnswer read() {
            int width = rows.stream().mapToInt(Map::size).max().orElse(0);
            Set<String> heading = new TreeSet<>();
            for (Map<String, String> row : rows) {
                if (row.size() > heading.size()) {
                    heading.addAll(row.keySet());
                }
                instruments
                        .computeIfAbsent(cell(row, "coin"), coin -> new TreeSet<>())
                        .add(cell(row, "product"));
            }
            columns.stream()
                    .map(Column::name)
                    .filter(column -> !rows.isEmpty() && !heading.contains(column))
                    .sorted()
                    .forEach(column -> rejections.add(
                            new Rejection("a column that was asked for is not there", "column " + column)));
            Set<String> asked = Set.copyOf(request.assets());
            for (Map<String, String> row : rows) {
                if (row.size() < width) {
                    // The last cell of a row that was cut off may be a part of a number.
                    rejections.add(new Rejection("a row with too few cells", fragment(row)));
                } else if (!cell(row, "exchange").equals(request.exchange()) || !asked.contains(cell(row, "coin"))) {
                    rejections.add(new Rejection("a pair that was not asked for", fragment(row)));
                } else {
                    row(row);
                }
            }
            if (!otherHours.isEmpty()) {
                rejections.add(new Rejection(
                        otherHours.size() + " rows of hours that were not asked for", fragment(otherHours.get(0))));
            }
            return NormalisedAnswer.of(observations.build(), rejections);
        }

        private void row(Map<String, String> row) {
            Instant hour = time(cell(row, "time"));
            if (hour == null || hour.isAfter(now)) {
                rejections.add(new Rejection("a time that is none, or lies ahead", fragment(row)));
                return;
            }
            if (!window.holds(hour)) {
                // A vendor that says the same old rows again and again does not answer, and the pull must not succeed.
                otherHours.add(row);
                return;
            }
            if (!Granularity.HOUR.bucketOf(hour).equals(hour)) {
                throw new TransientFailure("hours were asked for, and there is a row of " + hour, 200, null, 1, null);
            }
            String coin = cell(row, "coin");
            Optional<String> product =
                    products.keyed(coin, cell(row, "product"), instruments.getOrDefault(coin, Set.of()));
            if (product.isEmpty()) {
                rejections.add(
                        new Rejection("one of several instruments, and no catalogue that tells which", fragment(row)));
                return;
            }
            boolean open = Granularity.HOUR.next(hour).isAfter(now);
            List<SeriesKey> series = keys.computeIfAbsent(List.of(coin, product.get()), this::series);
            for (int i = 0; i < series.size(); i++) {
                OptionalDouble value = value(row, columns.get(i), coin);
                if (value.isPresent()) {
                    observations.add(series.get(i), hour, value.getAsDouble(), open);
                }
            }
        }

        /** The series of a coin and a product, one for each column. */
        private List<SeriesKey> series(List<String> instrument) {
            return columns.stream()
                    .map(column -> new SeriesKey(
                            VeloPlanner.SOURCE,
                            column.metric(),
                            instrument.get(0),
                            request.exchange(),
                            instrument.get(1),
                            Granularity.HOUR))
                    .toList();
        }

        private OptionalDouble value(Map<String, String> row, Column column, String coin) {
            String text = cell(row, column.name());
            OptionalDouble value = Numerals.read(text);
            return value.isPresent() || MISSING.contains(text.toLowerCase(Locale.ROOT))
                    ? value
                    : JsonValues.number(TextNode.valueOf(text), column.metric() + " of " + coin, rejections);
        }
    }

    /** Milliseconds since 1970 UTC; null when they cannot be read. */
    private static Instant time(String text) {
        OptionalLong millis = VeloCells.wholeNumber(text);
        try {
            return millis.isPresent() ? Instant.ofEpochMilli(millis.getAsLong()) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
