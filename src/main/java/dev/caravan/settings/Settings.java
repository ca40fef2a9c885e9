package dev.caravan.settings;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every setting in force, read once at the start: the command line first, then the environment, then
 * {@code config/application.properties}. A setting {@code a.b-c} is the environment variable {@code A_B_C}; a secret is
 * also read from the file named by {@code A_B_C_FILE}. In the sandbox, settings {@code sandbox.X} stand in for the
 * file's {@code X}.
 */
public final class Settings {
    private static final String FILE = "config/application.properties";
    private static final String SANDBOX_PREFIX = "sandbox.";
    private static final Pattern ROUTE_FILE = Pattern.compile("routes/sources/([a-z0-9-]+)\\.camel\\.(?:yaml|xml)");
    private static final Pattern PASSWORD_IN_QUERY = Pattern.compile("[?&]password=([^&]*)");

    private static final String SOURCES = "routes/sources";
    /** The settings of a source that the environment may name though no file does. */
    private static final List<String> OF_ANY_SOURCE = List.of(
            "api.key",
            "api.url",
            "api.header",
            "api.tier",
            "key-required",
            "rate.none",
            "rate.key",
            "trailing-days",
            "window-days",
            "history");

    private final Layers layers;
    private final boolean sandbox;
    private final Map<String, String> values;
    private final Clock clock;

    private Settings(Layers layers, boolean sandbox, Map<String, String> values) {
        this.layers = layers;
        this.sandbox = sandbox;
        this.values = values;
        this.clock = startClock();
    }

    /**
     * Reads all settings.
     *
     * @param home the folder with {@code routes}, {@code config} and {@code sql}
     * @param environment the environment variables
     * @param commandLine settings given on the command line, by their names in the file
     * @param sandbox whether the vendors are played on loopback
     * @return the settings in force
     * @throws ConfigurationException when the file is missing or unreadable
     */
    public static Settings load(
            Path home, Map<String, String> environment, Map<String, String> commandLine, boolean sandbox) {
        return load(Layers.of(home), environment, commandLine, sandbox);
    }

    /**
     * Reads all settings. A setting that several layers have is the last one's.
     *
     * @param layers the folders with {@code routes}, {@code config} and {@code sql}
     * @param environment the environment variables
     * @param commandLine settings given on the command line, by their names in the file
     * @param sandbox whether the vendors are played on loopback
     * @return the settings in force
     * @throws ConfigurationException when a file is missing or unreadable
     */
    public static Settings load(
            Layers layers, Map<String, String> environment, Map<String, String> commandLine, boolean sandbox) {
        Properties file = new Properties();
        layers.each(FILE).forEach(path -> read(path, file));
        addOtherSources(layers, file);
        Map<String, String> values = new TreeMap<>();
        Map<String, String> standIns = new TreeMap<>();
        for (String name : file.stringPropertyNames()) {
            Optional<String> ours = fromEnvironment(name, environment);
            values.put(name, ours.orElse(file.getProperty(name)).strip());
            boolean standIn = sandbox && name.startsWith(SANDBOX_PREFIX);
            // What the environment says of a setting itself is meant for the sandbox as well.
            if (standIn
                    && fromEnvironment(name.substring(SANDBOX_PREFIX.length()), environment)
                            .isEmpty()) {
                standIns.put(name.substring(SANDBOX_PREFIX.length()), values.get(name));
            }
        }
        values.putAll(standIns);
        commandLine.forEach((name, value) -> values.put(name, value.strip()));
        values.forEach((name, value) -> {
            if (isSecret(name)) {
                Secrets.register(value);
            }
        });
        registerPasswords(values.getOrDefault("database.url", ""));
        return new Settings(layers, sandbox, values);
    }

