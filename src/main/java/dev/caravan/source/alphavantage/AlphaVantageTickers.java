package dev.caravan.source.alphavantage;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads the tickers that are pulled: {@code config/sources/alphavantage.csv}, spelled as in the contract, section 8. */
final class AlphaVantageTickers {
    private AlphaVantageTickers() {}

    /**
     * @param file {@code config/sources/alphavantage.csv}
     * @return the tickers in the order of the file
     * @throws ConfigurationException when the file cannot be read, or a ticker is missing or repeated; names file and line
     */
    static List<String> read(Path file) {
        Set<String> symbols = new LinkedHashSet<>();
        for (CsvTable.Row row : CsvTable.read(file)) {
            if (row.get("symbol").isEmpty() || !symbols.add(row.get("symbol"))) {
                throw row.wrong("the ticker is missing or repeated");
            }
        }
        return List.copyOf(symbols);
    }
}
