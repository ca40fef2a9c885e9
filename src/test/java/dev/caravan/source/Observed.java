package dev.caravan.source;

import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * One observation as a test looks at it.
 *
 * @param value the value
 * @param at beginning of its bucket
 * @param open whether the bucket had not ended
 * @param granularity length of its bucket
 */
public record Observed(double value, Instant at, boolean open, Granularity granularity) {
    /**
     * @param batch observations, one a series
     * @return them by asset and metric, joined by a space
     */
    public static Map<String, Observed> of(ObservationBatch batch) {
        Map<String, Observed> all = new TreeMap<>();
        for (int i = 0; i < batch.size(); i++) {
            String name = batch.key(i).asset() + " " + batch.key(i).metric();
            Observed one = new Observed(
                    batch.value(i),
                    Instant.ofEpochSecond(batch.epochSecond(i)),
                    batch.open(i),
                    batch.key(i).granularity());
            if (all.put(name, one) != null) {
                throw new AssertionError(name + " was observed twice");
            }
        }
        return all;
    }

    /**
     * @param batch observations, one a series
     * @return their values by asset and metric, joined by a space
     */
    public static Map<String, Double> values(ObservationBatch batch) {
        Map<String, Double> values = new TreeMap<>();
        of(batch).forEach((name, one) -> values.put(name, one.value()));
        return values;
    }
}
