package dev.caravan.settings;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/** A CSV file of {@code config/}: RFC 4180, UTF-8, a heading line. What is wrong in it is said with file and line. */
public final class CsvTable {
    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreEmptyLines(true)
            .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
            .get();

    private CsvTable() {}

    /**
     * One row.
     *
     * @param file the file it stands in
     * @param line its line, from 1
     * @param cells its cells by heading
     */
    public record Row(Path file, long line, Map<String, String> cells) {
        /**
         * @param heading a column
         * @return the cell, perhaps empty
         * @throws ConfigurationException when the file has no such column
         */
        public String get(String heading) {
            String cell = cells.get(heading);
            if (cell == null) {
                throw wrong("there is no column " + heading);
            }
            return cell.strip();
        }

        /**
         * @param what what is wrong with the row
         * @return a failure that names file and line, to be thrown
         */
        public ConfigurationException wrong(String what) {
            return new ConfigurationException(file + ", line " + line + ": " + what);
        }
    }

    /**
     * Reads one column, in which every row has another cell.
     *
     * @param file the file
     * @param heading the column
     * @param what what a cell is, for the failure
     * @return its cells, in order
     * @throws ConfigurationException when the file cannot be read, or a cell is missing or repeated; names file and line
     */
    public static List<String> column(Path file, String heading, String what) {
        Set<String> cells = new LinkedHashSet<>();
        for (Row row : read(file)) {
            if (row.get(heading).isEmpty() || !cells.add(row.get(heading))) {
                throw row.wrong("the " + what + " is missing or repeated");
            }
        }
        return List.copyOf(cells);
    }

    /**
     * Reads a file whole.
     *
     * @param file the file
     * @return its rows, in order
     * @throws ConfigurationException when it cannot be read, or a row has more or fewer cells than the heading line
     */
    public static List<Row> read(Path file) {
        List<Row> rows = new ArrayList<>();
        try (Reader reader = Files.newBufferedReader(file);
                CSVParser parser = FORMAT.parse(reader)) {
            for (CSVRecord row : parser) {
                Row read = new Row(file, parser.getCurrentLineNumber(), row.toMap());
                if (!row.isConsistent()) {
                    throw read.wrong(row.size() + " cells under "
                            + parser.getHeaderNames().size() + " headings");
                }
                rows.add(read);
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new ConfigurationException("cannot read " + file + ": " + e.getMessage(), e);
        }
        return rows;
    }
}
