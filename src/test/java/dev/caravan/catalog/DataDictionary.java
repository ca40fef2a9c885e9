package dev.caravan.catalog;

import dev.caravan.settings.CsvTable;
import dev.caravan.settings.CsvTable.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code docs/data-dictionary.md}, written out of {@code config/metrics.csv}. */
final class DataDictionary {
    private static final Map<String, String> DAILY = Map.of(
            "sum", "sum",
            "last", "last",
            "mean", "mean",
            "first", "first",
            "max", "greatest",
            "min", "least");

    private DataDictionary() {}

    /** The whole document, as it must stand in the file. */
    static String of(Path metrics) {
        Map<String, List<Row>> bySource = new TreeMap<>();
        for (Row row : CsvTable.read(metrics)) {
            bySource.computeIfAbsent(row.get("source"), added -> new ArrayList<>())
                    .add(row);
        }
        StringBuilder text = new StringBuilder("""
                # Data dictionary

                Every metric that Caravan stores, source by source. This page is written out of `config/metrics.csv`; change that
                file, not this one.

                | column | says |
                |---|---|
                | metric | the source's own name; the one under which values are stored and can always be asked for |
                | canonical | the name that the same quantity has at all sources: ask by it to compare them |
                | unit | of the value; *per coin* is of one coin of the entity, also where a venue trades it by the thousand |
                | kind | `level`: how much there is; `flow`: how much there was in the bucket; `rate`, `ratio`: adds up to nothing |
                | buckets | what a value is of: an `hour` or a `day`, both in UTC, a share's day being the exchange's trading date |
                | day | what a day's value is, where a source gives hours: their sum, mean, first, last, greatest or least |
                | taken | a level at the `start` or at the `end` of its bucket, or of the whole `interval`. A level taken at the start is served under the bucket before |
                | settles | hours after the end of its bucket until a value is held to be final; it is read again until then |
                | venue | the venue that is meant where none is asked for |

                **Bold** names are of the source that is preferred where none is asked for. A metric that is not here is stored all the
                same, under its own name; `caravan status` names it.

                In SQL, `v_normalized_metrics` has every value under its canonical name and `v_metrics_daily` the days;
                `v_entity_comparison` sets the sources beside each other, each at one venue. For the sum over all venues, add up the
                days:

                    SELECT metric_date, sum(value) FROM v_metrics_daily
                    WHERE canonical_id = 'bitcoin' AND metric_name = 'OPEN_INTEREST' AND source = 'velo'
                    GROUP BY metric_date ORDER BY metric_date;

                `closed` says of a day that it is over and whole.
                """);
        bySource.forEach((source, rows) -> append(text, source, rows));
        return text.toString();
    }

    private static void append(StringBuilder text, String source, List<Row> rows) {
        boolean venues = rows.stream().anyMatch(row -> !row.get("venue").isEmpty());
        text.append("\n## ").append(source).append("\n\n");
        text.append("| metric | canonical | unit | kind | buckets | day | taken | settles |")
                .append(venues ? " venue |" : "")
                .append(" description |\n|---|---|---|---|---|---|---|---|")
                .append(venues ? "---|" : "")
                .append("---|\n");
        for (Row row : rows) {
            boolean preferred = row.get("preferred").equals("1");
            text.append("| `").append(row.get("metric")).append("` | ");
            text.append(preferred ? "**" : "").append(row.get("canonical")).append(preferred ? "**" : "");
            text.append(" | ").append(row.get("unit"));
            text.append(row.get("per_coin").equals("1") ? " per coin" : "");
            text.append(" | ").append(row.get("kind"));
            text.append(" | ").append(row.get("granularity"));
            text.append(" | ").append(DAILY.get(row.get("daily")));
            text.append(" | ").append(row.get("stamp"));
            text.append(" | ").append(row.get("settling_hours")).append(" h | ");
            text.append(venues ? row.get("venue") + " | " : "");
            text.append(row.get("description").replace("|", "\\|")).append(" |\n");
        }
    }
}