    private static void read(Path path, Properties into) {
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            into.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException(
                    "cannot read " + path + ": CARAVAN_HOME must name the folder with routes, config and sql", e);
        }
    }

    /** A source that came as a route file has no lines in the settings: it gets the schedule of all such sources. */
    private static void addOtherSources(Layers layers, Properties file) {
        for (String source : routeFiles(layers)) {
            OF_ANY_SOURCE.forEach(name -> file.putIfAbsent(source + "." + name, ""));
            file.putIfAbsent("schedule." + source, file.getProperty("schedule.default", ""));
        }
    }

    private static List<String> routeFiles(Layers layers) {
        return layers.files(SOURCES).keySet().stream()
                .map(file -> ROUTE_FILE.matcher(file))
                .filter(Matcher::matches)
                .map(name -> name.group(1))
                .distinct()
                .toList();
    }

    /**
     * @return the sources: those that {@code caravan.sources} names, in its order; where it is empty, all that have a file in
     *     {@code routes/sources}, by name
     */
    public List<String> sources() {
        return optional("caravan.sources")
                .map(names -> List.of(names.split("\\s*,\\s*")))
                .orElseGet(() -> routeFiles(layers));
    }

    private static Optional<String> fromEnvironment(String name, Map<String, String> environment) {
        String variable = name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        String value = environment.get(variable);
        if (value != null && !value.isBlank()) {
            return Optional.of(value.strip());
        }
        String file = isSecret(name) ? environment.get(variable + "_FILE") : null;
        if (file == null || file.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(Path.of(file.strip())).strip());
        } catch (IOException e) {
            throw new ConfigurationException(variable + "_FILE names a file that cannot be read: " + file, e);
        }
    }

    private static boolean isSecret(String name) {
        return name.endsWith(".api.key") || name.equals("database.url");
    }

    /** The password of a database URL, as it stands there and decoded, before the host or in the query. */
    private static void registerPasswords(String databaseUrl) {
        List<String> found = new ArrayList<>();
        int scheme = databaseUrl.indexOf("://");
        int at = databaseUrl.lastIndexOf('@');
        int colon = databaseUrl.indexOf(':', scheme + 3);
        if (scheme > 0 && colon > scheme && colon < at) {
            found.add(databaseUrl.substring(colon + 1, at));
        }
        Matcher query = PASSWORD_IN_QUERY.matcher(databaseUrl);
        while (query.find()) {
            found.add(query.group(1));
        }
        for (String password : found) {
            Secrets.register(password);
            try {
                Secrets.register(URLDecoder.decode(password.replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                // Not percent-encoded: it is known as it stands.
            }
        }
    }

    /** @return the user's folder of {@code routes}, {@code config} and {@code sql}, absolute */
    public Path home() {
        return layers.own();
    }

    /** @return the folders that files are read from, the user's over the installation's */
    public Layers layers() {
        return layers;
    }

    /** @return whether the vendors are played on loopback and the data is kept apart */
    public boolean sandbox() {
        return sandbox;
    }

    /** @return the folder of the program's own data, absolute; the sandbox has one of its own inside it */
    public Path dataDirectory() {
        Path folder = home().resolve(text("caravan.data-dir"));
        return (sandbox ? folder.resolve("sandbox") : folder).normalize();
    }

    /** @return the clock of the whole program, UTC; {@code CARAVAN_NOW} sets the instant it starts at */
    public Clock clock() {
        return clock;
    }

    private Clock startClock() {
        String now = values.getOrDefault("caravan.now", "");
        if (now.isBlank()) {
            return Clock.systemUTC();
        }
        try {
            return Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), Instant.parse(now)))
                    .withZone(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new ConfigurationException("CARAVAN_NOW is not an instant such as 2026-01-31T12:00:00Z: " + now, e);
        }
    }

    /**
     * @param name the setting's name in the file
     * @return its value, never blank
     * @throws ConfigurationException when it is missing or blank
     */
    public String text(String name) {
        return optional(name).orElseThrow(() -> new ConfigurationException("the setting " + name + " is missing"));
    }

    /**
     * @param name the setting's name in the file
     * @return its value, or nothing when it is missing or blank
     */
    public Optional<String> optional(String name) {
        return Optional.ofNullable(values.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /**
     * @param name the setting's name in the file
     * @return whether it is {@code true}; one that is missing or blank is not
     */
    public boolean flag(String name) {
        return optional(name).map(Boolean::parseBoolean).orElse(false);
    }

    /**
     * @param name the setting's name in the file
     * @param smallest the smallest value that makes sense
     * @param largest the largest value that makes sense
     * @return the whole number
     * @throws ConfigurationException when it is none or out of range
     */
    public int number(String name, int smallest, int largest) {
        int value = parsed(name, "a whole number", Integer::parseInt);
        if (value < smallest || value > largest) {
            throw new ConfigurationException(
                    "the setting " + name + " is " + value + ": it must lie between " + smallest + " and " + largest);
        }
        return value;
    }

    /**
     * @param name the setting's name in the file
     * @return the duration, written as in {@code 500ms}, {@code 30s}, {@code 5m}, {@code 12h}, {@code 7d}
     * @throws ConfigurationException when it has another form
     */
    public Duration duration(String name) {
        return parsed(name, "a duration such as 500ms, 30s, 5m, 12h or 7d", Settings::toDuration);
    }

    /**
     * @param name the setting's name in the file
     * @return the date, written as in {@code 2013-04-28}; of a month such as {@code 2020-01} its first day
     * @throws ConfigurationException when it has another form
     */
    public LocalDate date(String name) {
        return parsed(name, "a date such as 2013-04-28 or a month such as 2020-01", Settings::toDate);
    }

    /**
     * @param name the setting's name in the file
     * @return the permitted rate
     * @throws ConfigurationException when it has another form
     */
    public Rate rate(String name) {
        return parsed(name, "a rate such as 15/1s", Rate::parse);
    }

    /**
     * @param name the setting's name in the file
     * @return the base URL, without a slash at its end
     * @throws ConfigurationException when it is no http or https URL
     */
    public String url(String name) {
        String value = text(name).replaceAll("/+$", "");
        URI uri = parsed(name, "an http or https URL", URI::create);
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new ConfigurationException("the setting " + name + " is not an http or https URL");
        }
        return value;
    }

    private <T> T parsed(String name, String form, Function<String, T> parser) {
        String value = text(name);
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "the setting " + name + " is '" + Secrets.mask(value) + "', not " + form, e);
        }
    }

    private static LocalDate toDate(String text) {
        try {
            return text.length() == "2020-01".length() ? YearMonth.parse(text).atDay(1) : LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static Duration toDuration(String text) {
        if (!text.matches("\\d{1,9}(ms|s|m|h|d)")) {
            throw new IllegalArgumentException(text);
        }
        long amount = Long.parseLong(text.replaceAll("\\D", ""));
        return switch (text.replaceAll("\\d", "")) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /**
     * @return all settings for Camel's placeholders, without the secrets: no route can name one
     */
    public Properties forRoutes() {
        Properties properties = new Properties();
        values.forEach((name, value) -> {
            if (!isSecret(name)) {
                properties.setProperty(name, value);
            }
        });
        properties.setProperty("caravan.home", home().toString());
        return properties;
    }
}
