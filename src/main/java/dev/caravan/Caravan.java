package dev.caravan;

import dev.caravan.api.ApiSteps;
import dev.caravan.api.Queries;
import dev.caravan.api.SourceReport;
import dev.caravan.catalog.Catalogue;
import dev.caravan.database.Database;
import dev.caravan.database.Migrations;
import dev.caravan.database.Statements;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.Budget;
import dev.caravan.fetch.Door;
import dev.caravan.fetch.Pacer;
import dev.caravan.fetch.Retries;
import dev.caravan.fetch.VendorHttp;
import dev.caravan.ingest.ObservationCollector;
import dev.caravan.ingest.ObservationWriter;
import dev.caravan.ingest.PullLedger;
import dev.caravan.ingest.PullSteps;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.source.ProjectedJson;
import dev.caravan.source.alphavantage.AlphaVantageGate;
import dev.caravan.source.alphavantage.AlphaVantageNormaliser;
import dev.caravan.source.alphavantage.AlphaVantagePlanner;
import dev.caravan.source.artemis.ArtemisNormaliser;
import dev.caravan.source.artemis.ArtemisPlanner;
import dev.caravan.source.coingecko.CoinGeckoNormaliser;
import dev.caravan.source.coingecko.CoinGeckoPlanner;
import dev.caravan.source.defillama.DefiLlamaNormaliser;
import dev.caravan.source.defillama.DefiLlamaPlanner;
import dev.caravan.source.velo.VeloHeading;
import dev.caravan.source.velo.VeloNormaliser;
import dev.caravan.source.velo.VeloPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * The program in one process: settings, database, and a Camel context with the beans that routes name. The daemon and the
 * commands differ only in the routes they load.
 */
