package dev.caravan.ingest;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** The length of a bucket. Buckets begin at full hours and at midnight, UTC. */
public enum Granularity {
    /** One hour, stamped with its beginning. */
    HOUR(ChronoUnit.HOURS),
    /** One UTC day, stamped with its midnight. */
    DAY(ChronoUnit.DAYS);

    private final ChronoUnit unit;

    Granularity(ChronoUnit unit) {
        this.unit = unit;
    }

    /**
     * @param instant any instant
     * @return the beginning of the bucket that holds it
     */
    public Instant bucketOf(Instant instant) {
        return instant.truncatedTo(unit);
    }

    /**
     * @param bucket the beginning of a bucket
     * @return the beginning of the next one
     */
    public Instant next(Instant bucket) {
        return bucket.plus(1, unit);
    }

    /** @return its length in seconds */
    public long seconds() {
        return unit.getDuration().toSeconds();
    }

    /** @return the name in tables, settings and answers: {@code hour} or {@code day} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param label {@code hour} or {@code day}
     * @return the granularity
     * @throws IllegalArgumentException for any other text
     */
    public static Granularity ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
