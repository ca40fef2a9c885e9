package dev.caravan.backfill;

import dev.caravan.ingest.SeriesKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A series over a stretch of time: what an order wants, and what a vendor has.
 *
 * @param series the series; its product may be empty where one request gives all products
 * @param from beginning of the first bucket, UTC
 * @param to end of the last bucket, UTC; later than {@code from}
 */
public record Stretch(SeriesKey series, Instant from, Instant to) {
    /** Checks that it is one. */
    public Stretch {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("a stretch ends after it begins: " + from + " to " + to);
        }
    }

    /**
     * @param earliest the beginning of a time
     * @param latest its end
     * @return the part of this stretch that lies in it, or null where there is none
     */
    public Stretch within(Instant earliest, Instant latest) {
        Instant begin = from.isBefore(earliest) ? earliest : from;
        Instant end = to.isAfter(latest) ? latest : to;
        return begin.isBefore(end) ? new Stretch(series, begin, end) : null;
    }

    /**
     * @param others times of other stretches, whatever their series
     * @return the parts of this stretch that lie in none of them
     */
    public List<Stretch> without(List<Stretch> others) {
        List<Stretch> parts = List.of(this);
        for (Stretch other : others) {
            List<Stretch> left = new ArrayList<>();
            for (Stretch part : parts) {
                Stretch before = part.within(Instant.MIN, other.from);
                Stretch after = part.within(other.to, Instant.MAX);
                if (before != null) {
                    left.add(before);
                }
                if (after != null) {
                    left.add(after);
                }
            }
            parts = left;
        }
        return parts;
    }
}
