package dev.caravan.backfill;

import dev.caravan.ingest.SeriesKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How a series stands over a time, bucket by bucket.
 *
 * @param series the series
 * @param periods stretches of buckets that stand alike, in the order of time
 */
public record SeriesCoverage(SeriesKey series, List<Period> periods) {
    /**
     * Buckets in a row that stand alike.
     *
     * @param state how
     * @param from beginning of the first one, UTC
     * @param to end of the last one, UTC
     * @param buckets how many they are
     * @param settled whether the last of them has settled: what is partial then will not be finished by itself
     */
    public record Period(BucketState state, Instant from, Instant to, long buckets, boolean settled) {}

    /** @return what a repair has to ask for: what is missing, and what was never finished */
    public List<Stretch> wanting() {
        List<Stretch> wanting = new ArrayList<>();
        for (Period period : periods) {
            boolean unfinished = period.state() == BucketState.PARTIAL && period.settled();
            if (period.state() == BucketState.MISSING || unfinished) {
                wanting.add(new Stretch(series, period.from(), period.to()));
            }
        }
        return wanting;
    }

    /**
     * @param state a state
     * @return how many buckets are in it
     */
    public long buckets(BucketState state) {
        return periods.stream()
                .filter(period -> period.state() == state)
                .mapToLong(Period::buckets)
                .sum();
    }
}
