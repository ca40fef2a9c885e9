package dev.caravan.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Velo: status, the catalogue of futures, and rows of futures, as CSV. Spot and options have a catalogue and no rows. Any
 * key is good but {@code invalid} and {@code expired}.
 */
final class VeloVendor implements Vendor {
    private static final String API = "/velo/api/v1";
    private static final int MOST_VALUES = 22_500;
    private static final long DAY_MILLIS = 86_400_000;
    private static final long OPEN_BUCKET_MILLIS = 300_000;

    /** How many of the configured coins each venue lists: about 1,070 pairs of 490 coins. */
    private static final Map<String, Double> SHARES = new LinkedHashMap<>();

    static {
        SHARES.put("binance-futures", 0.80);
        SHARES.put("bybit", 0.68);
        SHARES.put("okex-swap", 0.38);
        SHARES.put("hyperliquid", 0.33);
    }

    /** So many of the coins that a venue does not list it has listed once. */
    private static final double DELISTED_SHARE = 0.06;

    /** Listed everywhere, and the only two on deribit. */
    private static final List<String> MAJORS = List.of("BTC", "ETH");

    private final Map<String, VeloPair> pairs = new LinkedHashMap<>();

    /** Velo with the coins of the given rows of {@code velo.csv}, each on some venues. */
    VeloVendor(List<Map<String, String>> configured) {
        Set<String> coins = new HashSet<>(MAJORS);
        configured.forEach(row -> coins.add(row.get("coin")));
        List<VeloPair> listed = new ArrayList<>();
        for (String coin : coins) {
            SHARES.forEach((exchange, share) -> {
                if (MAJORS.contains(coin) || Chance.happens("velo listed/" + exchange + "/" + coin, share)) {
                    listed.add(VeloPair.of(exchange, coin));
                } else if (Chance.happens("velo delisted/" + exchange + "/" + coin, DELISTED_SHARE)) {
                    listed.add(VeloPair.of(exchange, coin).delisted());
                }
            });
        }
        MAJORS.forEach(coin -> listed.add(VeloPair.of("deribit", coin)));
        // The vendor's catalogue is not sorted.
        listed.sort(Comparator.comparingLong(pair -> Chance.hash("velo place/" + pair.exchange() + pair.coin())));
        listed.forEach(pair -> pairs.put(pair.coin() + "@" + pair.exchange(), pair));
    }

    @Override
    public String name() {
        return "velo";
    }

    @Override
    public Map<String, String> endpoints() {
        return Map.of("VELO_API_URL", API);
    }

    @Override
    public Answer error(int status, Request request) {
        return Answer.text(
                status,
                switch (status) {
                    case 400 -> "bad request";
                    case 401 -> "unauthorized";
                    case 403 -> "forbidden";
                    case 429 -> "rate limited";
                    case 503 -> "api temporarily unavailable";
                    default -> "error " + status;
                });
    }

    @Override
    public Answer answer(Request request) {
        if (request.segments().size() != 1) {
            return Answer.text(404, "not found");
        }
        if (request.segment(0).equals("status")) {
            return Answer.text(200, "ok");
        }
        int refused = refused(request.headers().getOrDefault("authorization", ""));
        if (refused != 0) {
            return error(refused, request);
        }
        return switch (request.segment(0)) {
            case "futures" -> csv(futures(request));
            case "spot" -> csv("exchange,coin,product,begin\ncoinbase,BTC,BTC-USD,1417411980000\n");
            case "options" -> csv("exchange,coin,product,begin\nderibit,BTC,BTC,1617206400000\n");
            case "rows" -> rows(request);
            default -> Answer.text(404, "not found");
        };
    }

    /** The status that an Authorization header is refused with, or 0. */
    private static int refused(String header) {
        if (!header.startsWith("Basic ")) {
            return 401;
        }
        String login;
        try {
            login = new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return 401;
        }
        if (!login.startsWith("api:") || login.equals("api:") || login.equals("api:invalid")) {
            return 401;
        }
        return login.equals("api:expired") ? 403 : 0;
    }

    private static Answer csv(String text) {
        return new Answer(200, Map.of("Content-Type", "text/csv; charset=utf-8"), Body.text(text));
    }

