package dev.caravan.source.coingecko;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.SeriesKey;
import dev.caravan.source.JsonValues;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Reads {@code market_chart/range} (contract, section 6): three lists of pairs of milliseconds and a value in USD.
 *
 * <p>By the hour, points lie anywhere in their hour; the last one of an hour is its value. By the day, they lie at midnight
 * and are the state at the end of the day before, whose value they are. Both may end with a point that stands for the moment
 * of the answer and belongs to neither.
 *
 * <p>The vendor chooses the steps by the span that was asked for. An answer in other steps than were asked for fails: to
 * take it would turn hours into days or leave out most hours, and to reject it would make a request of nothing but unknowns
 * look answered. The failure is a transient one, as caches of this vendor live for half a day at most.
 */
final class CoinGeckoChart {
    private static final Map<String, String> LISTS = new LinkedHashMap<>();

    static {
        LISTS.put("PRICE", "prices");
        LISTS.put("MARKET_CAP", "market_caps");
        LISTS.put("VOLUME_24H", "total_volumes");
    }

    /** The metrics that have a history on every tier. */
    static final List<String> METRICS = List.copyOf(LISTS.keySet());

    /** The fields of an answer. */
    static final String[] FIELDS = LISTS.values().toArray(String[]::new);

    private static final long DAY_MILLIS = 86_400_000;
    /** 2009-01-01: before, there was no coin; such a time is no count of milliseconds. */
    private static final long FIRST_MILLIS = 1_230_768_000_000L;
    /** The point of the moment may repeat the one before, or lie a fraction of a second before it. */
    private static final long NEARLY_THE_SAME_MILLIS = 2_000;

    /** A point as it came. */
    private record Point(long millis, JsonNode value) {
        boolean isMidnight() {
            return millis % DAY_MILLIS == 0;
        }

        boolean isWholeSecond() {
            return millis % 1_000 == 0;
        }
    }

    private CoinGeckoChart() {}

    /**
     * @param request what was asked: kind of steps, coin and metrics
     * @param answer the answer
     * @param now the time of the asking, UTC
     * @return values of buckets that have ended
     * @throws TransientFailure when the answer has another shape, or other steps than were asked for
     */
    static NormalisedAnswer read(VendorRequest request, JsonNode answer, Instant now) {
        ObservationBatch.Builder observations = new ObservationBatch.Builder();
        List<Rejection> rejections = new ArrayList<>();
        boolean days = request.answer().equals(CoinGeckoHistory.DAYS);
        for (String metric : request.metrics()) {
            String what = metric + " of " + request.subject();
            String list = LISTS.get(metric);
            List<Point> points = points(JsonValues.array(answer.path(list), "the list " + list), what, rejections);
            if (points.isEmpty()) {
                continue;
            }
            checkSteps(points, days, request.subject());
            Granularity granularity = days ? Granularity.DAY : Granularity.HOUR;
            SeriesKey key = SeriesKey.of(CoinGeckoPlanner.SOURCE, metric, request.subject(), granularity);
            for (Point point : days ? midnights(points) : withoutTheMoment(points)) {
                Instant at = Instant.ofEpochMilli(point.millis());
                Instant bucket = granularity.bucketOf(days ? at.minusMillis(DAY_MILLIS) : at);
                OptionalDouble value = JsonValues.number(point.value(), what + " at " + at, rejections);
                boolean known = value.isPresent()
                        && !(value.getAsDouble() == 0 && CoinGeckoNormaliser.ZERO_IS_UNKNOWN.contains(metric));
                if (known && !granularity.next(bucket).isAfter(now)) {
                    observations.add(key, bucket, value.getAsDouble(), false);
                }
            }
        }
        return NormalisedAnswer.of(observations.build(), rejections);
    }

    /** In the order of time; of points at one time in the order of the answer. */
    private static List<Point> points(JsonNode list, String what, List<Rejection> rejections) {
        List<Point> points = new ArrayList<>(list.size());
        for (JsonNode pair : list) {
            if (!pair.isArray() || pair.size() != 2 || !pair.get(0).isNumber()) {
                rejections.add(new Rejection("a point of " + what + " is no pair of time and value", text(pair)));
                continue;
            }
            long millis = Math.round(pair.get(0).doubleValue());
            if (millis < FIRST_MILLIS) {
                throw new TransientFailure(
                        "the times of " + what + " are not in milliseconds: " + text(pair), 200, null, 1, null);
            }
            points.add(new Point(millis, pair.get(1)));
        }
        points.sort(Comparator.comparingLong(Point::millis));
        return points;
    }

    private static String text(JsonNode node) {
        return JsonValues.fragment(node);
    }

    /** The newest point, and what lies with it, may be the moment of the answer: they tell nothing of the steps. */
    private static void checkSteps(List<Point> points, boolean days, String coin) {
        long newest = points.get(points.size() - 1).millis() - NEARLY_THE_SAME_MILLIS;
        List<Point> older =
                points.stream().filter(point -> point.millis() < newest).toList();
        boolean asAsked = days
                ? older.stream().allMatch(Point::isMidnight)
                : older.isEmpty() || !older.stream().allMatch(Point::isMidnight);
        if (!asAsked) {
            throw new TransientFailure(
                    coin + " was asked for by the "
                            + (days ? "day and came in shorter steps" : "hour and came by the day") + ": "
                            + points.size() + " points from "
                            + Instant.ofEpochMilli(points.get(0).millis()),
                    200,
                    null,
                    1,
                    null);
        }
    }

    /** Of two points at one midnight the first is the day's, and the second the moment of the answer. */
    private static List<Point> midnights(List<Point> points) {
        Set<Long> seen = new HashSet<>();
        return points.stream()
                .filter(point -> point.isMidnight() && seen.add(point.millis()))
                .toList();
    }

    /**
     * The moment of the answer comes in whole seconds; other points do so once in a thousand. It mostly lies in the open
     * hour, which is left out in any case; of an answer that the vendor had kept for half an hour it may not.
     */
    private static List<Point> withoutTheMoment(List<Point> points) {
        int last = points.size() - 1;
        return points.get(last).isWholeSecond() ? points.subList(0, last) : points;
    }
}
