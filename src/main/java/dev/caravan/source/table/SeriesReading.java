package dev.caravan.source.table;

import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The reading of one series from the rows of one answer. */
final class SeriesReading {
    /** Vendors east of us date by their own day; what lies further ahead is a mistake. */
    private static final Duration AHEAD = Duration.ofDays(1);

    /** A wrong pointer rejects every row of an answer: so many of them show what is wrong. */
    static final int MOST_REJECTIONS = 20;

    private final String source;
    private final TableSeries series;
    private final Instant now;
    private final Map<Instant, Point> points = new TreeMap<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private int rejected;
    private int undated;

    /** The latest value of a bucket so far. */
    private record Point(Instant at, double value) {}

    /**
     * @param source the source
     * @param series what to read
     * @param now the time of the pull, UTC
     */
    SeriesReading(String source, TableSeries series, Instant now) {
        this.source = source;
        this.series = series;
        this.now = now;
    }

    /**
     * @param row the next row of the answer, of whatever series
     */
    void row(TableRow row) {
        if (!series.where().matches(row)) {
            return;
        }
        List<Rejection> wrong = new ArrayList<>(1);
        OptionalDouble value = JsonValues.number(row.node().at(series.value()), series.description(), wrong);
        wrong.forEach(this::reject);
        if (value.isEmpty()) {
            return;
        }
        Instant at = now;
        if (series.time() == null) {
            undated++;
        } else {
            at = RowTime.read(series.time().of(row)).orElse(null);
        }
        if (at == null) {
            reject("the time of " + series.description() + " cannot be read", row);
        } else if (at.isAfter(now.plus(AHEAD))) {
            reject("the time of " + series.description() + " lies more than a day ahead", row);
        } else {
            // Of two points of a bucket the later one is its value, and of two at one time the one that was written
            // later.
            points.merge(
                    series.granularity().bucketOf(at),
                    new Point(at, value.getAsDouble()),
                    (known, next) -> next.at().isBefore(known.at()) ? known : next);
        }
    }

    /**
     * Hands over what was read.
     *
     * @param observations takes the values
     * @param into takes what could not be understood
     */
    void end(ObservationBatch.Builder observations, List<Rejection> into) {
        if (undated > 1) {
            // Which of them is the value nobody can tell; it may be another asset's.
            points.clear();
            into.add(new Rejection(
                    undated + " rows without a time answer to " + series.description()
                            + ": its line needs a condition under where, or a time",
                    ""));
        }
        Granularity granularity = series.granularity();
        SeriesKey key = new SeriesKey(source, series.metric(), series.asset(), series.exchange(), "", granularity);
        points.forEach((bucket, point) -> observations.add(
                key, bucket, point.value(), granularity.next(bucket).isAfter(now)));
        into.addAll(rejections);
        if (rejected > rejections.size()) {
            into.add(new Rejection(
                    rejected - rejections.size() + " more rows of " + series.description() + " as the ones before",
                    ""));
        }
    }

    private void reject(String reason, TableRow row) {
        reject(new Rejection(reason, JsonValues.fragment(row.node())));
    }

    private void reject(Rejection rejection) {
        rejected++;
        if (rejections.size() < MOST_REJECTIONS) {
            rejections.add(rejection);
        }
    }
}
