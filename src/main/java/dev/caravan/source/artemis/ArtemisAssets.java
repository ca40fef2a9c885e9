package dev.caravan.source.artemis;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code config/sources/artemis.csv}: which metrics are asked of which asset. Symbols stand there exactly as the vendor's
 * catalogue spells them (contract, section 5).
 *
 * @param symbolsByMetric metric id to the symbols that it is asked of, both in the order of the file
 */
public record ArtemisAssets(Map<String, List<String>> symbolsByMetric) {
    /** One path segment: a comma would join metrics, a slash would make another path. */
    private static final String METRIC = "[A-Z0-9_]+";

    /**
     * Reads the file.
     *
     * @param file {@code config/sources/artemis.csv}
     * @return what is configured
     * @throws ConfigurationException when it cannot be read or a row is wrong; names file and line
     */
    public static ArtemisAssets read(Path file) {
        Map<String, List<String>> symbols = new LinkedHashMap<>();
        Set<String> seen = new LinkedHashSet<>();
        for (CsvTable.Row row : CsvTable.read(file)) {
            String symbol = row.get("symbol");
            if (symbol.isEmpty() || symbol.contains(",") || !seen.add(symbol)) {
                throw row.wrong("the symbol is missing, repeated or holds a comma");
            }
            Set<String> metrics = new LinkedHashSet<>();
            for (String metric : row.get("metrics").split(" +")) {
                if (!metric.matches(METRIC) || !metrics.add(metric)) {
                    throw row.wrong(
                            "the metrics are not ids in capitals, each once, separated by spaces: '" + metric + "'");
                }
                symbols.computeIfAbsent(metric, added -> new ArrayList<>()).add(symbol);
            }
        }
        return new ArtemisAssets(symbols);
    }
}
