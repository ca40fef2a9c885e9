package dev.caravan.source.alphavantage;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * Reads the 60-minute bars of {@code TIME_SERIES_INTRADAY} (contract, section 2.3): stamped with their beginning, in the time
 * of New York, four or five hours behind UTC. Hours without a trade have no bar. A bar that has not ended is left out.
 */
final class AlphaVantageBars {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private AlphaVantageBars() {}

    /**
     * @param request what was asked: its subject is the ticker
     * @param series the bars as they came
     * @param now the time of the asking, UTC
     * @param rejections stamps that cannot be read or do not begin an hour, and values that are no numbers
     * @return the values of hours that have ended
     */
    static NormalisedAnswer read(
            VendorRequest request, AlphaVantageSeries series, Instant now, List<Rejection> rejections) {
        ObservationBatch.Builder observations = new ObservationBatch.Builder();
        series.rows().forEach((stamp, columns) -> {
            Instant hour = hour(stamp, request.subject(), rejections);
            if (hour == null || Granularity.HOUR.next(hour).isAfter(now)) {
                return;
            }
            for (String metric : AlphaVantageNormaliser.METRICS) {
                SeriesKey key = SeriesKey.of(AlphaVantagePlanner.SOURCE, metric, request.subject(), Granularity.HOUR);
                String what = metric + " of " + request.subject() + " at " + stamp;
                AlphaVantageNormaliser.value(metric, columns, what, rejections)
                        .ifPresent(value -> observations.add(key, hour, value, false));
            }
        });
        return NormalisedAnswer.of(observations.build(), rejections);
    }

    /** A bar of another length would be taken for the whole hour. */
    private static Instant hour(String stamp, String symbol, List<Rejection> rejections) {
        try {
            Instant at = TradingDay.utc(LocalDateTime.parse(stamp, STAMP));
            if (Granularity.HOUR.bucketOf(at).equals(at)) {
                return at;
            }
            rejections.add(new Rejection("a bar of " + symbol + " that does not begin with an hour", stamp));
        } catch (DateTimeException e) {
            rejections.add(new Rejection("a time of " + symbol + " cannot be read", stamp));
        }
        return null;
    }
}
