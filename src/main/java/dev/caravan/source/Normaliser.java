package dev.caravan.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.fetch.VendorRequest;
import java.time.Instant;

/** Turns a vendor's answer into observations: a pure function, one for each source. */
public interface Normaliser {
    /**
     * @param request what was asked
     * @param answer the answer, projected to the fields that the request names
     * @param now the time of the pull, UTC
     * @return its observations, each in the bucket it belongs to
     * @throws dev.caravan.fetch.VendorFailure when the answer is of another shape than its contract says
     */
    NormalisedAnswer normalise(VendorRequest request, JsonNode answer, Instant now);
}
