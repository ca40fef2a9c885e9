package dev.caravan.source.table;

import com.fasterxml.jackson.core.JsonPointer;
import dev.caravan.ingest.Granularity;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import dev.caravan.settings.CsvTable.Row;
import dev.caravan.settings.Secrets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the table that describes a source, {@code config/sources/<source>.csv}, one line a series. Whatever is wrong in it
 * is said with file, line and column before anything is asked.
 */
final class TableFile {
    private static final List<String> NEEDED = List.of("asset", "metric", "path");
    private static final List<String> COLUMNS = List.of(
            "asset", "metric", "exchange", "granularity", "path", "query", "rows", "where", "time", "value", "note");

    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-Fa-f]{2}");
    /** What may stand in a path and in a query as it is (RFC 3986, sections 3.3 and 3.4), as a class of characters. */
    private static final String IN_PATH = "A-Za-z0-9\\-._~!$&'()*+,;=:@/";

    private static final Pattern NOT_IN_PATH = Pattern.compile("[^" + IN_PATH + "]");
    private static final Pattern NOT_IN_QUERY = Pattern.compile("[^" + IN_PATH + "?]");

    /** A parameter that by its name, or by its name and length, carries a key, and something else than the placeholder. */
    private static final Pattern KEY_IN_QUERY = Pattern.compile("(?i)(^|&)"
            + "([^&=]*(api|access|secret|private|auth)[-_]?(key|token)=|[^&=]*(secret|password)=|key=(?=[^&]{12}))"
            + "(?!\\{key}(&|$))[^&]");

    private TableFile() {}

    /**
     * @param file the table
     * @return its series, in the order of the lines; never empty
     * @throws ConfigurationException when anything is wrong in it
     */
    static List<TableSeries> read(Path file) {
        List<TableSeries> all = new ArrayList<>();
        Map<List<String>, Long> lines = new HashMap<>();
        Map<String, Granularity> granularities = new HashMap<>();
        List<Row> rows = CsvTable.read(file);
        if (rows.isEmpty()) {
            throw new ConfigurationException(file + " names no series");
        }
        checkHeadings(rows.get(0));
        for (Row row : rows) {
            TableSeries series = series(row);
            Long earlier = lines.put(List.of(series.asset(), series.metric(), series.exchange()), row.line());
            if (earlier != null) {
                throw wrong(row, "metric", series.description() + " stands on line " + earlier + " already");
            }
            Granularity known = granularities.putIfAbsent(series.metric(), series.granularity());
            if (known != null && known != series.granularity()) {
                throw wrong(row, "granularity", series.metric() + " is by the " + known.label() + " further up");
            }
            all.add(series);
        }
        return all;
    }

    private static void checkHeadings(Row row) {
        Row headings = new Row(row.file(), 1, row.cells());
        for (String heading : row.cells().keySet()) {
            if (!COLUMNS.contains(heading)) {
                throw headings.wrong(
                        "the column '" + heading + "' is unknown; there are " + String.join(", ", COLUMNS));
            }
        }
        for (String heading : NEEDED) {
            if (!row.cells().containsKey(heading)) {
                throw headings.wrong("the column '" + heading + "' is missing");
            }
        }
    }

    private static TableSeries series(Row row) {
        RowPart time = cell(row, "time", text -> text.isEmpty() ? null : RowPart.of(text));
        RowFilter where = cell(row, "where", RowFilter::of);
        JsonPointer rows = cell(row, "rows", RowPart::pointer);
        return new TableSeries(
                cell(row, "asset", text -> name(text, true)),
                cell(row, "metric", TableFile::metric),
                cell(row, "exchange", text -> name(text, false)),
                cell(row, "granularity", TableFile::granularity),
                cell(row, "path", TableFile::path),
                cell(row, "query", TableFile::query),
                new AnswerRows(rows, where.isByName() || (time != null && time.isName())),
                where,
                time,
                cell(row, "value", RowPart::pointer));
    }

    /** Reads a cell; a column that is not there is empty throughout. */
    private static <T> T cell(Row row, String column, Function<String, T> reader) {
        try {
            return reader.apply(row.cells().getOrDefault(column, "").strip());
        } catch (IllegalArgumentException e) {
            throw wrong(row, column, e.getMessage());
        }
    }

    private static ConfigurationException wrong(Row row, String column, String what) {
        return row.wrong("column " + column + ": " + Secrets.mask(what));
    }

    private static String name(String text, boolean needed) {
        if (needed && text.isEmpty()) {
            throw new IllegalArgumentException("it is missing");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("it has control characters");
        }
        return text;
    }

    private static String metric(String text) {
        if (!text.matches("[A-Z0-9_]+")) {
            throw new IllegalArgumentException(
                    text.isEmpty() ? "it is missing" : "'" + text + "' has more than capital letters, digits and _");
        }
        return text;
    }

    private static Granularity granularity(String text) {
        return switch (text) {
            case "", "day" -> Granularity.DAY;
            case "hour" -> Granularity.HOUR;
            default -> throw new IllegalArgumentException("'" + text + "' is neither day nor hour");
        };
    }

    private static String path(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException(text.isEmpty() ? "it is missing" : "it must begin with a slash");
        }
        checkEncoded(text, NOT_IN_PATH);
        return text;
    }

    private static String query(String text) {
        checkEncoded(text, NOT_IN_QUERY);
        if (KEY_IN_QUERY.matcher(text).find()) {
            throw new IllegalArgumentException(
                    "a key does not belong into the table: write {key}, and the key into the setting SOURCE.api.key");
        }
        return text;
    }

    private static void checkEncoded(String text, Pattern forbidden) {
        if (!Secrets.mask(text).equals(text)) {
            throw new IllegalArgumentException("it holds a key of the settings: write {key} instead");
        }
        Matcher odd =
                forbidden.matcher(ESCAPE.matcher(Placeholders.without(text)).replaceAll(""));
        if (odd.find()) {
            throw new IllegalArgumentException(
                    "'" + odd.group() + "' cannot stand there as it is: it must be percent-encoded");
        }
    }
}
