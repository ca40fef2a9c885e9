package dev.caravan.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** All observations of a database by what they say, for comparing two databases whose series have other numbers. */
public final class StoredObservations {
    private StoredObservations() {}

    /**
     * @param database a database of the program
     * @return a line for each observation: metric, asset, exchange, product, granularity, instant, value, open
     */
    public static List<String> of(JdbcTemplate database) {
        return database.queryForList(
                "SELECT concat_ws('|', metric, asset, exchange, product, granularity, ts, value, coalesce(open::text, '-'))"
                        + " FROM observation JOIN series USING (series_id)"
                        + " ORDER BY metric, asset, exchange, product, granularity, ts",
                String.class);
    }

    /**
     * Compares two databases row by row.
     *
     * @param one the lines of one
     * @param other the lines of the other
     * @return at most twenty differences, each with the side that has the line; empty when both are equal
     */
    public static List<String> differences(List<String> one, List<String> other) {
        List<String> differences = new ArrayList<>(onlyIn("only here: ", one, other));
        differences.addAll(onlyIn("only there: ", other, one));
        if (differences.isEmpty() && !one.equals(other)) {
            differences.add("the same lines in another order, or twice: " + one.size() + " and " + other.size());
        }
        return differences;
    }

    private static List<String> onlyIn(String side, List<String> one, List<String> other) {
        Set<String> known = new HashSet<>(other);
        return one.stream()
                .filter(line -> !known.contains(line))
                .limit(10)
                .map(line -> side + line)
                .toList();
    }
}
