package dev.caravan.source.alphavantage;

import dev.caravan.settings.ConfigurationException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads the tickers that are pulled: {@code config/sources/alphavantage.csv}, spelled as in the contract, section 8. */
final class AlphaVantageTickers {
    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setTrim(true)
            .get();

    private AlphaVantageTickers() {}

    /**
     * @param home the folder with {@code config}
     * @return the tickers in the order of the file
     * @throws ConfigurationException when the file cannot be read, or a ticker is missing or repeated; names file and line
     */
    static List<String> read(Path home) {
        Path file = home.resolve("config/sources/alphavantage.csv");
        Set<String> symbols = new LinkedHashSet<>();
        try (Reader reader = Files.newBufferedReader(file);
                CSVParser rows = FORMAT.parse(reader)) {
            for (CSVRecord row : rows) {
                if (row.get("symbol").isBlank() || !symbols.add(row.get("symbol"))) {
                    throw new ConfigurationException(
                            file + ", line " + rows.getCurrentLineNumber() + ": the ticker is missing or repeated");
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException("cannot read " + file + ": " + e.getMessage(), e);
        }
        return List.copyOf(symbols);
    }
}
