package dev.caravan.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Observations on their way to the database: parallel primitive arrays, so that a million rows are a few arrays and not a
 * million objects. Immutable once built; a pair of series and instant that was added twice stands in it once, with the
 * value that was added last.
 */
public final class ObservationBatch {
    /** A batch of nothing. */
    public static final ObservationBatch EMPTY = new Builder().build();

    private final List<SeriesKey> keys;
    private final int[] keyOf;
    private final long[] seconds;
    private final double[] values;
    private final boolean[] open;
    private final int refused;

    private ObservationBatch(
            List<SeriesKey> keys, int[] keyOf, long[] seconds, double[] values, boolean[] open, int refused) {
        this.keys = keys;
        this.keyOf = keyOf;
        this.seconds = seconds;
        this.values = values;
        this.open = open;
        this.refused = refused;
    }

    /** @return how many observations it holds */
    public int size() {
        return values.length;
    }

    /** @return values that were no finite number and were left out */
    public int refused() {
        return refused;
    }

    /** @return the series that occur in it, each once */
    public List<SeriesKey> keys() {
        return keys;
    }

    /**
     * @param index which observation
     * @return its series
     */
    public SeriesKey key(int index) {
        return keys.get(keyOf[index]);
    }

    /**
     * @param index which observation
     * @return the place of its series in {@link #keys()}
     */
    int keyIndex(int index) {
        return keyOf[index];
    }

    /**
     * @param index which observation
     * @return beginning of its bucket, seconds since 1970 UTC
     */
    public long epochSecond(int index) {
        return seconds[index];
    }

    /**
     * @param index which observation
     * @return its value, finite
     */
    public double value(int index) {
        return values[index];
    }

    /**
     * @param index which observation
     * @return whether its bucket had not ended when the value was read
     */
    public boolean open(int index) {
        return open[index];
    }

    /**
     * @param other observations that came later
     * @return both together; where both have the same series and instant, the later value
     */
    public ObservationBatch with(ObservationBatch other) {
        if (other.size() == 0 && other.refused == 0) {
            return this;
        }
        Builder both = new Builder();
        both.addAll(this);
        both.addAll(other);
        return both.build();
    }

    /**
     * @param from beginning of a time
     * @param to its end, exclusive
     * @return the observations whose bucket begins in it
     */
    public ObservationBatch between(Instant from, Instant to) {
        Builder within = new Builder();
        long first = from.getEpochSecond();
        long end = to.getEpochSecond();
        for (int i = 0; i < size(); i++) {
            if (seconds[i] >= first && seconds[i] < end) {
                within.add(key(i), seconds[i], values[i], open[i]);
            }
        }
        within.refused = refused;
        return within.build();
    }

    /** Collects observations. Not for use by two threads at once. */
    public static final class Builder {
        private final Map<SeriesKey, Integer> indexOf = new HashMap<>();
        private final List<SeriesKey> keys = new ArrayList<>();
        private int[] keyOf = new int[16];
        private long[] seconds = new long[16];
        private double[] values = new double[16];
        private boolean[] open = new boolean[16];
        private int size;
        private int refused;

        /**
         * Adds one observation. A value that is not a finite number is counted and left out.
         *
         * @param key the series
         * @param bucket beginning of the bucket
         * @param value the value, in the metric's unit
         * @param stillOpen whether the bucket had not ended when the value was read
         * @return this builder
         */
        public Builder add(SeriesKey key, Instant bucket, double value, boolean stillOpen) {
            return add(key, bucket.getEpochSecond(), value, stillOpen);
        }

        private Builder add(SeriesKey key, long epochSecond, double value, boolean stillOpen) {
            if (!Double.isFinite(value)) {
                refused++;
                return this;
            }
            if (size == values.length) {
                int larger = size * 2;
                keyOf = Arrays.copyOf(keyOf, larger);
                seconds = Arrays.copyOf(seconds, larger);
                values = Arrays.copyOf(values, larger);
                open = Arrays.copyOf(open, larger);
            }
            keyOf[size] = indexOf.computeIfAbsent(key, added -> {
                keys.add(added);
                return keys.size() - 1;
            });
            seconds[size] = epochSecond;
            values[size] = value == 0 ? 0 : value; // -0.0 and 0.0 are one zero, or a repeat would look like a change
            open[size] = stillOpen;
            size++;
            return this;
        }

        /**
         * @param batch observations to add to the ones collected so far
         * @return this builder
         */
        public Builder addAll(ObservationBatch batch) {
            for (int i = 0; i < batch.size(); i++) {
                add(batch.key(i), batch.seconds[i], batch.values[i], batch.open[i]);
            }
            refused += batch.refused;
            return this;
        }

        /** @return what was collected, in the order of series and time, duplicates resolved: the last one wins */
        public ObservationBatch build() {
            int[] order = orderBySeriesAndTime();
            int kept = 0;
            int[] last = new int[size];
            for (int i = 0; i < size; i++) {
                boolean replaced = i + 1 < size
                        && keyOf[order[i]] == keyOf[order[i + 1]]
                        && seconds[order[i]] == seconds[order[i + 1]];
                if (!replaced) {
                    last[kept++] = order[i];
                }
            }
            int[] keptKeys = new int[kept];
            long[] keptSeconds = new long[kept];
            double[] keptValues = new double[kept];
            boolean[] keptOpen = new boolean[kept];
            for (int i = 0; i < kept; i++) {
                keptKeys[i] = keyOf[last[i]];
                keptSeconds[i] = seconds[last[i]];
                keptValues[i] = values[last[i]];
                keptOpen[i] = open[last[i]];
            }
            return new ObservationBatch(List.copyOf(keys), keptKeys, keptSeconds, keptValues, keptOpen, refused);
        }

        /** By series, then by time; of two with the same series and time the one added last stands last. */
        private int[] orderBySeriesAndTime() {
            int[] from = new int[keys.size() + 1];
            for (int i = 0; i < size; i++) {
                from[keyOf[i] + 1]++;
            }
            for (int key = 0; key < keys.size(); key++) {
                from[key + 1] += from[key];
            }
            int[] next = Arrays.copyOf(from, keys.size());
            int[] order = new int[size];
            for (int i = 0; i < size; i++) {
                order[next[keyOf[i]]++] = i;
            }
            for (int key = 0; key < keys.size(); key++) {
                sortByTime(order, from[key], from[key + 1]);
            }
            return order;
        }

        /** Vendors send a series in the order of time; only the odd one has to be sorted. */
        private void sortByTime(int[] order, int from, int to) {
            for (int i = from + 1; i < to; i++) {
                if (seconds[order[i]] < seconds[order[i - 1]]) {
                    int[] sorted = Arrays.stream(order, from, to)
                            .boxed()
                            .sorted((a, b) -> Long.compare(seconds[a], seconds[b]))
                            .mapToInt(Integer::intValue)
                            .toArray();
                    System.arraycopy(sorted, 0, order, from, sorted.length);
                    return;
                }
            }
        }
    }
}
