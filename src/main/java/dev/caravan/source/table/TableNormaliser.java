package dev.caravan.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.fetch.ExpectedSeries;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.Normaliser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads an answer as the lines of the source's table say, which the planner hands on in the request: so an edit of the file
 * while a pull runs changes nothing of it.
 */
public final class TableNormaliser implements Normaliser<JsonNode> {
    private static final int RETRIES = 1;

    @Override
    public NormalisedAnswer normalise(VendorRequest request, JsonNode answer, Instant now) {
        ObservationBatch.Builder observations = new ObservationBatch.Builder();
        List<Rejection> rejections = new ArrayList<>();
        String missing = null;
        boolean found = false;
        for (ExpectedSeries expected : request.series()) {
            TableSeries series = (TableSeries) expected;
            Optional<List<TableRow>> rows = series.rows().in(answer);
            if (rows.isEmpty()) {
                missing = series.rows().description();
                rejections.add(new Rejection(
                        "no rows for " + series.description() + ": " + missing, JsonValues.fragment(answer)));
            } else {
                found = true;
                SeriesReading reading = new SeriesReading(request.source(), series, now);
                rows.get().forEach(reading::row);
                reading.end(observations, rejections);
            }
        }
        // One series that is gone leaves the others good; an answer in which nothing is found is another answer.
        if (missing != null && !found) {
            throw new TransientFailure(
                            missing + " and the answer is " + JsonValues.fragment(answer), 200, null, RETRIES, null)
                    .holding(JsonValues.fragment(answer));
        }
        return NormalisedAnswer.of(observations.build(), rejections);
    }
}
