package dev.caravan.source;

import dev.caravan.fetch.VendorRequest;
import java.time.Instant;

/**
 * Turns a vendor's answer into observations: a pure function, one for each source.
 *
 * @param <A> what the answer is by the time it gets here: a JSON tree, rows of a CSV, a text
 */
public interface Normaliser<A> {
    /**
     * @param request what was asked
     * @param answer the answer, read by the data format that the route names
     * @param now the time of the pull, UTC
     * @return its observations, each in the bucket it belongs to
     * @throws dev.caravan.fetch.VendorFailure when the answer is of another shape than its contract says
     */
    NormalisedAnswer normalise(VendorRequest request, A answer, Instant now);
}
