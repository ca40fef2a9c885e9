package dev.caravan.source.table;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Pull;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.source.table.Placeholders.Window;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Variable;

/**
 * What a pull asks of a source that a table describes: the requests of {@code config/sources/<source>.csv}, lines of the
 * same path and query in one, over the last days. The bean {@code tablePlanner}.
 */
public final class TablePlanner {
    private static final String ANSWER = "table";
    private static final int LONGEST_TRAIL = 3_650;
    /** A name that can be a part of files, settings and environment variables. */
    private static final Pattern SOURCE = Pattern.compile("[a-z0-9][a-z0-9-]*");
    /** A header as the setting writes it; only the placeholders of the door may stand for the key. */
    private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9-]+):\\s*([!-~]+ )?(\\{key}|\\{basic-key})");

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
        if (!SOURCE.matcher(source).matches()) {
            throw new ConfigurationException(
                    "'" + source + "' can name no source: small letters, digits and hyphens only");
        }
        Path file = settings.layers().file("config/sources/" + source + ".csv");
        Map<String, List<TableSeries>> byRequest = new LinkedHashMap<>();
        for (TableSeries series : TableFile.read(file)) {
            byRequest
                    .computeIfAbsent(series.path() + "?" + series.query(), added -> new ArrayList<>())
                    .add(series);
        }
        String url = base(source, base);
        Map<String, String> headers = headers(source);
        Window window = new Window(now, trailingDays(source));
        List<VendorRequest> requests = new ArrayList<>();
        byRequest.values().forEach(lines -> requests.add(request(source, url, headers, window, lines)));
        return requests;
    }

    private VendorRequest request(
            String source, String base, Map<String, String> headers, Window window, List<TableSeries> lines) {
        TableSeries first = lines.get(0);
        if ((first.path() + first.query()).contains("{" + Placeholders.KEY + "}")) {
            requireKey(source);
        }
        return VendorRequest.get(source, base, Placeholders.fill(first.path(), window))
                .query(Placeholders.fill(first.query(), window))
                .headers(headers)
                .answer(ANSWER, "")
                .expects(lines)
                .fields(AnswerFields.of(lines).toArray(String[]::new))
                .build();
    }

    private String base(String source, String fromRoute) {
        String name = source + ".api.url";
        if (settings.optional(name).isPresent()) {
            return settings.url(name);
        }
        String base = fromRoute.strip().replaceAll("/+$", "");
        if (!base.matches("https?://[!-~]+") || !isUrl(base)) {
            throw new ConfigurationException("the route of " + source
                    + " names no http or https URL, and there is no setting " + name + " either");
        }
        return base;
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null && uri.getQuery() == null && uri.getUserInfo() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Map<String, String> headers(String source) {
        String name = source + ".api.header";
        String text = settings.optional(name).orElse("");
        if (text.isEmpty()) {
            return Map.of();
        }
        Matcher header = HEADER.matcher(text);
        if (!header.matches()) {
            throw new ConfigurationException("the setting " + name + " is no header such as 'X-API-Key: {key}'");
        }
        requireKey(source);
        return Map.of(header.group(1), text.substring(header.end(1) + 1).strip());
    }

    private void requireKey(String source) {
        if (settings.optional(source + ".api.key").isEmpty()) {
            String variable = source.toUpperCase(Locale.ROOT).replace('-', '_') + "_API_KEY";
            throw new ConfigurationException(source + " is not configured: no key: set " + variable);
        }
    }

    private int trailingDays(String source) {
        String own = source + ".trailing-days";
        return settings.number(settings.optional(own).isPresent() ? own : "table.trailing-days", 1, LONGEST_TRAIL);
    }
}
