package dev.caravan.sandbox;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** CoinGecko's histories: {@code market_chart}, {@code market_chart/range} and {@code history}. */
final class CoinGeckoCharts {
    private static final long DAY_SECONDS = 86_400;
    private static final long HOUR_SECONDS = 3_600;
    private static final long FIVE_MINUTES = 300;
    private static final long FREE_DAYS = 365;
    private static final long MOST_HOURLY_DAYS = 90;
    private static final int MOST_DAYS = 36_500;
    /** The last completed day is published this long after its end. */
    private static final long PUBLISHED_SECONDS = 35 * 60;
    /** So long after its first day a coin's supply, and with it its market capitalisation, is not yet known. */
    private static final long UNKNOWN_CAP_DAYS = 20;

    private static final double SHARE_OF_NULLS = 0.002;
    /** The point that stands for "now" lies this long after the hour. */
    private static final long NOW_OFFSET_MILLIS = 7_000;

    private static final DateTimeFormatter HISTORY_DAY = DateTimeFormatter.ofPattern("dd-MM-uuuu", Locale.ROOT);

    private final CoinGeckoCoins coins;
    private final CoinGeckoCurrencies currencies;

    CoinGeckoCharts(CoinGeckoCoins coins, CoinGeckoCurrencies currencies) {
        this.coins = coins;
        this.currencies = currencies;
    }

    /** {@code /coins/{id}/market_chart}: the last {@code days} days. */
    Answer last(String id, Request request, boolean pro) {
        Optional<CoinGeckoCoin> coin = coins.find(id);
        if (coin.isEmpty()) {
            return CoinGeckoErrors.of(404, "coin not found");
        }
        long now = request.hourSecond();
        long days;
        if (request.parameter("days").equals("max")) {
            days = now / DAY_SECONDS - coin.get().firstDay();
            if (!pro) {
                return tooDeep(request);
            }
        } else {
            try {
                days = Math.min(MOST_DAYS, Math.max(1, Long.parseLong(request.parameter("days"))));
            } catch (NumberFormatException e) {
                return request.parameter("days").isEmpty()
                        ? CoinGeckoErrors.of(422, "Missing parameter days")
                        : CoinGeckoErrors.of(400, "Invalid days");
            }
        }
        return chart(coin.get(), now - days * DAY_SECONDS, now, request, pro);
    }

    /** {@code /coins/{id}/market_chart/range}: from {@code from} to {@code to}. */
    Answer range(String id, Request request, boolean pro) {
        Optional<CoinGeckoCoin> coin = coins.find(id);
        if (coin.isEmpty()) {
            return CoinGeckoErrors.of(404, "coin not found");
        }
        for (String required : List.of("vs_currency", "from", "to")) {
            if (request.parameter(required).isEmpty()) {
                return CoinGeckoErrors.of(422, "Missing parameter " + required);
            }
        }
        try {
            long from = second(request.parameter("from"), pro);
            long to = second(request.parameter("to"), pro);
            return from > to
                    ? CoinGeckoErrors.of(400, "Invalid date range")
                    : chart(coin.get(), from, to, request, pro);
        } catch (DateTimeException | NumberFormatException e) {
            return CoinGeckoErrors.of(400, "Invalid date");
        }
    }

