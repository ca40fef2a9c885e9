package dev.caravan.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.function.LongToDoubleFunction;

/** The totals and changes that DefiLlama gives with every daily flow, all over completed UTC days. */
final class FlowTotals {
    private final LongToDoubleFunction flow;
    private final long firstDay;
    private final long yesterday;

    /**
     * Totals.
     *
     * @param flow the amount of a day given as days since 1970-01-01
     * @param firstDay the first day with an amount
     * @param today the current day, which does not count yet
     */
    FlowTotals(LongToDoubleFunction flow, long firstDay, long today) {
        this.flow = flow;
        this.firstDay = firstDay;
        this.yesterday = today - 1;
    }

    /** Writes the totals and changes as fields; for a dead flow the latest two are null and no changes follow. */
    void write(JsonGenerator json, boolean dead) throws IOException {
        double day = sum(yesterday, yesterday);
        double dayBefore = sum(yesterday - 1, yesterday - 1);
        if (dead) {
            json.writeNullField("total24h");
            json.writeNullField("total48hto24h");
            Json.number(json, "totalAllTime", sum(firstDay, yesterday));
            return;
        }
        double week = sum(yesterday - 6, yesterday);
        double weekBefore = sum(yesterday - 13, yesterday - 7);
        double month = sum(yesterday - 29, yesterday);
        double monthBefore = sum(yesterday - 59, yesterday - 30);
        double year = sum(yesterday - 364, yesterday);
        double weekAgo = sum(yesterday - 7, yesterday - 7);
        double monthAgo = sum(yesterday - 30, yesterday - 30);
        Json.number(json, "total24h", day);
        Json.number(json, "total48hto24h", dayBefore);
        Json.number(json, "total7d", week);
        Json.number(json, "total14dto7d", weekBefore);
        Json.number(json, "total30d", month);
        Json.number(json, "total60dto30d", monthBefore);
        Json.number(json, "total1y", year);
        Json.number(json, "total7DaysAgo", weekAgo);
        Json.number(json, "total30DaysAgo", monthAgo);
        Json.number(json, "totalAllTime", year + sum(firstDay, yesterday - 365));
        change(json, "change_1d", day, dayBefore);
        change(json, "change_7d", day, weekAgo);
        change(json, "change_1m", day, monthAgo);
        change(json, "change_7dover7d", week, weekBefore);
        change(json, "change_30dover30d", month, monthBefore);
    }

    /** The amount of the last year. */
    double year() {
        return sum(yesterday - 364, yesterday);
    }

    /** The amount of the last completed day. */
    double lastDay() {
        return sum(yesterday, yesterday);
    }

    private double sum(long from, long to) {
        double sum = 0;
        for (long day = Math.max(from, firstDay); day <= to; day++) {
            sum += flow.applyAsDouble(day);
        }
        return sum;
    }

    private static void change(JsonGenerator json, String field, double now, double before) throws IOException {
        if (before > 0) {
            Json.number(json, field, Math.rint((now / before - 1) * 10_000) / 100);
        }
    }
}
