package dev.caravan.sandbox;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The metrics that the sandbox's Artemis knows, with the share of the asked assets that answer with a number: the yields of
 * the contract, section 6. Values are US dollars, counts or tokens.
 */
enum ArtemisMetric {
    PRICE(Kind.MARKET, 0.86),
    MC(Kind.MARKET, 0.91),
    FDMC(Kind.MARKET, 0.92),
    VOLUME("24H_VOLUME", Kind.MARKET_FLOW, 0.47),
    FEES(Kind.FLOW, 0.74),
    REVENUE(Kind.FLOW, 0.72),
    DAU(Kind.FLOW, 0.69),
    TXNS(Kind.FLOW, 0.72),
    NEW_USERS(Kind.FLOW, 0.11),
    AVG_TXN_FEE(Kind.FLOW, 0.6),
    PERP_VOLUME(Kind.FLOW, 0.24),
    OPEN_INTEREST(Kind.LEVEL, 0.24),
    PERP_FEES(Kind.FLOW, 0.2),
    PERP_TXNS(Kind.FLOW, 0.2),
    PERP_LIQUIDATION(Kind.FLOW, 0.02),
    SPOT_VOLUME(Kind.FLOW, 0.33),
    SPOT_FEES(Kind.FLOW, 0.2),
    LENDING_DEPOSITS(Kind.LEVEL, 0.1),
    CIRCULATING_SUPPLY_NATIVE(Kind.LEVEL, 0.84),
    TOTAL_SUPPLY_NATIVE(Kind.LEVEL, 0.32),
    GROSS_EMISSIONS(Kind.FLOW, 0.07),
    FDMC_FEES_RATIO(Kind.LEVEL, 0.47),
    FDMC_REVENUE_RATIO(Kind.LEVEL, 0.33),
    STABLECOIN_MC(Kind.LEVEL, 0.9),
    STABLECOIN_TRANSFER_VOLUME(Kind.FLOW, 0.19),
    STABLECOIN_DAILY_TXNS(Kind.FLOW, 0.9),
    AVERAGE_TRANSACTION_VALUE(Kind.FLOW, 0),
    EQ_EV(Kind.MARKET, 0.92),
    NAV(Kind.MARKET, 0.55),
    EQ_CASH_AND_CASH_EQUIVALENTS(Kind.STATEMENT, 0.35),
    EQ_TOTAL_DEBT(Kind.STATEMENT, 0.35);

    /** How a metric behaves over time, and how large a call of it may be. */
    enum Kind {
        /** A level that the vendor has from markets: large calls are answered. */
        MARKET,
        /** An amount of a day that the vendor has from markets: large calls are answered. */
        MARKET_FLOW,
        /** A level on chain. */
        LEVEL,
        /** An amount of a day on chain. */
        FLOW,
        /** A figure of a company's quarterly statement, given only by the quarter. */
        STATEMENT
    }

    private static final Map<String, ArtemisMetric> BY_ID =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ArtemisMetric::id, Function.identity()));

    private final String id;
    private final Kind kind;
    private final double answeringShare;

    ArtemisMetric(Kind kind, double answeringShare) {
        this("", kind, answeringShare);
    }

    ArtemisMetric(String id, Kind kind, double answeringShare) {
        this.id = id.isEmpty() ? name() : id;
        this.kind = kind;
        this.answeringShare = answeringShare;
    }

    /** The metric of that id in any case, or null. */
    static ArtemisMetric of(String id) {
        return BY_ID.get(id.toUpperCase(Locale.ROOT));
    }

    String id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    /** The share of the asked assets that have it, 0 to 1. */
    double answeringShare() {
        return answeringShare;
    }

    /** Whether it is an amount of a day, which grows until midnight (UTC). */
    boolean isFlow() {
        return kind == Kind.FLOW || kind == Kind.MARKET_FLOW;
    }
}
