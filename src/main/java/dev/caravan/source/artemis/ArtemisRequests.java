package dev.caravan.source.artemis;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.settings.Settings;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** How a call for time series is worded (contract, section 2.1), of live pulls and of history alike. */
final class ArtemisRequests {
    static final String SOURCE = "artemis";
    static final String SERIES = "series";

    /** Figures of quarterly statements: dated by fiscal period, and only given by the quarter (contract, section 2.1). */
    private static final Set<String> STATEMENTS = Set.of("EQ_CASH_AND_CASH_EQUIVALENTS", "EQ_TOTAL_DEBT");
    /** So few symbols were answered with several metrics over years at once (section 4): size is not what they fail for. */
    private static final int NEVER_TOO_LARGE = 10;

    private final Settings settings;

    /** With {@code artemis.api.*} of these settings. */
    ArtemisRequests(Settings settings) {
        this.settings = settings;
    }

    static boolean isStatement(String metric) {
        return STATEMENTS.contains(metric);
    }

    /** The most symbols of a call. */
    int batch() {
        return settings.number("artemis.batch-symbols", 1, 250);
    }

    /**
     * Statuses that halves of a call may heal. 500 is a batch that is too large. 400 may be one symbol's fault and must not
     * cost the others their values; of one symbol it is a refusal.
     */
    static Set<Integer> tooLarge(List<String> symbols) {
        if (symbols.size() < 2) {
            return Set.of();
        }
        return symbols.size() > NEVER_TOO_LARGE ? Set.of(400, 500) : Set.of(400);
    }

    /** One metric of these symbols over UTC days, both ends included; without its halves. */
    VendorRequest.Builder series(String metric, List<String> symbols, LocalDate first, LocalDate last) {
        String joined = symbols.stream().map(VendorRequest::encode).collect(Collectors.joining(","));
        String granularity = isStatement(metric) ? "&granularity=QUARTER" : "";
        // The trailing slash is part of the path (contract, section 2.1).
        return VendorRequest.get(
                        SOURCE,
                        settings.url("artemis.api.url"),
                        settings.text("artemis.api.path") + "/" + inPath(metric) + "/")
                .query("symbols=" + joined + "&startDate=" + first + "&endDate=" + last + granularity + "&APIKey={key}")
                .answer(SERIES, metric)
                .expects(symbols, List.of(metric))
                // 400 is a metric or symbol that the vendor does not know (section 3).
                .refusals(400);
    }

    /** The older form of the call has metrics in lower case (contract, section 2.2); answers echo the case. */
    private String inPath(String metric) {
        boolean lower = Boolean.parseBoolean(settings.text("artemis.api.metrics-in-lower-case"));
        return lower ? metric.toLowerCase(Locale.ROOT) : metric;
    }
}
