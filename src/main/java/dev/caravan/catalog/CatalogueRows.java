package dev.caravan.catalog;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable.Row;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a row of the catalogue's files may say. A wrong one stops the start with its file and line. */
final class CatalogueRows {
    private static final String NAME = "[A-Z0-9_]+";
    private static final Set<String> KINDS = Set.of("level", "flow", "rate", "ratio");
    private static final Set<String> GRANULARITIES = Set.of("hour", "day");
    private static final Set<String> STAMPS = Set.of("start", "end", "interval");
    private static final Set<String> DAILY = Set.of("sum", "last", "mean", "first", "max", "min");
    private static final Set<String> YES_OR_NO = Set.of("1", "0", "");
    /** Ten years: a typing error, not a time that a value takes to settle. */
    private static final int MOST_HOURS = 87_600;

    private CatalogueRows() {}

    /**
     * Checks {@code metrics.csv}.
     *
     * @param rows all its rows
     * @throws ConfigurationException for the first row that is wrong
     */
    static void checkMetrics(List<Row> rows) {
        Map<String, Row> preferred = new HashMap<>();
        rows.forEach(CatalogueRows::checkMetric);
        once(rows, "source", "metric");
        for (Row row : rows) {
            if (row.get("preferred").equals("1")) {
                String quantity = row.get("canonical") + " by the " + row.get("granularity");
                Row other = preferred.putIfAbsent(quantity, row);
                if (other != null && !other.get("source").equals(row.get("source"))) {
                    throw row.wrong(
                            "of " + quantity + " " + row.get("source") + " is the preferred source, and in line "
                                    + other.line() + " " + other.get("source") + " is");
                }
            }
        }
    }

    private static void checkMetric(Row row) {
        filled(row, "source", "metric", "unit", "description");
        oneOf(row, "kind", KINDS);
        oneOf(row, "granularity", GRANULARITIES);
        oneOf(row, "stamp", STAMPS);
        oneOf(row, "daily", DAILY);
        oneOf(row, "preferred", YES_OR_NO);
        oneOf(row, "per_coin", YES_OR_NO);
        row.get("venue"); // may be empty, must be there
        String canonical = row.get("canonical");
        if (!canonical.matches(NAME)) {
            throw row.wrong("the canonical name is not one in capitals, digits and underscores: '" + canonical + "'");
        }
        // A canonical name is of a quantity: what it is measured on is the entity, over which time the granularity.
        if (canonical.contains("CHAIN_") || canonical.contains("_24H")) {
            throw row.wrong("a canonical name has no CHAIN_ and no _24H in it: '" + canonical + "'");
        }
        hours(row, "settling_hours", row.get("settling_hours"));
        String reread = row.cells().getOrDefault("reread_hours", "").strip();
        if (!reread.isEmpty()) {
            hours(row, "reread_hours", reread);
        }
    }

    private static void hours(Row row, String heading, String hours) {
        if (!hours.matches("\\d{1,6}") || Integer.parseInt(hours) > MOST_HOURS) {
            throw row.wrong(heading + " is not a whole number of hours from 0 to " + MOST_HOURS + ": '" + hours + "'");
        }
    }

    /**
     * Checks {@code entity-ids.csv}.
     *
     * @param rows all its rows; the column {@code multiple} may be missing
     * @throws ConfigurationException for the first row that is wrong
     */
    static void checkMappings(List<Row> rows) {
        for (Row row : rows) {
            filled(row, "source", "source_id", "canonical_id");
            String multiple = row.cells().getOrDefault("multiple", "");
            if (!multiple.matches("|0*[1-9]\\d{0,17}")) {
                throw row.wrong("multiple is not a whole number from 1: '" + multiple + "'");
            }
        }
        once(rows, "source", "source_id");
    }

    /**
     * Checks {@code entities.csv}.
     *
     * @param rows all its rows
     * @throws ConfigurationException for the first row that is wrong
     */
    static void checkEntities(List<Row> rows) {
        rows.forEach(row -> filled(row, "canonical_id", "name", "type", "sector"));
        once(rows, "canonical_id");
    }

    private static void filled(Row row, String... headings) {
        for (String heading : headings) {
            if (row.get(heading).isEmpty()) {
                throw row.wrong("the " + heading + " is missing");
            }
        }
    }

    private static void once(List<Row> rows, String... key) {
        Map<List<String>, Row> seen = new HashMap<>();
        for (Row row : rows) {
            List<String> cells = Arrays.stream(key).map(row::get).toList();
            Row first = seen.putIfAbsent(cells, row);
            if (first != null) {
                throw row.wrong(String.join(" ", cells) + " stands in line " + first.line() + " already");
            }
        }
    }

    private static void oneOf(Row row, String heading, Set<String> allowed) {
        String cell = row.get(heading);
        if (!allowed.contains(cell)) {
            throw row.wrong("'" + cell + "' is no " + heading + ": it is one of "
                    + String.join(
                            ", ",
                            allowed.stream()
                                    .filter(value -> !value.isEmpty())
                                    .sorted()
                                    .toList())
                    + (allowed.contains("") ? ", or empty" : ""));
        }
    }
}
