package dev.caravan.source.table;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.source.table.Placeholders.Window;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the lines of a table are worded as requests, of live pulls and of history alike. */
final class TableRequests {
    static final String ANSWER = "table";

    /** A name that can be a part of files, settings and environment variables. */
    private static final Pattern SOURCE = Pattern.compile("[a-z0-9][a-z0-9-]*");
    /** A header as the setting writes it; only the placeholders of the door may stand for the key. */
    private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9-]+):\\s*([!-~]+ )?(\\{key}|\\{basic-key})");

    private final Settings settings;
    private final String source;

    /**
     * The table of a source.
     *
     * @throws ConfigurationException when nothing can have that name
     */
    TableRequests(Settings settings, String source) {
        if (!SOURCE.matcher(source).matches()) {
            throw new ConfigurationException(
                    "'" + source + "' can name no source: small letters, digits and hyphens only");
        }
        this.settings = settings;
        this.source = source;
    }

    /** Its lines, in their order. */
    List<TableSeries> lines() {
        return TableFile.read(settings.layers().file("config/sources/" + source + ".csv"));
    }

    /**
     * One request for lines of the same path and query.
     *
     * @param base the vendor's base URL as the route names it; the setting has precedence
     */
    VendorRequest request(String base, Window window, List<TableSeries> lines) {
        String url = base(base);
        Map<String, String> headers = headers();
        TableSeries first = lines.get(0);
        if ((first.path() + first.query()).contains("{" + Placeholders.KEY + "}")) {
            requireKey();
        }
        return VendorRequest.get(source, url, Placeholders.fill(first.path(), window))
                .query(Placeholders.fill(first.query(), window))
                .headers(headers)
                .answer(ANSWER, "")
                .expects(lines)
                .fields(AnswerFields.of(lines).toArray(String[]::new))
                .build();
    }

    /** A whole number of the source's own, or else of all tables. */
    int number(String name, int smallest, int largest) {
        String own = source + "." + name;
        return settings.number(settings.optional(own).isPresent() ? own : "table." + name, smallest, largest);
    }

    private String base(String fromRoute) {
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

    private Map<String, String> headers() {
        String name = source + ".api.header";
        String text = settings.optional(name).orElse("");
        if (text.isEmpty()) {
            return Map.of();
        }
        Matcher header = HEADER.matcher(text);
        if (!header.matches()) {
            throw new ConfigurationException("the setting " + name + " is no header such as 'X-API-Key: {key}'");
        }
        requireKey();
        return Map.of(header.group(1), text.substring(header.end(1) + 1).strip());
    }

    private void requireKey() {
        if (settings.optional(source + ".api.key").isEmpty()) {
            String variable = source.toUpperCase(Locale.ROOT).replace('-', '_') + "_API_KEY";
            throw new ConfigurationException(source + " is not configured: no key: set " + variable);
        }
    }
}
