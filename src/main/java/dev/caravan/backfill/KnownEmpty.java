package dev.caravan.backfill;

import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.ingest.SeriesRegistry;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Writes down what a vendor was asked for and did not give. Only of buckets whose value had settled: a value that may still
 * come is not known to be empty. Only of series that have been named: of the others nothing is missing.
 */
final class KnownEmpty {
    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final BiPredicate<Granularity, Instant> expected;
    private final Function<String, Instant> settledBefore;

    /**
     * @param database where it is kept
     * @param statements the SQL of {@code sql/backfill}
     * @param expected whether the source's calendar has a bucket of this length at this time
     * @param settledBefore for a metric the end of the last bucket that has settled by now
     */
    KnownEmpty(
            NamedParameterJdbcTemplate database,
            Statements statements,
            BiPredicate<Granularity, Instant> expected,
            Function<String, Instant> settledBefore) {
        this.database = database;
        this.statements = statements;
        this.expected = expected;
        this.settledBefore = settledBefore;
    }

    /**
     * Notes what is not in an answer, in the caller's transaction.
     *
     * @param source the source
     * @param window what was asked
     * @param batch what came, of the window's time
     * @param registry the numbers of the series
     */
    void note(String source, Window window, ObservationBatch batch, SeriesRegistry registry) {
        Set<String> assets = new HashSet<>(window.assets());
        Set<String> metrics = new HashSet<>(window.metrics());
        Map<SeriesKey, Integer> asked = registry.named(key -> key.source().equals(source)
                && key.granularity() == window.granularity()
                && key.exchange().equals(window.exchange())
                && metrics.contains(key.metric())
                && assets.contains(key.asset()));
        if (asked.isEmpty()) {
            return;
        }
        Map<SeriesKey, int[]> places = places(batch);
        List<Integer> series = new ArrayList<>();
        List<String> empties = new ArrayList<>();
        asked.forEach((key, id) -> {
            series.add(id);
            empties.add(holes(window, key, batch, places.get(key)));
        });
        write(window.from(), window.to(), series, empties);
    }

    /**
     * Notes stretches as empty, whole.
     *
     * @param stretches stretches of series that have been named
     * @param registry the numbers of the series
     */
    void noteAll(List<Stretch> stretches, SeriesRegistry registry) {
        Map<List<Instant>, List<Integer>> byTime = new HashMap<>();
        Map<SeriesKey, Integer> ids = registry.named(key -> true);
        for (Stretch stretch : stretches) {
            Integer id = ids.get(stretch.series());
            if (id != null) {
                byTime.computeIfAbsent(List.of(stretch.from(), stretch.to()), time -> new ArrayList<>())
                        .add(id);
            }
        }
        byTime.forEach((time, series) -> {
            String whole = "{[" + time.get(0) + "," + time.get(1) + ")}";
            write(time.get(0), time.get(1), series, Collections.nCopies(series.size(), whole));
        });
    }

    private void write(Instant from, Instant to, List<Integer> series, List<String> empties) {
        int[] ids = series.stream().mapToInt(id -> id).toArray();
        database.update(
                statements.text("backfill/note-empty"),
                new MapSqlParameterSource("series", new SqlArray("int4", ids))
                        .addValue("empties", new SqlArray("text", empties.toArray(String[]::new)))
                        .addValue("from", Timestamp.from(from))
                        .addValue("to", Timestamp.from(to)));
    }

    /** Of each series where it begins in the batch, and behind its last; a batch holds each series in one piece. */
    private static Map<SeriesKey, int[]> places(ObservationBatch batch) {
        Map<SeriesKey, int[]> places = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            int place = i;
            places.computeIfAbsent(batch.key(i), key -> new int[] {place, place})[1] = i + 1;
        }
        return places;
    }

    /** The expected buckets without a value, as a multirange; buckets that are not expected do not part a hole. */
    private String holes(Window window, SeriesKey key, ObservationBatch batch, int[] places) {
        long step = window.granularity().seconds();
        long end = Math.min(
                window.to().getEpochSecond(), settledBefore.apply(key.metric()).getEpochSecond());
        int next = places == null ? 0 : places[0];
        int last = places == null ? 0 : places[1];
        StringBuilder ranges = new StringBuilder("{");
        long holeFrom = Long.MIN_VALUE;
        long holeTo = 0;
        for (long bucket = window.from().getEpochSecond(); bucket < end; bucket += step) {
            while (next < last && batch.epochSecond(next) < bucket) {
                next++;
            }
            boolean present = next < last && batch.epochSecond(next) == bucket;
            if (present && holeFrom != Long.MIN_VALUE) {
                append(ranges, holeFrom, holeTo);
                holeFrom = Long.MIN_VALUE;
            } else if (!present && expected.test(window.granularity(), Instant.ofEpochSecond(bucket))) {
                holeFrom = holeFrom == Long.MIN_VALUE ? bucket : holeFrom;
                holeTo = bucket + step;
            }
        }
        if (holeFrom != Long.MIN_VALUE) {
            append(ranges, holeFrom, holeTo);
        }
        return ranges.append('}').toString();
    }

    private static void append(StringBuilder ranges, long from, long to) {
        ranges.append(ranges.length() > 1 ? "," : "")
                .append('[')
                .append(Instant.ofEpochSecond(from))
                .append(',')
                .append(Instant.ofEpochSecond(to))
                .append(')');
    }
}
