package dev.caravan.backfill;

import dev.caravan.ingest.Granularity;
import java.time.Instant;
import java.util.List;

/**
 * What one request of a backfill asks: a row of the ledger. It says enough to word the request again after the process has
 * died, without asking the vendor's lists once more.
 *
 * @param answer the kind of answer, as in the request
 * @param subject what the answer is about, as in the request; also whatever else the request's wording needs to know
 * @param assets the source's ids that are asked for
 * @param metrics the source's metrics that are asked for, each of every asset
 * @param exchange the venue, empty where there is none
 * @param granularity length of the buckets that are asked for
 * @param from beginning of the first bucket that is to be stored, UTC; the request may have to ask for more
 * @param to end of the last bucket that is to be stored, UTC
 */
public record Window(
        String answer,
        String subject,
        List<String> assets,
        List<String> metrics,
        String exchange,
        Granularity granularity,
        Instant from,
        Instant to) {
    /** Keeps the lists from changing. */
    public Window {
        assets = List.copyOf(assets);
        metrics = List.copyOf(metrics);
    }
}
