package dev.caravan.source.defillama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ingest.Granularity;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The points of one history as they came, and the days that they belong to. A point between two midnights is "now" and no
 * day's; no point of a day that has not ended is taken, which the unfiltered charts carry over from the day before
 * (contract, section 7).
 */
final class DefiLlamaPoints {
    private static final long DAY_SECONDS = 86_400;

    private final List<Point> points = new ArrayList<>();

    /** A moment, and where the value stands. */
    private record Point(long second, JsonNode holder) {}

    /** Takes one value of one day. */
    @FunctionalInterface
    interface Taker {
        void take(Instant day, double value);
    }

    private DefiLlamaPoints() {}

    /**
     * @param chart {@code [[seconds, value], ...]}
     * @param what what it is, for a failure
     * @param rejections where points that cannot be read are noted
     * @return its points
     * @throws dev.caravan.fetch.TransientFailure when it is no array
     */
    static DefiLlamaPoints pairs(JsonNode chart, String what, List<Rejection> rejections) {
        return read(chart, what, point -> point.path(0), rejections);
    }

    /**
     * @param rows {@code [{"date": seconds, ...}, ...]}; the seconds may stand in quotes
     * @param what what it is, for a failure
     * @param rejections where points that cannot be read are noted
     * @return its points
     * @throws dev.caravan.fetch.TransientFailure when it is no array
     */
    static DefiLlamaPoints rows(JsonNode rows, String what, List<Rejection> rejections) {
        return read(rows, what, row -> row.path("date"), rejections);
    }

    private static DefiLlamaPoints read(
            JsonNode array, String what, Function<JsonNode, JsonNode> time, List<Rejection> rejections) {
        DefiLlamaPoints read = new DefiLlamaPoints();
        for (JsonNode element : JsonValues.array(array, what)) {
            int before = rejections.size();
            OptionalDouble second =
                    JsonValues.number(time.apply(element), "the time of a point of " + what, rejections);
            if (second.isPresent()) {
                read.points.add(new Point((long) second.getAsDouble(), element));
            } else if (rejections.size() == before) {
                rejections.add(new Rejection("a point of " + what + " has no time", JsonValues.fragment(element)));
            }
        }
        return read;
    }

    /**
     * These points without the latest, which in the histories of chains and stablecoins stands for now, be it under the
     * midnight before.
     */
    DefiLlamaPoints withoutLatest() {
        DefiLlamaPoints earlier = new DefiLlamaPoints();
        long latest = points.stream().mapToLong(Point::second).max().orElse(0);
        points.stream().filter(point -> point.second() < latest).forEach(earlier.points::add);
        return earlier;
    }

    /**
     * Amounts: the point of a day is the day's.
     *
     * @param today the day that has not ended
     * @param value finds the value in a point; absent where there is none
     * @param taker gets what belongs to ended days
     */
    void amounts(Instant today, Function<JsonNode, OptionalDouble> value, Taker taker) {
        take(today, 0, value, taker);
    }

    /**
     * Levels: the point of a day is how the day began (contract, section 6), and so how the day before closed.
     *
     * @param today the day that has not ended
     * @param value finds the value in a point; absent where there is none
     * @param taker gets what belongs to ended days
     */
    void closes(Instant today, Function<JsonNode, OptionalDouble> value, Taker taker) {
        take(today, DAY_SECONDS, value, taker);
    }

    /**
     * Amounts by parts: the point of a day is the day's, and its value an object, or null where there are none.
     *
     * @param today the day that has not ended
     * @param taker gets each ended day with its object
     */
    void parts(Instant today, BiConsumer<Instant, JsonNode> taker) {
        take(today, 0, (day, pair) -> taker.accept(day, pair.path(1)));
    }

    private void take(Instant today, long back, Function<JsonNode, OptionalDouble> value, Taker taker) {
        take(today, back, (day, holder) -> value.apply(holder).ifPresent(number -> taker.take(day, number)));
    }

    private void take(Instant today, long back, BiConsumer<Instant, JsonNode> taker) {
        for (Point point : points) {
            Instant day = Instant.ofEpochSecond(point.second() - back);
            if (day.equals(Granularity.DAY.bucketOf(day)) && day.isBefore(today)) {
                taker.accept(day, point.holder());
            }
        }
    }

    /** @return what holds the values, point by point */
    List<JsonNode> holders() {
        return points.stream().map(Point::holder).toList();
    }
}
