package dev.caravan.sandbox;

import java.util.LinkedHashMap;
import java.util.LongSummaryStatistics;
import java.util.Map;

/** How many requests came to each vendor and over what time, over HTTP: what a benchmark reads. */
final class ArrivalReport {
    /** The path of this report. */
    static final String PATH = "/sandbox/requests";

    private static final double NANOS_A_MILLI = 1e6;

    private final RequestLog requests;

    ArrivalReport(RequestLog requests) {
        this.requests = requests;
    }

    /** By vendor: {@code requests}, and {@code span_ms} from the first arrival to the last. */
    Answer answer() {
        Map<String, LongSummaryStatistics> arrivals = new LinkedHashMap<>();
        for (RequestLog.Entry entry : requests.entries("*")) {
            arrivals.computeIfAbsent(entry.vendor(), vendor -> new LongSummaryStatistics())
                    .accept(entry.arrivedNanos());
        }
        return Answer.json(200, Json.plain(json -> {
            json.writeStartObject();
            for (Map.Entry<String, LongSummaryStatistics> vendor : arrivals.entrySet()) {
                json.writeObjectFieldStart(vendor.getKey());
                json.writeNumberField("requests", vendor.getValue().getCount());
                json.writeNumberField(
                        "span_ms",
                        (vendor.getValue().getMax() - vendor.getValue().getMin()) / NANOS_A_MILLI);
                json.writeEndObject();
            }
            json.writeEndObject();
        }));
    }
}