public final class Caravan implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Caravan.class);

    private final Settings settings;
    private final Database database;
    private final Statements statements;
    private final Accounts accounts;
    private final PullLedger ledger;
    private final NamedParameterJdbcTemplate jdbc;
    private final Main camel = new Main();

    private Caravan(Settings settings, Database database) {
        this.settings = settings;
        this.database = database;
        this.jdbc = new NamedParameterJdbcTemplate(database.dataSource());
        this.statements = new Statements(settings.home());
        this.accounts = new Accounts(settings);
        this.ledger = new PullLedger(database, statements, settings);
    }

    /**
     * Opens the database, brings its schema and catalogue up to date, and makes everything ready to {@link #start}.
     *
     * @param settings the settings in force
     * @return the program, its routes not yet loaded
     * @throws ConfigurationException when a setting is wrong or the database cannot be used; one line that says why
     */
    public static Caravan open(Settings settings) {
        Database database = Database.open(settings);
        try {
            Migrations.apply(database.dataSource(), settings.home());
            Caravan caravan = new Caravan(settings, database);
            new Catalogue(database.dataSource(), caravan.statements, settings).load();
            return caravan;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * Loads routes and starts them.
     *
     * @param folders folders below {@code routes}, such as {@code common}, or single files without their ending
     * @throws ConfigurationException when a route file is wrong or a port is taken
     */
    public void start(String... folders) {
        bind();
        camel.setDefaultPropertyPlaceholderLocation("false"); // ours are read already, by one rule
        Properties properties = settings.forRoutes();
        properties.stringPropertyNames().forEach(name -> camel.addProperty(name, properties.getProperty(name)));
        camel.addProperty(
                "camel.main.streamCachingSpoolDirectory",
                settings.dataDirectory().resolve("spool").resolve("#uuid#").toString());
        camel.configure().setRoutesIncludePattern(includePattern(folders));
        try {
            camel.start();
        } catch (Exception e) {
            throw new ConfigurationException("the routes could not be started: " + rootMessage(e), e);
        }
    }

    private String includePattern(String... folders) {
        List<String> patterns = new ArrayList<>();
        for (String folder : folders) {
            String place = "file:" + settings.home().resolve("routes").resolve(folder);
            if (java.nio.file.Files.isDirectory(
                    settings.home().resolve("routes").resolve(folder))) {
                patterns.add(place + "/**/*.camel.yaml");
                patterns.add(place + "/**/*.camel.xml");
            } else {
                patterns.add(place + ".camel.yaml");
            }
        }
        return patterns.stream().collect(Collectors.joining(","));
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    /** The names by which routes know the beans. */
    private void bind() {
        double margin = Double.parseDouble(settings.text("fetch.pace-margin"));
        Pacer pacer = new Pacer(jdbc, statements, accounts, margin);
        ObservationWriter writer = new ObservationWriter(database.dataSource(), statements);
        camel.bind("api", new ApiSteps(settings));
        camel.bind("queries", new Queries(jdbc, statements, settings));
        camel.bind("sources", sources());
        camel.bind("dataSource", database.dataSource());
        camel.bind("accounts", accounts);
        camel.bind("pacer", pacer);
        camel.bind("vendorHttp", new VendorHttp(pacer, settings));
        Budget budget = new Budget(jdbc, statements, accounts, settings);
        camel.bind("door", new Door(accounts, budget, settings));
        camel.bind("retries", new Retries(pacer, settings));
        camel.bind("projectedJson", new ProjectedJson());
        camel.bind("pulls", new PullSteps(ledger, writer, settings.clock()));
        camel.bind("observations", new ObservationCollector());
        camel.bind("artemisPlanner", new ArtemisPlanner(settings, ledger));
        camel.bind("artemisNormaliser", new ArtemisNormaliser());
        camel.bind("veloPlanner", new VeloPlanner(settings));
        camel.bind("veloHeading", new VeloHeading());
        camel.bind("veloNormaliser", new VeloNormaliser());
        AlphaVantageGate gate = new AlphaVantageGate();
        camel.bind("alphavantageGate", gate);
        camel.bind("alphavantagePlanner", new AlphaVantagePlanner(settings, accounts, budget, ledger, gate));
        camel.bind("alphavantageNormaliser", new AlphaVantageNormaliser());
        camel.bind("defillamaPlanner", new DefiLlamaPlanner(settings, accounts, ledger));
        camel.bind("defillamaNormaliser", new DefiLlamaNormaliser(settings));
        camel.bind("coingeckoPlanner", new CoinGeckoPlanner(settings, accounts));
        camel.bind("coingeckoNormaliser", new CoinGeckoNormaliser());
    }

    /** @return the Camel context, once started */
    public CamelContext context() {
        return camel.getCamelContext();
    }

    /** @return the settings in force */
    public Settings settings() {
        return settings;
    }

    /** @return the database */
    public Database database() {
        return database;
    }

    /** @return how each source stands */
    public SourceReport sources() {
        return new SourceReport(jdbc, statements, settings, accounts);
    }

    /** @return the vendor accounts */
    public Accounts accounts() {
        return accounts;
    }

    /** @return the statements under {@code sql} */
    public Statements statements() {
        return statements;
    }

    /** @return where pulls begin and end */
    public PullLedger ledger() {
        return ledger;
    }

    /**
     * Deletes all observations, series and pulls; entities and metrics stay.
     *
     * @throws ConfigurationException when another process works on this database: it knows series by numbers that would be
     *     gone
     */
    public void deleteEverything() {
        JdbcOperations sql = jdbc.getJdbcOperations();
        Integer others = sql.queryForObject(
                statements.text("queries/other-processes"), Integer.class, Database.applicationName());
        if (others != null && others > 0) {
            throw new ConfigurationException(
                    "another Caravan works on " + database.description() + ": stop it before deleting its data");
        }
        sql.execute(statements.text("ingest/delete-everything"));
    }

    /** Stops the routes, letting what is in flight finish, and leaves the database. */
    @Override
    public void close() {
        ledger.stop();
        try {
            camel.stop();
        } catch (Exception e) {
            LOG.warn("The routes did not stop cleanly: {}", e.getMessage());
        } finally {
            database.close();
        }
    }
}
