package dev.caravan.source.velo;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The thirty columns of futures (contract, section 5.1) and the metrics that they are stored as. */
public final class VeloColumns {
    private static final Map<String, String> METRICS = new LinkedHashMap<>();

    static {
        METRICS.put("open_price", "OPEN_PRICE");
        METRICS.put("high_price", "HIGH_PRICE");
        METRICS.put("low_price", "LOW_PRICE");
        METRICS.put("close_price", "CLOSE_PRICE");
        METRICS.put("coin_volume", "COIN_VOLUME");
        METRICS.put("dollar_volume", "DOLLAR_VOLUME");
        METRICS.put("buy_trades", "BUY_TRADES");
        METRICS.put("sell_trades", "SELL_TRADES");
        METRICS.put("total_trades", "TOTAL_TRADES");
        METRICS.put("buy_coin_volume", "BUY_COIN_VOLUME");
        METRICS.put("sell_coin_volume", "SELL_COIN_VOLUME");
        METRICS.put("buy_dollar_volume", "BUY_DOLLAR_VOLUME");
        METRICS.put("sell_dollar_volume", "SELL_DOLLAR_VOLUME");
        METRICS.put("coin_open_interest_high", "COIN_OI_HIGH");
        METRICS.put("coin_open_interest_low", "COIN_OI_LOW");
        METRICS.put("coin_open_interest_close", "COIN_OI_CLOSE");
        METRICS.put("dollar_open_interest_high", "DOLLAR_OI_HIGH");
        METRICS.put("dollar_open_interest_low", "DOLLAR_OI_LOW");
        METRICS.put("dollar_open_interest_close", "DOLLAR_OI_CLOSE");
        METRICS.put("funding_rate", "FUNDING_RATE");
        METRICS.put("funding_rate_avg", "FUNDING_RATE_AVG");
        METRICS.put("premium", "PREMIUM");
        METRICS.put("buy_liquidations", "BUY_LIQUIDATIONS");
        METRICS.put("sell_liquidations", "SELL_LIQUIDATIONS");
        METRICS.put("buy_liquidations_coin_volume", "BUY_LIQ_COIN_VOL");
        METRICS.put("sell_liquidations_coin_volume", "SELL_LIQ_COIN_VOL");
        METRICS.put("liquidations_coin_volume", "LIQ_COIN_VOL");
        METRICS.put("buy_liquidations_dollar_volume", "BUY_LIQ_DOLLAR_VOL");
        METRICS.put("sell_liquidations_dollar_volume", "SELL_LIQ_DOLLAR_VOL");
        METRICS.put("liquidations_dollar_volume", "LIQ_DOLLAR_VOL");
    }

    private VeloColumns() {}

    /** @return all thirty columns and the metric that each is stored as, in the contract's order; not to be changed */
    public static Map<String, String> metrics() {
        return Collections.unmodifiableMap(METRICS);
    }

    /**
     * @param metrics metrics as they are stored
     * @return their columns, in the contract's order
     * @throws IllegalArgumentException when one of them is none of the thirty
     */
    static List<String> ofMetrics(Collection<String> metrics) {
        List<String> columns = new ArrayList<>();
        METRICS.forEach((column, metric) -> {
            if (metrics.contains(metric)) {
                columns.add(column);
            }
        });
        if (columns.size() != Set.copyOf(metrics).size()) {
            throw new IllegalArgumentException("there are metrics without a column among " + metrics);
        }
        return columns;
    }

    /**
     * @param settings {@code velo.columns}: a comma list, or {@code all}
     * @return the columns to ask, in the order of the setting, each once
     * @throws ConfigurationException when one is unknown or none is left
     */
    static List<String> chosen(Settings settings) {
        List<String> chosen = list(settings, "velo.columns");
        if (chosen.equals(List.of("all"))) {
            return List.copyOf(METRICS.keySet());
        }
        for (String column : chosen) {
            if (!METRICS.containsKey(column)) {
                throw new ConfigurationException("the setting velo.columns names '" + column
                        + "', which is none of: all, " + String.join(", ", METRICS.keySet()));
            }
        }
        return chosen;
    }

    /**
     * @param settings the settings in force
     * @param name the name of one that is a comma list
     * @return its parts, each once
     * @throws ConfigurationException when there is none
     */
    static List<String> list(Settings settings, String name) {
        Set<String> parts = new LinkedHashSet<>();
        for (String part : settings.text(name).split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        if (parts.isEmpty()) {
            throw new ConfigurationException("the setting " + name + " names nothing");
        }
        return new ArrayList<>(parts);
    }
}
