package dev.caravan.testing;

import dev.caravan.Caravan;
import dev.caravan.backfill.BackfillState;
import dev.caravan.ingest.PullStatus;
import dev.caravan.sandbox.Sandbox;
import dev.caravan.settings.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.springframework.jdbc.core.JdbcTemplate;

/** The real program in the test's process: real routes, a real database, vendors on loopback. */
public final class TestCaravan implements AutoCloseable {
    private final Caravan caravan;
    private final JdbcTemplate sql;

    private TestCaravan(Caravan caravan) {
        this.caravan = caravan;
        this.sql = new JdbcTemplate(caravan.database().dataSource());
    }

    /**
     * Opens a new database and starts the routes of the sources, and more if asked.
     *
     * @param home folder with routes, config and sql
     * @param settings settings by their names in the file; {@code database.url} is set here unless given
     * @param more further folders or files of routes, such as {@code api}
     * @return the running program
     */
    public static TestCaravan start(Path home, Map<String, String> settings, String... more) {
        Map<String, String> all = new HashMap<>(settings);
        all.computeIfAbsent("database.url", name -> TestServer.newDatabase());
        // The environment of the person who runs the tests has no say: no key of theirs may leave, none may change a
        // result.
        Caravan caravan = Caravan.open(Settings.load(home, Map.of(), all, false));
        List<String> folders = new java.util.ArrayList<>(Caravan.PULL_ROUTES);
        folders.addAll(List.of(more));
        try {
            caravan.start(folders.toArray(String[]::new));
        } catch (RuntimeException e) {
            caravan.close();
            throw e;
        }
        return new TestCaravan(caravan);
    }

    /**
     * @param sandbox vendors on loopback
     * @return the settings that point to them, with rates that do not slow a test down
     */
    public static Map<String, String> vendors(Sandbox sandbox) {
        Map<String, String> settings = new HashMap<>();
        sandbox.endpoints()
                .forEach((name, url) ->
                        settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), url));
        for (String rate : List.of(
                "defillama.rate.free",
                "defillama.rate.pro",
                "coingecko.rate.none",
                "coingecko.rate.demo",
                "coingecko.rate.pro",
                "artemis.rate.key",
                "velo.rate.key",
                "alphavantage.rate.free",
                "alphavantage.rate.premium")) {
            settings.put(rate, "2000/1s");
        }
        settings.put("velo.rate.degraded", "2000/1s");
        settings.put("fetch.backoff.first", "10ms");
        settings.put("fetch.backoff.longest", "50ms");
        return settings;
    }

    /**
     * Pulls a source by its route, as the schedule does.
     *
     * @param source the source
     * @return how it ended
     */
    public PullStatus pull(String source) {
        try (ProducerTemplate template = caravan.context().createProducerTemplate()) {
            return template.requestBody("direct:" + source + "-pull", null, PullStatus.class);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * Orders history and waits for its end, by the source's route.
     *
     * @param source the source
     * @param order the order, its parts, or its number
     * @return how the order stands
     */
    public BackfillState backfill(String source, Object order) {
        try (ProducerTemplate template = caravan.context().createProducerTemplate()) {
            return template.requestBody("direct:" + source + "-backfill", order, BackfillState.class);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** @return why windows of history did not go well, for a test's message */
    public List<String> windowErrors() {
        return sql.queryForList(
                "SELECT DISTINCT state || ': ' || error FROM backfill_window WHERE error IS NOT NULL", String.class);
    }

    /** @return the program */
    public Caravan caravan() {
        return caravan;
    }

    /** @return plain SQL on its database */
    public JdbcTemplate sql() {
        return sql;
    }

    /**
     * @param source the source
     * @return the row of its last pull
     */
    public Map<String, Object> lastPull(String source) {
        return sql.queryForMap("SELECT * FROM pulls WHERE source_name = ? ORDER BY pull_id DESC LIMIT 1", source);
    }

    /**
     * @param source the source
     * @param asset the source's id
     * @param metric the source's metric
     * @return its latest value, or null when there is none
     */
    public Double latest(String source, String asset, String metric) {
        List<Double> values = sql.queryForList(
                "SELECT last_value FROM series JOIN series_state USING (series_id)"
                        + " WHERE source = ? AND asset = ? AND metric = ?",
                Double.class,
                source,
                asset,
                metric);
        return values.isEmpty() ? null : values.get(0);
    }

    @Override
    public void close() {
        caravan.close();
    }
}
