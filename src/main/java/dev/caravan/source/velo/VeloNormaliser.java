package dev.caravan.source.velo;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.settings.Secrets;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.Normaliser;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the catalogue of futures and rows (contract, sections 2 and 3), by column name. A missing cell is nothing, a zero
 * is zero. Each row stands for one hour as the vendor has summed it up; rows of finer buckets are refused, since keeping
 * one of them for its hour would give a part of the volume.
 */
public final class VeloNormaliser implements Normaliser<List<Map<String, String>>> {
    private static final Set<String> MISSING = Set.of("", "null", "nan", "undefined");
    /** Perhaps with a fraction or in scientific notation: the vendor's numbers are not bound to one (section 3). */
    private static final String NUMBER = "[+-]?\\d{1,18}(\\.\\d{0,18})?([eE][+-]?\\d{1,2})?";

    @Override
    public NormalisedAnswer normalise(VendorRequest request, List<Map<String, String>> answer, Instant now) {
        List<Map<String, String>> rows = answer == null ? List.of() : answer;
        return request.answer().equals(VeloPlanner.FUTURES) ? catalogue(rows) : new Rows(request, rows, now).read();
    }

    /** An instrument of the catalogue. */
    private record Listed(String product, long begin) {}

    private static NormalisedAnswer catalogue(List<Map<String, String>> rows) {
        List<Rejection> rejections = new ArrayList<>();
        Map<String, Set<Listed>> pairs = new TreeMap<>();
        for (Map<String, String> row : rows) {
            String exchange = cell(row, "exchange");
            String coin = cell(row, "coin");
            String product = cell(row, "product");
            if (exchange.isEmpty() || coin.isEmpty() || product.isEmpty() || product.matches(".*[\\s+].*")) {
                rejections.add(new Rejection("an instrument without venue, coin or name", fragment(row)));
                continue;
            }
            long begin = wholeNumber(cell(row, "begin")).orElse(Long.MAX_VALUE);
            pairs.computeIfAbsent(
                            VeloProducts.pair(coin, exchange),
                            pair -> new TreeSet<>(
                                    Comparator.comparingLong(Listed::begin).thenComparing(Listed::product)))
                    .add(new Listed(product, begin));
        }
        if (pairs.isEmpty()) {
            throw new TransientFailure("the catalogue of futures lists nothing", 200, null, 1, null);
        }
        Map<String, String> names = new HashMap<>();
        // A row may be repeated, and with another begin it would be in the set twice.
        pairs.forEach((pair, listed) -> names.put(
                pair,
                VeloProducts.joined(
                        listed.stream().map(Listed::product).distinct().toList())));
        return new NormalisedAnswer(ObservationBatch.EMPTY, Set.of(), names, rejections);
    }

    /** One answer of rows. */
    private static final class Rows {
        private final VendorRequest request;
        private final List<Map<String, String>> rows;
        private final Instant now;
        private final VeloProducts products;
        private final VeloWindow window;
        private final Map<String, Set<String>> instruments = new HashMap<>();
        private final Map<String, String> columns = new HashMap<>();
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
                    columns.put(column, metric);
                }
            });
        }

        NormalisedAnswer read() {
            int width = rows.stream().mapToInt(Map::size).max().orElse(0);
            Set<String> heading = new TreeSet<>();
            for (Map<String, String> row : rows) {
                heading.addAll(row.keySet());
                instruments
                        .computeIfAbsent(cell(row, "coin"), coin -> new TreeSet<>())
                        .add(cell(row, "product"));
            }
            columns.keySet().stream()
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
            columns.forEach((column, metric) -> {
                OptionalDouble value = value(cell(row, column), metric + " of " + coin);
                if (value.isPresent()) {
                    SeriesKey key = new SeriesKey(
                            VeloPlanner.SOURCE, metric, coin, request.exchange(), product.get(), Granularity.HOUR);
                    observations.add(key, hour, value.getAsDouble(), open);
                }
            });
        }

        private OptionalDouble value(String text, String what) {
            return MISSING.contains(text.toLowerCase(Locale.ROOT))
                    ? OptionalDouble.empty()
                    : JsonValues.number(TextNode.valueOf(text), what, rejections);
        }
    }

    /** Milliseconds since 1970 UTC; null when they cannot be read. */
    private static Instant time(String text) {
        OptionalLong millis = wholeNumber(text);
        try {
            return millis.isPresent() ? Instant.ofEpochMilli(millis.getAsLong()) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static OptionalLong wholeNumber(String text) {
        if (!text.matches(NUMBER)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(new BigDecimal(text).longValueExact());
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static String cell(Map<String, String> row, String column) {
        String cell = row.get(column);
        return cell == null ? "" : cell.strip();
    }

    private static String fragment(Map<String, String> row) {
        return Secrets.mask(new TreeMap<>(row).toString());
    }
}
