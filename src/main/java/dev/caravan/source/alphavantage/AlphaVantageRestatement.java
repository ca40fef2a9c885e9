package dev.caravan.source.alphavantage;

import dev.caravan.backfill.Known;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Which adjusted closes the vendor has restated: at every split and dividend it rewrites all days before it (contract,
 * section 2.2), of which the newest hundred that live pulls read are a small part. A pure function.
 */
final class AlphaVantageRestatement {
    private static final String SPLIT = "SPLIT_COEFFICIENT";

    /** The metrics that tell of it: a split other than 1, a dividend other than 0. */
    static final List<String> METRICS = List.of(SPLIT, "DIVIDEND_AMOUNT");

    private static final double NO_SPLIT = 1;
    private static final double NO_DIVIDEND = 0;

    private AlphaVantageRestatement() {}

    /**
     * @param recent stored splits and dividends, of any time and ticker; other metrics are passed over
     * @param readWhole when each ticker's whole history was last read, UTC; absent means never
     * @param now the program's clock, UTC
     * @return the tickers with an event that has come into effect and was not known, or whose day was not over, when their
     *     history was last read whole; each once, in the order of the events. So an event that the vendor adds or corrects
     *     late counts again, and one of today waits for the evening in New York
     */
    static List<String> of(Collection<Known> recent, Map<String, Instant> readWhole, Instant now) {
        return recent.stream()
                .filter(AlphaVantageRestatement::isEvent)
                .filter(event -> {
                    Instant effective = TradingDay.end(date(event));
                    Instant restated = event.readAt().isAfter(effective) ? event.readAt() : effective;
                    Instant read = readWhole.getOrDefault(event.series().asset(), Instant.MIN);
                    return !effective.isAfter(now) && read.isBefore(restated);
                })
                .map(event -> event.series().asset())
                .distinct()
                .toList();
    }

    private static boolean isEvent(Known known) {
        String metric = known.series().metric();
        return METRICS.contains(metric) && known.value() != (metric.equals(SPLIT) ? NO_SPLIT : NO_DIVIDEND);
    }

    private static LocalDate date(Known event) {
        return event.bucket().atZone(ZoneOffset.UTC).toLocalDate();
    }
}
