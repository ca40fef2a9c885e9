package dev.caravan.ingest;

import dev.caravan.fetch.Asking;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.source.NormalisedAnswer;
import java.time.Instant;

/** What requests are asked for, as the variable {@code pull} of a route: a live pull, or a run of a backfill. */
public interface Retrieval extends Asking {
    /** @return when it began by the program's clock, and so the "now" of its undated answers */
    Instant startedAt();

    /**
     * Notes an answer.
     *
     * @param request what was asked
     * @param answer what came
     */
    void answered(VendorRequest request, NormalisedAnswer answer);

    /**
     * Ends the asking: the vendor has said that no other request can fare better. What has left is finished; what waits for
     * its slot no longer leaves.
     *
     * @param reason why, for a person
     */
    void askNoMore(String reason);
}
