package dev.caravan.source.alphavantage;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.source.NormalisedAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What these tests share: reading an answer, and looking at the outcome by metric and date. */
final class Rows {
    private Rows() {}

    static NormalisedAnswer read(String symbol, String answer, Instant now) {
        VendorRequest request = VendorRequest.get("alphavantage", "http://127.0.0.1", "/query")
                .answer(AlphaVantagePlanner.DAILY, symbol)
                .expects(List.of(symbol), AlphaVantageNormaliser.ADJUSTED_METRICS)
                .build();
        return new AlphaVantageNormaliser().normalise(request, answer, now);
    }

    /** Values by metric and bucket, joined by a space; an open bucket ends with "open". */
    static Map<String, Double> values(NormalisedAnswer answer) {
        Map<String, Double> values = new TreeMap<>();
        ObservationBatch batch = answer.observations();
        for (int i = 0; i < batch.size(); i++) {
            String name = batch.key(i).metric() + " " + Instant.ofEpochSecond(batch.epochSecond(i));
            values.put(batch.open(i) ? name + " open" : name, batch.value(i));
        }
        return values;
    }

    static Set<Instant> buckets(NormalisedAnswer answer) {
        Set<Instant> buckets = new TreeSet<>();
        for (int i = 0; i < answer.observations().size(); i++) {
            buckets.add(Instant.ofEpochSecond(answer.observations().epochSecond(i)));
        }
        return buckets;
    }
}
