package dev.caravan.source;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * One observation as it stands in the database.
 *
 * @param source the source
 * @param asset the source's id
 * @param metric the source's metric
 * @param exchange the venue, empty where there is none
 * @param granularity {@code day} or {@code hour}
 * @param at beginning of its bucket
 * @param value the value
 * @param open whether it was written while its bucket had not ended
 */
public record StoredRow(
        String source,
        String asset,
        String metric,
        String exchange,
        String granularity,
        Instant at,
        double value,
        boolean open) {

    /**
     * @param source the source
     * @param asset the source's id
     * @param metric the source's metric
     * @param date a UTC day that has ended
     * @param value the value
     * @return a value of that day
     */
    public static StoredRow day(String source, String asset, String metric, String date, double value) {
        Instant midnight = LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant();
        return new StoredRow(source, asset, metric, "", "day", midnight, value, false);
    }

    /**
     * @param source the source
     * @param asset the source's id
     * @param metric the source's metric
     * @param hour the beginning of an hour that has ended, such as {@code 2026-11-20T09:00:00Z}
     * @param value the value
     * @return a value of that hour
     */
    public static StoredRow hour(String source, String asset, String metric, String hour, double value) {
        return new StoredRow(source, asset, metric, "", "hour", Instant.parse(hour), value, false);
    }

    /**
     * @param venue the venue
     * @return the same value at that venue
     */
    public StoredRow on(String venue) {
        return new StoredRow(source, asset, metric, venue, granularity, at, value, open);
    }

    /** @return the same value, written while its bucket had not ended */
    public StoredRow stillOpen() {
        return new StoredRow(source, asset, metric, exchange, granularity, at, value, true);
    }

    /**
     * @param other another value
     * @return the same bucket with that one
     */
    public StoredRow holding(double other) {
        return new StoredRow(source, asset, metric, exchange, granularity, at, other, open);
    }

    /**
     * @param other another observation
     * @return whether both are of the same series
     */
    public boolean sameSeries(StoredRow other) {
        return seriesName().equals(other.seriesName());
    }

    private String seriesName() {
        return String.join("\n", source, asset, metric, exchange, granularity);
    }

    /**
     * Reads all observations. The instants are read as seconds, so that no time zone of driver or session has a say.
     *
     * @param sql the database
     * @return all of them, of every source
     */
    public static List<StoredRow> all(JdbcTemplate sql) {
        return sql.query(
                "SELECT s.*, extract(epoch FROM o.ts)::bigint AS second, o.value, o.open IS TRUE AS open"
                        + " FROM observation o LEFT JOIN series s USING (series_id)",
                (row, number) -> new StoredRow(
                        row.getString("source"),
                        row.getString("asset"),
                        row.getString("metric"),
                        row.getString("exchange"),
                        row.getString("granularity"),
                        Instant.ofEpochSecond(row.getLong("second")),
                        row.getDouble("value"),
                        row.getBoolean("open")));
    }
}
