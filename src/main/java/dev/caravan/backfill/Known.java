package dev.caravan.backfill;

import dev.caravan.ingest.SeriesKey;
import java.time.Instant;

/**
 * A stored value, as what tells that a vendor has restated others.
 *
 * @param series its series
 * @param bucket beginning of its bucket, UTC
 * @param value the value, in the metric's unit
 * @param readAt when it was read first as it stands now, by the program's clock
 */
public record Known(SeriesKey series, Instant bucket, double value, Instant readAt) {}
