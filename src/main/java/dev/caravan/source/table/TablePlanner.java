package dev.caravan.source.table;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Pull;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.source.table.Placeholders.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Variable;

/**
 * What a pull asks of a source that a table describes: the requests of {@code config/sources/<source>.csv}, lines of the
 * same path and query in one, over the last days. The bean {@code tablePlanner}.
 */
public final class TablePlanner {
    private static final int LONGEST_TRAIL = 3_650;

    private final Settings settings;

    /**
     * @param settings {@code SOURCE.api.url}, {@code SOURCE.api.key}, {@code SOURCE.api.header},
     *     {@code SOURCE.trailing-days}, {@code table.trailing-days}, and the folder of the tables
     */
    public TablePlanner(Settings settings) {
        this.settings = settings;
    }

    // One method of this name: among several, Camel does not find the one whose last parameter is the variable.
    /**
     * Called from a route as {@code calls('blockchain', 'https://api.blockchain.info')}.
     *
     * @param source the source
     * @param base the vendor's base URL; may be empty where there is a setting {@code SOURCE.api.url}, which has precedence
     * @param pull the running pull
     * @return the requests
     * @throws ConfigurationException when the base URL, the table or a setting is wrong
     */
    public List<VendorRequest> calls(String source, String base, @Variable("pull") Pull pull) {
        List<VendorRequest> requests = requests(source, base, pull.startedAt());
        pull.plan(requests);
        return requests;
    }

    /**
     * @param source the source
     * @param base the vendor's base URL
     * @param now the moment that the window ends with, UTC
     * @return the requests in the order of the lines
     */
    List<VendorRequest> requests(String source, String base, Instant now) {
        TableRequests words = new TableRequests(settings, source);
        Map<String, List<TableSeries>> byRequest = new LinkedHashMap<>();
        for (TableSeries series : words.lines()) {
            byRequest
                    .computeIfAbsent(series.request(), added -> new ArrayList<>())
                    .add(series);
        }
        Window window = Window.until(now, words.number("trailing-days", 1, LONGEST_TRAIL));
        List<VendorRequest> requests = new ArrayList<>();
        byRequest.values().forEach(lines -> requests.add(words.request(base, window, lines)));
        return requests;
    }
}
