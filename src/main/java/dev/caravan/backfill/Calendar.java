package dev.caravan.backfill;

import dev.caravan.ingest.Granularity;
import dev.caravan.settings.Settings;
import java.time.Instant;

/** When a source's series have values at all: a bucket that is not expected is never missing. */
@FunctionalInterface
public interface Calendar {
    boolean expects(Granularity granularity, Instant bucket);

    default boolean isAlways() {
        return true;
    }

    static Calendar ofSource(String source, Settings settings) {
        return (granularity, bucket) -> true;
    }
}
