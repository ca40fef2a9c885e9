package dev.caravan.source.alphavantage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.fetch.TransientFailure;
import dev.caravan.settings.Secrets;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A price series as the vendor writes it, as CSV or JSON (contract, sections 2.1 and 2.2). Columns go by their names, in
 * small letters and with spaces: {@code adjusted_close} in CSV and {@code 5. adjusted close} in JSON are one.
 *
 * @param symbol the ticker that the answer names, or empty: CSV names none
 * @param rows by the vendor's stamp, each from column to text, in the order of the answer
 */
record AlphaVantageSeries(String symbol, Map<String, Map<String, String>> rows) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).setTrim(true).get();
    private static final String STAMP = "timestamp";
    private static final String SERIES = "Time Series";
    private static final int SHOWN = 2_000;
    private static final int RETRIES = 1;

    /**
     * @param answer a whole answer
     * @return it as a JSON object, or nothing when it does not begin like one
     * @throws TransientFailure when it begins like one and is none to its end
     */
    static Optional<ObjectNode> object(String answer) {
        if (!answer.stripLeading().startsWith("{")) {
            return Optional.empty();
        }
        try {
            if (JSON.readTree(answer) instanceof ObjectNode object) {
                return Optional.of(object);
            }
        } catch (JsonProcessingException e) {
            throw unreadable("the answer is not JSON to its end", answer);
        }
        throw unreadable("the answer is no object", answer);
    }

    /**
     * @param object an answer that is no message
     * @return its series; one without rows when the object is empty
     * @throws TransientFailure when it has another shape
     */
    static AlphaVantageSeries ofJson(ObjectNode object) {
        String symbol = object.path("Meta Data").path("2. Symbol").asText("");
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        if (object.isEmpty()) {
            return new AlphaVantageSeries(symbol, rows);
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getKey().startsWith(SERIES) && field.getValue().isObject()) {
                for (Map.Entry<String, JsonNode> row : field.getValue().properties()) {
                    Map<String, String> columns = new LinkedHashMap<>();
                    row.getValue()
                            .properties()
                            .forEach(column -> columns.put(
                                    name(column.getKey()), column.getValue().asText("")));
                    rows.put(row.getKey(), columns);
                }
                return new AlphaVantageSeries(symbol, rows);
            }
        }
        throw unreadable("the answer holds no time series", object.toString());
    }

    /**
     * @param answer a whole answer
     * @param rejections where rows that do not fit their header are noted
     * @return its series
     * @throws TransientFailure when it has another shape, or ends in the middle of a line
     */
    static AlphaVantageSeries ofCsv(String answer, List<Rejection> rejections) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        try (CSVParser parser = CSVParser.parse(answer, CSV)) {
            List<String> header = new ArrayList<>();
            for (CSVRecord line : parser) {
                if (header.isEmpty()) {
                    line.forEach(column -> header.add(name(column)));
                    if (!header.contains(STAMP) || !header.contains("close")) {
                        throw unreadable("the answer is no price series", answer);
                    }
                } else if (line.size() == header.size()) {
                    Map<String, String> columns = new LinkedHashMap<>();
                    for (int i = 0; i < header.size(); i++) {
                        columns.put(header.get(i), line.get(i));
                    }
                    rows.put(columns.remove(STAMP), columns);
                } else {
                    rejections.add(
                            new Rejection("a row that does not fit its header", String.join(",", line.toList())));
                }
            }
            if (header.isEmpty() || !answer.endsWith("\n")) {
                throw unreadable("the answer is cut off", answer);
            }
        } catch (IOException | IllegalStateException | java.io.UncheckedIOException e) {
            throw unreadable("the answer is no CSV: " + e.getMessage(), answer);
        }
        return new AlphaVantageSeries("", rows);
    }

    /** JSON numbers its fields, and by another count in each function: the name after the number is what stays. */
    private static String name(String column) {
        return column.replaceFirst("^\\d+\\.\\s*", "").replace('_', ' ').strip().toLowerCase(Locale.ROOT);
    }

    private static TransientFailure unreadable(String reason, String answer) {
        TransientFailure failure = new TransientFailure(reason, 200, null, RETRIES, null);
        // Masked before it is cut: half a key is not recognised.
        String text = Secrets.mask(answer);
        failure.holding(text.substring(0, Math.min(SHOWN, text.length())));
        return failure;
    }
}
