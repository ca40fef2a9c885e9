package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Artemis' time series: {@code /data/api/METRICS/?symbols=...}, with dates or without. */
final class ArtemisSeries {
    /** More symbols of one call than this are a 500, for what the vendor has from markets and for the rest. */
    private static final int MOST_OF_MARKETS = 250;

    private static final int MOST_ON_CHAIN = 100;
    private static final long FIRST_DAY = LocalDate.of(2015, 1, 1).toEpochDay();
    private static final Set<String> GRANULARITIES = Set.of("", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR");
    private static final double LATE_SHARE = 0.1;
    private static final int SHAPES_OF_NOTHING = 4;

    private final Map<String, ArtemisAsset> assets;

    /** The series of these assets, by their symbols in lower case. */
    ArtemisSeries(Map<String, ArtemisAsset> assets) {
        this.assets = assets;
    }

    /** The answer; an error has its status and no body of its own. */
    Answer answer(Request request) {
        List<String> metrics = parts(request.segment(2));
        List<String> symbols = parts(request.parameter("symbols"));
        String granularity = request.parameter("granularity").toUpperCase(Locale.ROOT);
        Window window;
        try {
            window = Window.of(request);
        } catch (DateTimeException e) {
            return Answer.text(400, "");
        }
        if (metrics.isEmpty() || symbols.isEmpty() || !GRANULARITIES.contains(granularity)) {
            return Answer.text(400, "");
        }
        if (metrics.stream().anyMatch(metric -> symbols.size() > most(metric))) {
            return Answer.text(500, "");
        }
        // Any other path is taken as a metric too, and has no assets.
        List<String> answered = metrics.stream().anyMatch(metric -> metric.matches("\\w+")) ? symbols : List.of();
        return Answer.json(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("data");
            json.writeObjectFieldStart("symbols");
            for (String symbol : answered) {
                json.writeObjectFieldStart(symbol);
                for (String metric : metrics) {
                    metric(json, symbol, metric, window, granularity, request);
                }
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static List<String> parts(String joined) {
        return Arrays.stream(joined.split(",", -1))
                .filter(part -> !part.isEmpty())
                .distinct()
                .toList();
    }

    private static int most(String id) {
        ArtemisMetric metric = ArtemisMetric.of(id);
        boolean market = metric != null
                && (metric.kind() == ArtemisMetric.Kind.MARKET || metric.kind() == ArtemisMetric.Kind.MARKET_FLOW);
        return market ? MOST_OF_MARKETS : MOST_ON_CHAIN;
    }

    /** Names are echoed in the case that was asked. */
    private void metric(
            JsonGenerator json, String symbol, String name, Window window, String granularity, Request request)
            throws IOException {
        ArtemisMetric metric = ArtemisMetric.of(name);
        ArtemisAsset asset = assets.get(symbol.toLowerCase(Locale.ROOT));
        if (metric == null) {
            json.writeStringField(name, "Metric not found.");
        } else if (asset == null || !asset.isKnown()) {
            json.writeStringField(name, "Market data not available for asset.");
        } else if (!asset.offers(metric)) {
            nothing(json, name, Chance.below("artemis nothing/" + symbol + "/" + name, SHAPES_OF_NOTHING), window);
        } else if (window.isLatest()) {
            json.writeNumberField(name, asset.value(metric, request.today(), request.hourSecond()));
        } else {
            json.writeArrayFieldStart(name);
            for (long day = window.from(); day <= Math.min(window.to(), request.today()); day++) {
                row(json, asset, metric, day, granularity, request);
            }
            json.writeEndArray();
        }
    }

    /** Left out, a text, null or an empty list: all four were seen. */
    private static void nothing(JsonGenerator json, String name, int shape, Window window) throws IOException {
        switch (shape) {
            case 0 -> {}
            case 1 -> json.writeNullField(name);
            case 2 -> {
                json.writeArrayFieldStart(name);
                json.writeEndArray();
            }
            default ->
                json.writeStringField(
                        name,
                        window.isLatest()
                                ? "Latest data not available for this asset."
                                : "Metric not available for asset.");
        }
    }

    private static void row(
            JsonGenerator json, ArtemisAsset asset, ArtemisMetric metric, long day, String granularity, Request request)
            throws IOException {
        LocalDate date = LocalDate.ofEpochDay(day);
        boolean statement = metric.kind() == ArtemisMetric.Kind.STATEMENT;
        boolean weekend = date.getDayOfWeek() == DayOfWeek.SATURDAY || date.getDayOfWeek() == DayOfWeek.SUNDAY;
        // A statement exists by the quarter only, and a share has no price at the weekend.
        if (!ends(date, granularity)
                || (statement && !granularity.equals("QUARTER"))
                || (asset.isEquity() && !statement && weekend)) {
            return;
        }
        json.writeStartObject();
        json.writeStringField("date", date.toString());
        String late = "artemis late/" + asset.symbol() + "/" + metric.id() + "/" + day;
        boolean recent = day >= request.today() - 1 && !statement;
        if (recent && Chance.happens(late, day == request.today() ? 1.0 / 3 : LATE_SHARE)) {
            json.writeNullField("val");
        } else {
            json.writeNumberField("val", asset.value(metric, day, request.hourSecond()));
        }
        json.writeEndObject();
    }

    /** Whether a period of that length ends with the day. */
    private static boolean ends(LocalDate date, String granularity) {
        LocalDate next = date.plusDays(1);
        return switch (granularity) {
            case "WEEK" -> date.getDayOfWeek() == DayOfWeek.SUNDAY;
            case "MONTH" -> next.getDayOfMonth() == 1;
            case "QUARTER" -> next.getDayOfMonth() == 1 && next.getMonthValue() % 3 == 1;
            case "YEAR" -> next.getDayOfYear() == 1;
            default -> true;
        };
    }

    /** The days asked for, since 1970-01-01, both included; without dates it is the latest value. */
    private record Window(long from, long to, boolean isLatest) {
        static Window of(Request request) {
            String start = request.parameter("startDate");
            String end = request.parameter("endDate");
            if (start.isEmpty() && end.isEmpty()) {
                return new Window(request.today(), request.today(), true);
            }
            long to = end.isEmpty() ? request.today() : LocalDate.parse(end).toEpochDay();
            long from = start.isEmpty() ? to : LocalDate.parse(start).toEpochDay();
            if (from > to) {
                throw new DateTimeException("the window ends before it begins");
            }
            return new Window(Math.max(FIRST_DAY, from), to, false);
        }
    }
}