    /** {@code /coins/{id}/history}: the state at the begin of a day. */
    Answer day(String id, Request request, boolean pro) {
        Optional<CoinGeckoCoin> coin = coins.find(id);
        if (coin.isEmpty()) {
            return CoinGeckoErrors.of(404, "coin not found");
        }
        String date = request.parameter("date");
        long day;
        try {
            day = (date.indexOf('-') == 4 ? LocalDate.parse(date) : LocalDate.parse(date, HISTORY_DAY)).toEpochDay();
        } catch (DateTimeException e) {
            return CoinGeckoErrors.of(400, "invalid date");
        }
        if (!pro && day < request.today() - FREE_DAYS) {
            return tooDeep(request);
        }
        CoinGeckoCoin found = coin.get();
        long second = day * DAY_SECONDS;
        return Answer.json(json -> {
            json.writeStartObject();
            json.writeStringField("id", found.id());
            json.writeStringField("symbol", found.symbol());
            json.writeStringField("name", found.name());
            if (day >= found.firstDay() && day <= request.today()) {
                json.writeObjectFieldStart("market_data");
                double price = found.price().level(second);
                double cap = found.marketCap(second);
                double volume = found.volume().level(second);
                List<String> names = List.of("current_price", "market_cap", "total_volume");
                List<Double> values = List.of(price, cap, volume);
                for (int i = 0; i < names.size(); i++) {
                    json.writeObjectFieldStart(names.get(i));
                    for (String code : CoinGeckoCurrencies.codes()) {
                        double rate = currencies.perDollar(code, second).orElse(0.0);
                        CoinGeckoNumbers.number(json, code, values.get(i) * rate);
                    }
                    json.writeEndObject();
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    private Answer chart(CoinGeckoCoin coin, long from, long to, Request request, boolean pro) {
        String currency = request.parameter("vs_currency");
        if (currency.isEmpty()) {
            return CoinGeckoErrors.of(422, "Missing parameter vs_currency");
        }
        if (currencies.perDollar(currency, from).isEmpty()) {
            return CoinGeckoErrors.of(400, "invalid vs_currency");
        }
        // A day of grace: the vendor counts from the begin of the day.
        if (!pro && from < request.hourSecond() - (FREE_DAYS + 1) * DAY_SECONDS) {
            return tooDeep(request);
        }
        String interval = request.parameter("interval");
        if (!pro && interval.equals("5m")) {
            return CoinGeckoErrors.plan(
                    401, 10_005, "Your request is only available to Enterprise subscribers.", request.now());
        }
        List<Long> times = times(coin, from, to, step(from, to, interval, request), request);
        ValuePath price = coin.price();
        ValuePath volume = coin.volume();
        return Answer.json(json -> {
            json.writeStartObject();
            for (String field : List.of("prices", "market_caps", "total_volumes")) {
                json.writeArrayFieldStart(field);
                for (long millis : times) {
                    long second = Math.min(Math.floorDiv(millis, 1_000L), request.hourSecond());
                    double rate = currencies.perDollar(currency, second).orElse(1.0);
                    Double value =
                            switch (field) {
                                case "prices" -> price.level(second);
                                case "market_caps" -> marketCap(coin, second);
                                default -> isNull(coin, millis) ? null : volume.level(second);
                            };
                    CoinGeckoNumbers.pair(json, millis, value == null ? null : value * rate);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        });
    }

    /** 0 while it is not known. */
    private static double marketCap(CoinGeckoCoin coin, long second) {
        boolean known = second >= (coin.firstDay() + UNKNOWN_CAP_DAYS) * DAY_SECONDS;
        return known ? coin.marketCap(second) : 0;
    }

    /** Here and there a volume is missing, always the same ones. */
    private static boolean isNull(CoinGeckoCoin coin, long millis) {
        return Chance.unit(Chance.hash(Chance.hash("chart null/" + coin.id()), millis)) < SHARE_OF_NULLS;
    }

    /** Seconds between points: by the span, unless an interval is asked for. */
    private static long step(long from, long to, String interval, Request request) {
        long span = to - from;
        return switch (interval) {
            case "daily" -> DAY_SECONDS;
            case "hourly" -> HOUR_SECONDS;
            case "5m" -> FIVE_MINUTES;
            default -> automaticStep(span, to, request);
        };
    }

    private static long automaticStep(long span, long to, Request request) {
        if (span <= DAY_SECONDS && to >= request.hourSecond() - HOUR_SECONDS) {
            return FIVE_MINUTES;
        }
        return span <= MOST_HOURLY_DAYS * DAY_SECONDS ? HOUR_SECONDS : DAY_SECONDS;
    }

    /** The times of the points in milliseconds: only days are aligned, and "now" ends a span that reaches it. */
    private static List<Long> times(CoinGeckoCoin coin, long from, long to, long step, Request request) {
        long hour = request.hourSecond();
        long latest = coin.latest(hour);
        long end = Math.min(to, latest) * 1_000;
        long begin = Math.max(from, coin.firstDay() * DAY_SECONDS);
        long seed = Chance.hash("chart time/" + coin.id());
        List<Long> times = new ArrayList<>();
        for (long bucket = Math.floorDiv(begin, step); bucket * step * 1_000 <= end; bucket++) {
            long late = step == DAY_SECONDS ? 0 : (long) (Chance.unit(Chance.hash(seed, bucket * step)) * step * 150);
            long millis = bucket * step * 1_000 + late;
            boolean published =
                    step != DAY_SECONDS || request.now().getEpochSecond() >= bucket * DAY_SECONDS + PUBLISHED_SECONDS;
            if (millis >= begin * 1_000 && millis <= end && published) {
                times.add(millis);
            }
        }
        if (to >= hour && latest == hour && begin <= hour) {
            times.add(request.moment(NOW_OFFSET_MILLIS).toEpochMilli());
        }
        return times;
    }

    /** UNIX seconds, or for Pro also a date with or without a time. */
    private static long second(String text, boolean pro) {
        if (pro && text.indexOf('-') > 0) {
            return text.length() > 10
                    ? LocalDateTime.parse(text.replace("Z", "")).toEpochSecond(ZoneOffset.UTC)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
        }
        return Instant.ofEpochSecond((long) Double.parseDouble(text)).getEpochSecond();
    }

    private static Answer tooDeep(Request request) {
        return CoinGeckoErrors.plan(
                401,
                10_012,
                "Your request exceeds the allowed time range. Public API users are limited to querying historical data"
                        + " within the past 365 days. Upgrade to a paid plan to enjoy full historical data access:"
                        + " https://www.coingecko.com/en/api/pricing.",
                request.now());
    }
}
