package dev.caravan.source.alphavantage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import dev.caravan.source.Normaliser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Reads {@code TIME_SERIES_DAILY} and {@code TIME_SERIES_DAILY_ADJUSTED}, as CSV or JSON (contract, sections 2.1, 2.2 and
 * 4.1). Prices are in the currency of the listing and as traded, but for ADJUSTED_CLOSE; volume in shares. The day is the
 * exchange's trading date as the answer has it, never the clock's; the clock only tells whether that day is still open: it
 * is until 20:00 in New York. Hours are read by {@link AlphaVantageBars}.
 */
public final class AlphaVantageNormaliser implements Normaliser<String> {
    private static final Map<String, String> COLUMNS = new LinkedHashMap<>();

    static {
        COLUMNS.put("OPEN", "open");
        COLUMNS.put("HIGH", "high");
        COLUMNS.put("LOW", "low");
        COLUMNS.put("CLOSE", "close");
        COLUMNS.put("VOLUME", "volume");
        COLUMNS.put("ADJUSTED_CLOSE", "adjusted close");
        COLUMNS.put("DIVIDEND_AMOUNT", "dividend amount");
        COLUMNS.put("SPLIT_COEFFICIENT", "split coefficient");
    }

    /** The metrics of {@code TIME_SERIES_DAILY_ADJUSTED}. */
    static final List<String> ADJUSTED_METRICS = List.copyOf(COLUMNS.keySet());

    /** The metrics of {@code TIME_SERIES_DAILY}. */
    static final List<String> METRICS = ADJUSTED_METRICS.subList(0, 5);

    /** Prices as traded: in CSV some carry the noise of binary sums, such as 236.13099999999997 for 236.131. */
    private static final Set<String> AS_TRADED = Set.of("OPEN", "HIGH", "LOW", "CLOSE");

    private static final double MICRO = 1e6;

    /** How the vendor writes that it has no value (contract, section 4.2); zero is a value. */
    private static final Set<String> ABSENT = Set.of("None", "-", "null");

    /**
     * {@inheritDoc}
     *
     * <p>An answer that says the ticker is not known has no observations. A day that has not begun, a date or number that
     * cannot be read, or another ticker than the one asked for is rejected.
     *
     * @throws VendorFailure for the vendor's other messages with HTTP 200 (contract, section 5), and when the answer is no
     *     price series or is cut off
     */
    @Override
    public NormalisedAnswer normalise(VendorRequest request, String answer, Instant now) {
        List<Rejection> rejections = new ArrayList<>();
        ObservationBatch.Builder observations = new ObservationBatch.Builder();
        Optional<ObjectNode> object = AlphaVantageSeries.object(answer);
        Optional<AlphaVantageMessage> message = object.flatMap(AlphaVantageMessage::of);
        if (message.isPresent()) {
            if (message.get().kind() == AlphaVantageMessage.Kind.INVALID_CALL) {
                return NormalisedAnswer.of(ObservationBatch.EMPTY, rejections);
            }
            throw message.get().failure();
        }
        AlphaVantageSeries series =
                object.map(AlphaVantageSeries::ofJson).orElseGet(() -> AlphaVantageSeries.ofCsv(answer, rejections));
        if (!series.symbol().isEmpty() && !series.symbol().equalsIgnoreCase(request.subject())) {
            rejections.add(new Rejection("a ticker that was not asked for", series.symbol()));
            return NormalisedAnswer.of(ObservationBatch.EMPTY, rejections);
        }
        if (request.answer().equals(AlphaVantageHistory.HOURS)) {
            return AlphaVantageBars.read(request, series, now, rejections);
        }
        series.rows().forEach((stamp, columns) -> {
            Optional<LocalDate> date = date(stamp, now, request.subject(), rejections);
            date.ifPresent(day -> row(request.subject(), day, columns, now, observations, rejections));
        });
        return NormalisedAnswer.of(observations.build(), rejections);
    }

    private static Optional<LocalDate> date(String stamp, Instant now, String symbol, List<Rejection> rejections) {
        try {
            LocalDate date = LocalDate.parse(stamp);
            if (!date.isAfter(TradingDay.today(now))) {
                return Optional.of(date);
            }
            rejections.add(new Rejection("a day of " + symbol + " that has not begun", stamp));
        } catch (DateTimeException e) {
            rejections.add(new Rejection("a date of " + symbol + " cannot be read", stamp));
        }
        return Optional.empty();
    }

    private static void row(
            String symbol,
            LocalDate date,
            Map<String, String> columns,
            Instant now,
            ObservationBatch.Builder observations,
            List<Rejection> rejections) {
        boolean open = TradingDay.end(date).isAfter(now);
        ADJUSTED_METRICS.forEach(metric -> {
            OptionalDouble value = value(metric, columns, metric + " of " + symbol + " on " + date, rejections);
            value.ifPresent(number -> observations.add(
                    SeriesKey.of(AlphaVantagePlanner.SOURCE, metric, symbol, Granularity.DAY),
                    TradingDay.bucket(date),
                    number,
                    open));
        });
    }

    /**
     * Reads a metric of a row.
     *
     * @param metric the metric
     * @param columns the row, from column to text
     * @param what what the value is, for the quarantine
     * @param rejections where a value that is neither a number nor nothing is noted
     * @return the value, or nothing
     */
    static OptionalDouble value(String metric, Map<String, String> columns, String what, List<Rejection> rejections) {
        String text = columns.getOrDefault(COLUMNS.get(metric), "");
        if (ABSENT.contains(text)) {
            return OptionalDouble.empty();
        }
        OptionalDouble value = JsonValues.number(TextNode.valueOf(text), what, rejections);
        return value.isPresent() && AS_TRADED.contains(metric)
                ? OptionalDouble.of(withoutNoise(value.getAsDouble()))
                : value;
    }

    /** To a millionth, finer than any price is quoted: so that both tiers give one series the same values. */
    private static double withoutNoise(double price) {
        return Math.abs(price) < MICRO ? Math.rint(price * MICRO) / MICRO : price;
    }
}
