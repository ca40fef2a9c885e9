package dev.caravan.sandbox;

import java.time.Instant;
import java.util.Map;

/**
 * A perpetual future of a coin at a venue.
 *
 * @param exchange the venue as Velo names it
 * @param coin the coin in upper case
 * @param product the venue's symbol
 * @param beginMillis its first moment with data, milliseconds since 1970 UTC
 * @param endMillis the moment of its last data; the largest number while it is traded
 */
record VeloPair(String exchange, String coin, String product, long beginMillis, long endMillis) {
    private static final long FIRST = Instant.parse("2020-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST = Instant.parse("2025-06-01T00:00:00Z").getEpochSecond();
    private static final long HOUR = 3_600;
    private static final long SHORTEST_LIFE = 90 * 24;
    private static final int LIVES_DIFFER_BY = 310 * 24;

    /** The coins whose price is the one that the sandbox's CoinGecko has: coin, id, base price, swing. */
    private static final Map<String, Anchor> ANCHORS = Map.of(
            "BTC", new Anchor("bitcoin", 90_000, 0.28),
            "ETH", new Anchor("ethereum", 3_000, 0.4),
            "SOL", new Anchor("solana", 135, 0.4),
            "XRP", new Anchor("ripple", 2.1, 0.4),
            "DOGE", new Anchor("dogecoin", 0.15, 0.4),
            "BNB", new Anchor("binancecoin", 870, 0.4),
            "ADA", new Anchor("cardano", 0.42, 0.4),
            "LINK", new Anchor("chainlink", 13.2, 0.4),
            "AAVE", new Anchor("aave", 180, 0.4),
            "HYPE", new Anchor("hyperliquid", 34, 0.4));

    private record Anchor(String id, double price, double swing) {}

    /** The pair of a coin at a venue. */
    static VeloPair of(String exchange, String coin) {
        String product =
                switch (exchange) {
                    case "okex-swap" -> coin + "-USDT-SWAP";
                    case "hyperliquid" -> coin + "-USD";
                    case "deribit" -> coin + "-PERPETUAL";
                    default -> coin + "USDT";
                };
        long begin = FIRST
                + Chance.below("velo begin/" + exchange + "/" + coin, (int) ((LAST - FIRST) / HOUR)) * HOUR
                + Chance.below("velo begin second/" + exchange + "/" + coin, (int) HOUR);
        return new VeloPair(
                exchange, coin, product, (ANCHORS.containsKey(coin) ? FIRST : begin) * 1_000, Long.MAX_VALUE);
    }

    /** The same pair after the venue has taken it off its list, some months after it began. */
    VeloPair delisted() {
        long hours = SHORTEST_LIFE + Chance.below("velo life/" + exchange + "/" + coin, LIVES_DIFFER_BY);
        return new VeloPair(exchange, coin, product, beginMillis, beginMillis + hours * HOUR * 1_000);
    }

    boolean isTradedAt(long millis) {
        return beginMillis <= millis && millis < endMillis;
    }

    private String key() {
        return exchange + "/" + coin;
    }

    /** The price in USD at a moment in UNIX seconds: the coin's, but for a few hundredths of a percent at each venue. */
    double price(long second) {
        Anchor anchor = ANCHORS.get(coin);
        ValuePath path = anchor == null
                ? new ValuePath("velo price/" + coin, Chance.magnitude("velo unit/" + coin, 1e-6, 40), 0.6)
                : new ValuePath("coin price/" + anchor.id(), anchor.price(), anchor.swing());
        long hour = Math.floorDiv(second, HOUR);
        double away = Chance.unit(Chance.hash(Chance.hash("velo away/" + key()), hour)) - 0.5;
        return path.level(second) * (1 + 0.000_4 * away);
    }

    /** The open interest in USD at a moment in UNIX seconds. */
    double openInterest(long second) {
        return new ValuePath("velo interest/" + key(), size(2e5, 4e7), 0.5).level(second);
    }

    /** The running funding rate at a moment, as a fraction per eight hours; now and then negative, now and then zero. */
    double fundingRate(long second) {
        long hour = Math.floorDiv(second, HOUR);
        double draw = Chance.unit(Chance.hash(Chance.hash("velo funding/" + key()), hour));
        return draw < 0.02 ? 0 : Math.rint((draw * 0.000_3 - 0.000_09) * 1e8) / 1e8;
    }

    /** The traded volume in USD from one moment to another, in UNIX seconds: that of parts adds up to that of the whole. */
    double volume(long from, long to) {
        double sum = 0;
        long seed = Chance.hash("velo volume/" + key());
        double perSecond = size(2e5, 2e8) / 86_400;
        for (long hour = Math.floorDiv(from, HOUR); hour * HOUR < to; hour++) {
            long seconds = Math.min(to, (hour + 1) * HOUR) - Math.max(from, hour * HOUR);
            sum += idle(hour) ? 0 : seconds * perSecond * (0.4 + 1.2 * Chance.unit(Chance.hash(seed, hour)));
        }
        return sum;
    }

    /** What was liquidated in USD between two moments, in UNIX seconds; nothing in most hours. */
    double liquidations(long from, long to) {
        double sum = 0;
        long seed = Chance.hash("velo liquidations/" + key());
        for (long hour = Math.floorDiv(from, HOUR); hour * HOUR < to; hour++) {
            double draw = Chance.unit(Chance.hash(seed, hour));
            if (draw > 0.55) {
                long begin = Math.max(from, hour * HOUR);
                sum += volume(begin, Math.min(to, (hour + 1) * HOUR)) * 0.004 * (draw - 0.55);
            }
        }
        return sum;
    }

    /** Whether nothing is traded in an hour, given as hours since 1970: now and then with thin pairs. */
    boolean idle(long hour) {
        return !ANCHORS.containsKey(coin) && Chance.unit(Chance.hash(Chance.hash("velo idle/" + key()), hour)) < 0.004;
    }

    private double size(double smallest, double largest) {
        double venue = Chance.between("velo venue/" + exchange, 0.5, 1.5);
        return venue
                * (ANCHORS.containsKey(coin) ? largest * 20 : Chance.magnitude("velo size/" + coin, smallest, largest));
    }
}