    /** What is traded; with {@code delisted=1} also what was, and a column of ends that is empty for what is traded. */
    private String futures(Request request) {
        long now = request.now().toEpochMilli();
        boolean withDelisted = request.parameter("delisted").equals("1");
        StringBuilder text = new StringBuilder(
                withDelisted ? "exchange,coin,product,begin,end,depth\n" : "exchange,coin,product,begin,depth\n");
        for (VeloPair pair : pairs.values()) {
            boolean traded = pair.isTradedAt(now);
            if (traded || (withDelisted && pair.beginMillis() <= now)) {
                boolean depth = traded && (pair.exchange().equals("hyperliquid") || MAJORS.contains(pair.coin()));
                String end = traded ? "" : Long.toString(pair.endMillis());
                String row = String.join(
                        ",",
                        pair.exchange(),
                        pair.coin(),
                        pair.product(),
                        Long.toString(pair.beginMillis()) + (withDelisted ? "," + end : ""),
                        Boolean.toString(depth));
                text.append(row).append('\n');
                if (Chance.happens("velo repeated/" + pair.exchange() + pair.coin(), 0.002)) {
                    text.append(row).append('\n');
                }
            }
        }
        return text.toString();
    }

    private Answer rows(Request request) {
        if (!List.of("futures", "spot", "options").contains(request.parameter("type"))) {
            return Answer.text(400, "type must be one of futures, spot, options");
        }
        List<String> columns = list(request.parameter("columns"));
        boolean byProduct = !request.parameter("products").isEmpty();
        List<String> names = list(request.parameter(byProduct ? "products" : "coins"));
        List<String> exchanges = list(request.parameter("exchanges"));
        long resolution = leadingNumber(request.parameter("resolution")) * 60_000;
        long begin = leadingNumber(request.parameter("begin"));
        long end = leadingNumber(request.parameter("end"));
        if (columns.isEmpty() || names.isEmpty() || exchanges.isEmpty()) {
            return Answer.text(400, "exchanges, coins or products, and columns are needed");
        }
        if (resolution <= 0 || begin < 0 || end <= begin) {
            return Answer.text(400, "begin, end and resolution are needed");
        }
        if (end > request.now().toEpochMilli() + DAY_MILLIS) {
            return Answer.text(400, "end is in the future");
        }
        long values = (end - begin + resolution - 1) / resolution * exchanges.size() * names.size() * columns.size();
        if (values > MOST_VALUES) {
            return Answer.text(400, "too many values: " + values + " of at most " + MOST_VALUES);
        }
        if (!request.parameter("type").equals("futures")) {
            return csv("");
        }
        for (String column : columns) {
            if (!VeloCells.COLUMNS.contains(column)) {
                return Answer.text(400, "unknown column " + column);
            }
        }
        List<VeloPair> asked = asked(exchanges, names, byProduct);
        return csv(table(asked, columns, begin, end, resolution, request));
    }

    private List<VeloPair> asked(List<String> exchanges, List<String> names, boolean byProduct) {
        Map<String, VeloPair> byName = pairs;
        if (byProduct) {
            byName = new HashMap<>();
            for (VeloPair pair : pairs.values()) {
                byName.put(pair.product() + "@" + pair.exchange(), pair);
            }
        }
        List<VeloPair> asked = new ArrayList<>();
        for (String exchange : exchanges) {
            for (String name : names) {
                VeloPair pair = byName.get(name + "@" + exchange);
                if (pair != null) {
                    asked.add(pair);
                }
            }
        }
        return asked;
    }

    /** Begin inclusive, end exclusive; nothing at all where there are no rows, not even the heading. */
    private static String table(
            List<VeloPair> pairs, List<String> columns, long begin, long end, long resolution, Request request) {
        // A bucket that is still open is seen as of a few minutes after the hour: the same for the whole hour.
        long seen = request.moment(OPEN_BUCKET_MILLIS).toEpochMilli();
        StringBuilder text = new StringBuilder();
        for (VeloPair pair : pairs) {
            long first = Math.max(begin, pair.beginMillis() - Math.floorMod(pair.beginMillis(), resolution));
            long aligned = (first + resolution - 1) / resolution * resolution;
            for (long at = aligned; at < end && at < seen && at < pair.endMillis(); at += resolution) {
                VeloCells cells = new VeloCells(pair, at / 1_000, Math.min(at + resolution, seen) / 1_000);
                text.append(pair.exchange()).append(',').append(pair.coin()).append(',');
                text.append(pair.product()).append(',').append(at);
                for (String column : columns) {
                    text.append(',').append(cells.cell(column));
                }
                text.append('\n');
            }
        }
        String heading = "exchange,coin,product,time," + String.join(",", columns) + "\n";
        return text.isEmpty() ? "" : heading + text;
    }

    private static List<String> list(String parameter) {
        return Arrays.stream(parameter.split(","))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** The number that a text begins with, as the vendor seems to read it: {@code 1h} is 1; without one, -1. */
    private static long leadingNumber(String text) {
        String digits = text.replaceFirst("\\D.*$", "");
        return digits.isEmpty() || digits.length() > 15 ? -1 : Long.parseLong(digits);
    }
}
