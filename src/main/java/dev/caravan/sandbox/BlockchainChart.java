package dev.caravan.sandbox;

import java.util.List;
import java.util.Optional;

/**
 * A chart of blockchain.com.
 *
 * @param name its name in addresses
 * @param title its name for people
 * @param unit the unit of its values
 * @param minutely whether it has a point every quarter of an hour; else one a day
 * @param path the course of its values
 */
record BlockchainChart(String name, String title, String unit, boolean minutely, ValuePath path) {
    private static final long DAY = 86_400;
    private static final long QUARTER = 900;
    /** The first block; the mempool is watched since later. */
    private static final long FIRST_DAY = 14_247;

    private static final long FIRST_QUARTER = 1_704_067_200;
    private static final long DAYS_OF_A_DIFFICULTY = 14;

    private static final List<BlockchainChart> ALL = List.of(
            daily("hash-rate", "Hash Rate", "Hash Rate TH/s", 9.2e8),
            daily("difficulty", "Difficulty", "Difficulty", 1.3e14),
            daily("n-transactions", "Confirmed Transactions Per Day", "Transactions", 430_000),
            daily("n-unique-addresses", "Unique Addresses Used", "Addresses", 520_000),
            daily("miners-revenue", "Miners Revenue", "USD", 4.4e7),
            daily("transaction-fees-usd", "Transaction Fees (USD)", "USD", 390_000),
            new BlockchainChart(
                    "mempool-size", "Mempool Size", "Bytes", true, new ValuePath("blockchain/mempool-size", 4e7, 1.1)));

    private static BlockchainChart daily(String name, String title, String unit, double base) {
        return new BlockchainChart(name, title, unit, false, new ValuePath("blockchain/" + name, base, 0.35));
    }

    /** The chart of that name. */
    static Optional<BlockchainChart> of(String name) {
        return ALL.stream().filter(chart -> chart.name().equals(name)).findFirst();
    }

    /** What the vendor calls the distance of two points. */
    String period() {
        return minutely ? "minute" : "day";
    }

    /** Seconds from a point to the next. */
    long step() {
        return minutely ? QUARTER : DAY;
    }

    /** The first point at or after a moment, in UNIX seconds. */
    long firstFrom(long second) {
        long earliest = Math.max(second, minutely ? FIRST_QUARTER : FIRST_DAY * DAY);
        return Math.floorDiv(earliest + step() - 1, step()) * step();
    }

    /** The value of the point at a moment. */
    double value(long second) {
        long day = Math.floorDiv(second, DAY);
        return switch (name) {
            case "mempool-size" -> Math.rint(path.level(second));
            case "difficulty" -> path.level(day / DAYS_OF_A_DIFFICULTY * DAYS_OF_A_DIFFICULTY * DAY);
            case "hash-rate" -> path.level(day * DAY);
            default -> path.onDay(day);
        };
    }
}
