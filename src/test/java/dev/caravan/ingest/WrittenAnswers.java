package dev.caravan.ingest;

import dev.caravan.fetch.LoopbackVendor.Asked;
import dev.caravan.fetch.LoopbackVendor.Reply;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Answers of the vendors to exactly what was asked, out of values that a test gives. */
final class WrittenAnswers {
    static final Duration QUARTER = Duration.ofMinutes(15);

    private WrittenAnswers() {}

    /** A parameter of a request's query, decoded; empty when it is not there. */
    static String parameter(Asked asked, String name) {
        for (String part : asked.target().replaceFirst("^[^?]*\\??", "").split("&")) {
            if (part.startsWith(name + "=")) {
                return URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    /**
     * Artemis: of each symbol, the days of the window that was asked, both ends among them.
     *
     * @param values a day's value as JSON, or null for a day without a row
     */
    static Function<Asked, Reply> artemis(Function<LocalDate, String> values) {
        return asked -> {
            String metric = asked.target().replaceFirst(".*/data/api/([^/]+)/.*", "$1");
            StringBuilder days = new StringBuilder();
            LocalDate end = LocalDate.parse(parameter(asked, "endDate"));
            for (LocalDate day = LocalDate.parse(parameter(asked, "startDate")); !day.isAfter(end); ) {
                String value = values.apply(day);
                if (value != null) {
                    days.append(days.isEmpty() ? "" : ",")
                            .append("{\"date\":\"" + day + "\",\"val\":")
                            .append(value)
                            .append('}');
                }
                day = day.plusDays(1);
            }
            StringBuilder symbols = new StringBuilder();
            for (String symbol : parameter(asked, "symbols").split(",")) {
                symbols.append(symbols.isEmpty() ? "" : ",")
                        .append("\"" + symbol + "\":{\"" + metric + "\":[")
                        .append(days)
                        .append("]}");
            }
            return Reply.of(200, "{\"data\":{\"symbols\":{" + symbols + "}}}");
        };
    }

    /**
     * Velo: rows of the window that was asked, begin inclusive and end exclusive, in buckets of the minutes that were
     * asked; whoever asks in words gets minutes, as a number is read off the beginning. All coins and columns have the same
     * value.
     *
     * @param value the value of a bucket from one instant to another; null for no row
     */
    static Function<Asked, Reply> velo(BiFunction<Instant, Instant, String> value) {
        return asked -> {
            long resolution = Long.parseLong(parameter(asked, "resolution").replaceFirst("\\D.*", "")) * 60_000;
            long begin = Long.parseLong(parameter(asked, "begin"));
            long end = Long.parseLong(parameter(asked, "end"));
            StringBuilder rows = new StringBuilder();
            for (long at = begin; at < end; at += resolution) {
                String cell = value.apply(Instant.ofEpochMilli(at), Instant.ofEpochMilli(at + resolution));
                for (String coin : parameter(asked, "coins").split(",")) {
                    rows.append(cell == null ? "" : veloRow(asked, coin, at, cell));
                }
            }
            return Reply.of(200, veloHeading(asked) + rows);
        };
    }

    /** Velo: these buckets from an instant on, whatever window and length was asked. */
    static Function<Asked, Reply> veloAnyway(Duration length, Instant first, List<String> cells) {
        return asked -> {
            StringBuilder rows = new StringBuilder();
            Instant at = first;
            for (String cell : cells) {
                for (String coin : parameter(asked, "coins").split(",")) {
                    rows.append(veloRow(asked, coin, at.toEpochMilli(), cell));
                }
                at = at.plus(length);
            }
            return Reply.of(200, veloHeading(asked) + rows);
        };
    }

    /** The sum of the quarters of an hour that lie in a bucket, as a vendor that knows only quarters reckons it. */
    static String sumOfQuarters(Instant from, Instant to, double... quarters) {
        double sum = 0;
        for (Instant at = from; at.isBefore(to); at = at.plus(QUARTER)) {
            sum += quarters[(int) (at.getEpochSecond() / QUARTER.toSeconds() % quarters.length)];
        }
        return String.valueOf(Math.rint(sum * 100) / 100);
    }

    private static String veloHeading(Asked asked) {
        return "exchange,coin,product,time," + parameter(asked, "columns") + "\n";
    }

    private static String veloRow(Asked asked, String coin, long at, String cell) {
        int columns = parameter(asked, "columns").split(",").length;
        return parameter(asked, "exchanges") + "," + coin + "," + coin + "USDT," + at + ("," + cell).repeat(columns)
                + "\n";
    }

    /** One row of CoinGecko's markets, of which all seven figures are the same. */
    static String coin(String id, String figure, String updated) {
        return """
                {"id":"%1$s","current_price":%2$s,"market_cap":%2$s,"total_volume":%2$s,"circulating_supply":%2$s,
                 "total_supply":%2$s,"max_supply":%2$s,"fully_diluted_valuation":%2$s,"last_updated":"%3$s"}""".formatted(id, figure, updated);
    }

    /** Alpha Vantage: rows of a date and a value, which is price and volume in one. */
    static String bars(String... datesAndValues) {
        StringBuilder rows = new StringBuilder("timestamp,open,high,low,close,volume\r\n");
        for (int i = 0; i < datesAndValues.length; i += 2) {
            rows.append(datesAndValues[i])
                    .append(("," + datesAndValues[i + 1]).repeat(5))
                    .append("\r\n");
        }
        return rows.toString();
    }
}
