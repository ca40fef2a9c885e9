package dev.caravan.sandbox;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** One asset of the sandbox's Artemis and the course of its figures, which fit together: MC is price times supply. */
final class ArtemisAsset {
    private static final Map<String, Double> PRICES = Map.of("btc", 88_000.0, "eth", 3_000.0, "sol", 140.0);
    private static final Set<String> ALWAYS_THERE = Set.of("btc", "eth", "sol", "aave", "acx", "eq-coin", "usdt");
    private static final double OFTEN = 0.3;
    private static final double UNKNOWN_SHARE = 0.02;
    private static final double ZERO_SHARE = 0.02;
    private static final long DAY = 86_400;
    private static final int TRAILING_DAYS = 30;
    private static final int DAYS_A_YEAR = 365;

    private final String symbol;
    private final String name;
    private final String category;
    private final Set<String> asked;

    /** The asset of a row of {@code artemis.csv}. */
    ArtemisAsset(Map<String, String> row) {
        this.symbol = row.get("symbol");
        this.name = row.getOrDefault("name", symbol);
        this.category = row.getOrDefault("category", "");
        this.asked = Set.copyOf(Arrays.asList(row.getOrDefault("metrics", "").split(" +")));
    }

    String symbol() {
        return symbol;
    }

    String name() {
        return name;
    }

    boolean isChain() {
        return category.equals("Blockchain");
    }

    boolean isEquity() {
        return symbol.startsWith("eq-");
    }

    /** Whether the vendor has heard of it at all; of what is configured it does not know one in fifty. */
    boolean isKnown() {
        return ALWAYS_THERE.contains(symbol) || !Chance.happens("artemis unknown/" + symbol, UNKNOWN_SHARE);
    }

    /** Whether the vendor has that metric of it. */
    boolean offers(ArtemisMetric metric) {
        return isKnown()
                && asked.contains(metric.id())
                && ((ALWAYS_THERE.contains(symbol) && metric.answeringShare() > OFTEN)
                        || Chance.happens("artemis offer/" + symbol + "/" + metric.id(), metric.answeringShare()));
    }

    /**
     * The figure of one UTC day, given as days since 1970-01-01.
     *
     * @param untilSecond UNIX seconds to which the day is complete; at or after its end for a day that is over
     */
    double value(ArtemisMetric metric, long day, long untilSecond) {
        double share = Math.min(1.0, (untilSecond - day * DAY) / (double) DAY);
        return metric.isFlow()
                ? amount(metric, day) * share
                : level(metric, day, Math.min(untilSecond, (day + 1) * DAY));
    }

    private double amount(ArtemisMetric metric, long day) {
        return switch (metric) {
            case REVENUE -> amount(ArtemisMetric.FEES, day) * Chance.between("artemis cut/" + symbol, 0.05, 1);
            case NEW_USERS ->
                Math.rint(amount(ArtemisMetric.DAU, day) * Chance.between("artemis new/" + symbol, 0.02, 0.3));
            case SPOT_FEES -> amount(ArtemisMetric.SPOT_VOLUME, day) * 0.0021;
            case PERP_FEES -> amount(ArtemisMetric.PERP_VOLUME, day) * 0.00037;
            case AVG_TXN_FEE -> amount(ArtemisMetric.FEES, day) / Math.max(1, amount(ArtemisMetric.TXNS, day));
            case DAU, TXNS, PERP_TXNS, STABLECOIN_DAILY_TXNS -> drawn(metric, day, 200, 900_000);
            // A fraction of a dollar, so that full precision is seen; some days are nothing at all.
            default -> drawn(metric, day, 900, 4e8) * 1.0000137;
        };
    }

    private double drawn(ArtemisMetric metric, long day, double low, double high) {
        String key = "artemis/" + symbol + "/" + metric.id();
        if (Chance.unit(Chance.hash(Chance.hash(key + "/zero"), day)) < ZERO_SHARE) {
            return 0;
        }
        return new ValuePath(key, Chance.magnitude(key, low, high), 0.6).onDay(day);
    }

    private double level(ArtemisMetric metric, long day, long second) {
        return switch (metric) {
            case PRICE -> price(second);
            case MC -> price(second) * supply(second);
            case FDMC -> price(second) * supply(second) / issued();
            case CIRCULATING_SUPPLY_NATIVE -> supply(second);
            case TOTAL_SUPPLY_NATIVE -> supply(second) / issued();
            case FDMC_FEES_RATIO -> ratio(ArtemisMetric.FEES, day, second);
            case FDMC_REVENUE_RATIO -> ratio(ArtemisMetric.REVENUE, day, second);
            case EQ_EV ->
                price(second) * supply(second)
                        + level(ArtemisMetric.EQ_TOTAL_DEBT, day, second)
                        - level(ArtemisMetric.EQ_CASH_AND_CASH_EQUIVALENTS, day, second);
            default -> {
                String key = "artemis/" + symbol + "/" + metric.id();
                yield new ValuePath(key, Chance.magnitude(key, 4e5, 6e9), 0.5).level(second);
            }
        };
    }

    private double price(long second) {
        String key = "artemis price/" + symbol;
        double base = PRICES.getOrDefault(symbol, Chance.magnitude(key, isEquity() ? 8 : 0.004, isEquity() ? 500 : 90));
        return new ValuePath(key, base, 0.35).level(second);
    }

    private double supply(long second) {
        String key = "artemis supply/" + symbol;
        double base = symbol.equals("btc") ? 19.9e6 : Chance.magnitude(key, 2e7, 4e9);
        return new ValuePath(key, base, 0.02).level(second);
    }

    /** The share of all coins that are out. */
    private double issued() {
        return Chance.between("artemis issued/" + symbol, 0.4, 1);
    }

    /** By a year's worth of the flow, reckoned from the thirty days before: a day of nothing still has a ratio. */
    private double ratio(ArtemisMetric flow, long day, long second) {
        double sum = 0;
        for (int back = 1; back <= TRAILING_DAYS; back++) {
            sum += amount(flow, day - back);
        }
        return level(ArtemisMetric.FDMC, day, second) / Math.max(1, sum / TRAILING_DAYS * DAYS_A_YEAR);
    }
}
