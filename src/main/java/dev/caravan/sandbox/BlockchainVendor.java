package dev.caravan.sandbox;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The charts of blockchain.com, the vendor of the example in {@code docs/adding-a-source.md}: seven charts of Bitcoin's
 * network, as JSON or CSV, with {@code timespan}, {@code start} and {@code sampled}. The vendor documents no errors: their
 * texts are known, the form around them is taken from its other answers.
 */
final class BlockchainVendor implements Vendor {
    private static final long DAY = 86_400;
    private static final int MOST_SAMPLED = 1_500;
    private static final Pattern DURATION = Pattern.compile("(\\d{1,4})(minute|hour|day|week|month|year)s?");
    private static final Map<String, Long> UNITS =
            Map.of("minute", 60L, "hour", 3_600L, "day", DAY, "week", 7 * DAY, "month", 30 * DAY, "year", 365 * DAY);
    private static final DateTimeFormatter CSV_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    @Override
    public String name() {
        return "blockchain";
    }

    @Override
    public Map<String, String> endpoints() {
        return Map.of("BLOCKCHAIN_API_URL", "/blockchain");
    }

    @Override
    public Answer error(int status, Request request) {
        return switch (status) {
            case 404 -> refusal(404, "not-found", "No chart with this name");
            case 429 -> refusal(429, "error", "Too many requests");
            default -> refusal(status, "error", "error " + status);
        };
    }

    private static Answer refusal(int status, String word, String reason) {
        return Answer.json(status, Json.plain(json -> {
            json.writeStartObject();
            json.writeStringField("status", word);
            json.writeStringField("error", reason);
            json.writeEndObject();
        }));
    }

    @Override
    public Answer answer(Request request) {
        if (!request.segment(0).equals("charts") || request.segments().size() != 2) {
            return Answer.text(404, "Not Found");
        }
        Optional<BlockchainChart> chart = BlockchainChart.of(request.segment(1));
        if (chart.isEmpty()) {
            return error(404, request);
        }
        OptionalLong span = seconds(request.parameter("timespan"), chart.get().minutely() ? "1week" : "1year");
        OptionalLong start = start(request.parameter("start"));
        if (span.isEmpty() || (start.isEmpty() && !request.parameter("start").isEmpty())) {
            return refusal(400, "error", "Could not parse timestring");
        }
        long now = request.now().getEpochSecond();
        long from = start.orElse(now - span.getAsLong());
        List<Long> points = points(
                chart.get(),
                from,
                Math.min(now, from + span.getAsLong()),
                !request.parameter("sampled").equals("false"));
        return request.parameter("format").equals("csv") ? csv(chart.get(), points) : json(chart.get(), points);
    }

    /** The points whose periods have ended, in UNIX seconds; of very many only some, where sampled. */
    private static List<Long> points(BlockchainChart chart, long from, long end, boolean sampled) {
        long first = chart.firstFrom(from);
        long count = Math.max(0, (end - first) / chart.step());
        long stride = sampled ? Math.max(1, count / MOST_SAMPLED) : 1;
        List<Long> points = new ArrayList<>();
        for (long i = 0; i < count; i += stride) {
            points.add(first + i * chart.step());
        }
        return points;
    }

    private static Answer json(BlockchainChart chart, List<Long> points) {
        return Answer.json(json -> {
            json.writeStartObject();
            json.writeStringField("status", "ok");
            json.writeStringField("name", chart.title());
            json.writeStringField("unit", chart.unit());
            json.writeStringField("period", chart.period());
            json.writeStringField("description", "Made up by the sandbox.");
            json.writeArrayFieldStart("values");
            for (long second : points) {
                json.writeStartObject();
                json.writeNumberField("x", second);
                // As Java prints it: large ones in the scientific notation that the vendor's page warns of.
                json.writeNumberField("y", chart.value(second));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static Answer csv(BlockchainChart chart, List<Long> points) {
        StringBuilder text = new StringBuilder();
        for (long second : points) {
            text.append(CSV_TIME.format(Instant.ofEpochSecond(second)))
                    .append(',')
                    .append(chart.value(second))
                    .append('\n');
        }
        return new Answer(200, Map.of("Content-Type", "text/csv; charset=ascii"), Body.text(text.toString()));
    }

    /** The length of a duration such as {@code 5weeks}; nothing when it is none. */
    private static OptionalLong seconds(String duration, String otherwise) {
        String text = duration.isEmpty() ? otherwise : duration;
        if (text.equals("all")) {
            return OptionalLong.of(Integer.MAX_VALUE);
        }
        Matcher parts = DURATION.matcher(text);
        return parts.matches()
                ? OptionalLong.of(Long.parseLong(parts.group(1)) * UNITS.get(parts.group(2)))
                : OptionalLong.empty();
    }

    /** A date, or a date and time, in UTC; nothing when it is neither. */
    private static OptionalLong start(String text) {
        try {
            return OptionalLong.of(
                    text.length() == 10
                            ? LocalDate.parse(text).toEpochDay() * DAY
                            : LocalDateTime.parse(text).toEpochSecond(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return OptionalLong.empty();
        }
    }
}
