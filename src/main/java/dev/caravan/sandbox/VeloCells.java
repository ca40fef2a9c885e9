package dev.caravan.sandbox;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** The thirty columns of a future's bucket, each as Velo writes it. */
final class VeloCells {
    static final List<String> COLUMNS = List.of(
            "open_price",
            "high_price",
            "low_price",
            "close_price",
            "coin_volume",
            "dollar_volume",
            "buy_trades",
            "sell_trades",
            "total_trades",
            "buy_coin_volume",
            "sell_coin_volume",
            "buy_dollar_volume",
            "sell_dollar_volume",
            "coin_open_interest_high",
            "coin_open_interest_low",
            "coin_open_interest_close",
            "dollar_open_interest_high",
            "dollar_open_interest_low",
            "dollar_open_interest_close",
            "funding_rate",
            "funding_rate_avg",
            "premium",
            "buy_liquidations",
            "sell_liquidations",
            "buy_liquidations_coin_volume",
            "sell_liquidations_coin_volume",
            "liquidations_coin_volume",
            "buy_liquidations_dollar_volume",
            "sell_liquidations_dollar_volume",
            "liquidations_dollar_volume");

    /** The spellings of "no value" that the vendor's own clients accept. */
    private static final List<String> MISSING = List.of("", "null", "NaN", "undefined");

    private static final double BUYERS = 0.52;
    private static final double HIGHER = 1.004;
    private static final double LOWER = 0.996;
    private static final double TRADE = 900;
    private static final double LIQUIDATION = 3_000;

    private final VeloPair pair;
    private final long from;
    private final long to;

    /** The bucket of a pair from one moment to another, in UNIX seconds UTC. */
    VeloCells(VeloPair pair, long from, long to) {
        this.pair = pair;
        this.from = from;
        this.to = to;
    }

    /** The cell of a column. */
    String cell(String column) {
        double volume = pair.volume(from, to);
        if (volume == 0 && column.endsWith("_price")) {
            return MISSING.get(Chance.below("velo missing/" + pair + from + column, MISSING.size()));
        }
        double close = pair.price(to);
        double liquidated = pair.liquidations(from, to);
        return switch (column) {
            case "open_price" -> number(pair.price(from));
            case "high_price" -> number(Math.max(pair.price(from), close) * HIGHER);
            case "low_price" -> number(Math.min(pair.price(from), close) * LOWER);
            case "close_price" -> number(close);
            case "coin_volume" -> number(volume / close);
            case "dollar_volume" -> number(volume);
            case "buy_trades" -> count(volume * BUYERS / TRADE);
            case "sell_trades" -> count(volume * (1 - BUYERS) / TRADE);
            case "total_trades" ->
                count(Math.floor(volume * BUYERS / TRADE) + Math.floor(volume * (1 - BUYERS) / TRADE));
            case "buy_coin_volume" -> number(volume * BUYERS / close);
            case "sell_coin_volume" -> number(volume * (1 - BUYERS) / close);
            case "buy_dollar_volume" -> number(volume * BUYERS);
            case "sell_dollar_volume" -> number(volume * (1 - BUYERS));
            case "coin_open_interest_high" -> number(pair.openInterest(to) * HIGHER / close);
            case "coin_open_interest_low" -> number(pair.openInterest(to) * LOWER / close);
            case "coin_open_interest_close" -> number(pair.openInterest(to) / close);
            case "dollar_open_interest_high" -> number(pair.openInterest(to) * HIGHER);
            case "dollar_open_interest_low" -> number(pair.openInterest(to) * LOWER);
            case "dollar_open_interest_close" -> number(pair.openInterest(to));
            case "funding_rate", "funding_rate_avg" -> number(pair.fundingRate(to));
            case "premium" -> number(pair.fundingRate(from) * close);
            case "buy_liquidations" -> count(liquidated * BUYERS / LIQUIDATION);
            case "sell_liquidations" -> count(liquidated * (1 - BUYERS) / LIQUIDATION);
            case "buy_liquidations_coin_volume" -> number(liquidated * BUYERS / close);
            case "sell_liquidations_coin_volume" -> number(liquidated * (1 - BUYERS) / close);
            case "liquidations_coin_volume" -> number(liquidated / close);
            case "buy_liquidations_dollar_volume" -> number(liquidated * BUYERS);
            case "sell_liquidations_dollar_volume" -> number(liquidated * (1 - BUYERS));
            case "liquidations_dollar_volume" -> number(liquidated);
            default -> throw new IllegalArgumentException(column);
        };
    }

    private static String count(double value) {
        return Long.toString((long) Math.floor(value));
    }

    /** Twelve digits, small ones in scientific notation. */
    private static String number(double value) {
        BigDecimal rounded = new BigDecimal(value, new MathContext(12)).stripTrailingZeros();
        return rounded.signum() == 0 ? "0" : Math.abs(value) < 1e-6 ? rounded.toString() : rounded.toPlainString();
    }
}
