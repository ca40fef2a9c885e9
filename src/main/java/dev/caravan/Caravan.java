package dev.caravan;

import dev.caravan.api.ApiSteps;
import dev.caravan.api.BackfillAdmin;
import dev.caravan.api.CoverageQueries;
import dev.caravan.api.PullAdmin;
import dev.caravan.api.Queries;
import dev.caravan.api.RevisionQueries;
import dev.caravan.api.RouteAdmin;
import dev.caravan.api.SourceReport;
import dev.caravan.backfill.BackfillDesk;
import dev.caravan.backfill.BackfillLedger;
import dev.caravan.backfill.BackfillReport;
import dev.caravan.backfill.BackfillRuns;
import dev.caravan.backfill.BackfillSteps;
import dev.caravan.backfill.Calendar;
import dev.caravan.backfill.Gaps;
import dev.caravan.backfill.HistoryPlan;
import dev.caravan.catalog.Catalogue;
import dev.caravan.catalog.UnmappedIds;
import dev.caravan.database.Database;
import dev.caravan.database.Migrations;
import dev.caravan.database.Statements;
import dev.caravan.fetch.AccountLimits;
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
import dev.caravan.routes.RouteFiles;
import dev.caravan.routes.RouteStops;
import dev.caravan.schedule.Daemons;
import dev.caravan.schedule.Heartbeat;
import dev.caravan.schedule.SharedSchedule;
import dev.caravan.schedule.Slots;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.source.ProjectedJson;
import dev.caravan.source.alphavantage.AlphaVantageGate;
import dev.caravan.source.alphavantage.AlphaVantageHistory;
import dev.caravan.source.alphavantage.AlphaVantageNormaliser;
import dev.caravan.source.alphavantage.AlphaVantagePlanner;
import dev.caravan.source.artemis.ArtemisHistory;
import dev.caravan.source.artemis.ArtemisNormaliser;
import dev.caravan.source.artemis.ArtemisPlanner;
import dev.caravan.source.coingecko.CoinGeckoHistory;
import dev.caravan.source.coingecko.CoinGeckoLimit;
import dev.caravan.source.coingecko.CoinGeckoNormaliser;
import dev.caravan.source.coingecko.CoinGeckoPlanner;
import dev.caravan.source.defillama.DefiLlamaHistory;
import dev.caravan.source.defillama.DefiLlamaNormaliser;
import dev.caravan.source.defillama.DefiLlamaPlanner;
import dev.caravan.source.table.TableHistories;
import dev.caravan.source.table.TableNormaliser;
import dev.caravan.source.table.TablePlanner;
import dev.caravan.source.velo.VeloHeading;
import dev.caravan.source.velo.VeloHistory;
import dev.caravan.source.velo.VeloNormaliser;
import dev.caravan.source.velo.VeloPlanner;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * The program in one process: settings, database, and a Camel context with the beans that routes name. The daemon and the
 * commands differ only in the routes they load.
 */
public final class Caravan implements AutoCloseable {
    /** Where the routes are that a pull needs, below {@code routes}, in the order of loading. */
    public static final List<String> PULL_ROUTES = List.of("common", "templates", "sources");

    /** Where a daemon's routes are, in the order of loading. */
    public static final List<String> ROUTES =
            List.of("common", "templates", "sources", "schedule", "history", "api", "nothing");

    /** The names by which routes know the beans. */
    public static final Set<String> BEANS = Set.of(
            "accounts",
            "alphavantageGate",
            "alphavantageHistory",
            "alphavantageNormaliser",
            "alphavantagePlanner",
            "api",
            "artemisHistory",
            "artemisNormaliser",
            "artemisPlanner",
            "backfillAdmin",
            "backfillDesk",
            "backfills",
            "coingeckoHistory",
            "coingeckoLimit",
            "coingeckoNormaliser",
            "coingeckoPlanner",
            "daemons",
            "coverage",
            "dataSource",
            "defillamaHistory",
            "defillamaNormaliser",
            "defillamaPlanner",
            "door",
            "observations",
            "pacer",
            "projectedJson",
            "pullAdmin",
            "pulls",
            "queries",
            "retries",
            "revisions",
            "routeAdmin",
            "slots",
            "sources",
            "tableHistories",
            "tableNormaliser",
            "tablePlanner",
            "veloHeading",
            "veloHistory",
            "veloNormaliser",
            "veloPlanner",
            "vendorHttp");

    private static final Logger LOG = LoggerFactory.getLogger(Caravan.class);

    private final Settings settings;
    private final Database database;
    private final Statements statements;
    private final Accounts accounts;
    private final PullLedger ledger;
    private final NamedParameterJdbcTemplate jdbc;
    private final Main camel = new Main();
    private final Catalogue catalogue;
    private final RouteFiles routeFiles;
    private final BackfillLedger backfillLedger;
    private final Gaps gaps;
    private final BackfillDesk desk;
    private BackfillRuns backfillRuns; // once started
    /** Unlike that of any other process, now or before: a container's process number is the same at every start. */
    private final String name =
            Database.applicationName() + " of " + Instant.now().truncatedTo(ChronoUnit.MILLIS);

    private final Daemons daemons;
    private final Optional<SharedSchedule> schedule;

    private Caravan(Settings settings, Database database) {
        this.settings = settings;
        this.database = database;
        this.jdbc = new NamedParameterJdbcTemplate(database.dataSource());
        this.statements = new Statements(settings.layers());
        this.accounts = new Accounts(settings);
        this.ledger = new PullLedger(database, statements, settings);
        this.catalogue = new Catalogue(database.dataSource(), statements, settings);
        this.backfillLedger = new BackfillLedger(database, statements, settings.clock());
        this.gaps = new Gaps(jdbc, statements, source -> Calendar.ofSource(source, settings));
        this.desk = new BackfillDesk(
                database.dataSource(),
                statements,
                settings,
                accounts,
                new Budget(jdbc, statements, accounts, settings),
                backfillLedger,
                gaps);
        this.routeFiles =
                new RouteFiles(settings, BEANS, Optional.of(new RouteStops(jdbc, statements, settings.clock())));
        this.daemons = new Daemons(jdbc, statements, settings, name);
        this.schedule = settings.flag("schedule.shared")
                ? Optional.of(new SharedSchedule(database, statements, settings, camel::getCamelContext, name))
                : Optional.empty();
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
            Migrations.apply(database.dataSource(), settings.layers());
            Caravan caravan = new Caravan(settings, database);
            caravan.catalogue.load();
            return caravan;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * Loads routes and starts them.
     *
     * @param folders folders below {@code routes}, such as {@code common}, or single files without their ending; a file that
     *     is broken is reported and left out
     * @throws ConfigurationException when a route file is wrong that the others are built on, or a port is taken
     */
    public void start(String... folders) {
        bind();
        camel.setDefaultPropertyPlaceholderLocation("false"); // ours are read already, by one rule
        Properties properties = settings.forRoutes();
        properties.stringPropertyNames().forEach(name -> camel.addProperty(name, properties.getProperty(name)));
        camel.addProperty(
                "camel.main.streamCachingSpoolDirectory",
                settings.dataDirectory().resolve("spool").resolve("#uuid#").toString());
        schedule.ifPresent(shared -> {
            camel.bind("sharedSchedule", shared);
            camel.addProperty("camel.component.quartz.scheduler-factory", "#bean:sharedSchedule");
        });
        try {
            camel.start();
        } catch (Exception e) {
            throw new ConfigurationException("the routes could not be started: " + rootMessage(e), e);
        }
        routeFiles.start(camel.getCamelContext(), folders);
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    private void bind(String name, Object bean) {
        if (!BEANS.contains(name)) {
            throw new IllegalStateException(name + " is not among the names that route files are checked by");
        }
        camel.bind(name, bean);
    }

    private void bind() {
        double margin = Double.parseDouble(settings.text("fetch.pace-margin"));
        Pacer pacer = new Pacer(jdbc, statements, accounts, margin);
        ObservationWriter writer = new ObservationWriter(database.dataSource(), statements, settings);
        bind("api", new ApiSteps(settings));
        bind("queries", new Queries(jdbc, statements, settings));
        bind("revisions", new RevisionQueries(jdbc, statements, settings));
        bind("coverage", new CoverageQueries(jdbc, statements, settings, gaps));
        bind("sources", sources());
        bind("slots", new Slots(jdbc, statements, settings, name));
        bind("daemons", daemons);
        bind("pullAdmin", new PullAdmin(settings, accounts, ledger));
        bind("backfillAdmin", new BackfillAdmin(settings, accounts, backfillLedger, backfillReport(), desk, gaps));
        bind("routeAdmin", new RouteAdmin(routeFiles, catalogue));
        bind("dataSource", database.dataSource());
        bind("accounts", accounts);
        bind("pacer", pacer);
        bind("vendorHttp", new VendorHttp(pacer, settings));
        Budget budget = new Budget(jdbc, statements, accounts, settings);
        bind("door", new Door(accounts, budget, settings));
        bind("retries", new Retries(pacer, settings));
        bind("projectedJson", new ProjectedJson());
        bind("pulls", new PullSteps(ledger, writer, settings.clock()));
        bind("observations", new ObservationCollector());
        backfillRuns = new BackfillRuns(
                jdbc,
                statements,
                settings,
                writer,
                backfillLedger,
                new HistoryPlan(jdbc, statements, settings, gaps),
                source -> accounts.rate(source).gapSeconds());
        bind("backfills", new BackfillSteps(backfillRuns));
        bind("backfillDesk", desk);
        bind("artemisHistory", new ArtemisHistory(settings, ledger));
        bind("artemisPlanner", new ArtemisPlanner(settings, ledger));
        bind("artemisNormaliser", new ArtemisNormaliser());
        bind("veloHistory", new VeloHistory(settings));
        bind("veloPlanner", new VeloPlanner(settings));
        bind("veloHeading", new VeloHeading());
        bind("veloNormaliser", new VeloNormaliser());
        bind("alphavantageGate", new AlphaVantageGate(budget));
        bind("alphavantageHistory", new AlphaVantageHistory(settings, accounts));
        bind("alphavantagePlanner", new AlphaVantagePlanner(settings, accounts, budget, ledger));
        bind("alphavantageNormaliser", new AlphaVantageNormaliser());
        bind("defillamaHistory", new DefiLlamaHistory(settings, accounts, ledger));
        bind("defillamaPlanner", new DefiLlamaPlanner(settings, accounts, ledger));
        bind("defillamaNormaliser", new DefiLlamaNormaliser(settings));
        bind("coingeckoHistory", new CoinGeckoHistory(settings, accounts));
        bind("coingeckoPlanner", new CoinGeckoPlanner(settings, accounts));
        bind(
                "coingeckoLimit",
                new CoinGeckoLimit(
                        settings, accounts, new AccountLimits(jdbc, statements, accounts, settings.clock())));
        bind("coingeckoNormaliser", new CoinGeckoNormaliser());
        bind("tableHistories", new TableHistories(settings));
        bind("tablePlanner", new TablePlanner(settings));
        bind("tableNormaliser", new TableNormaliser());
    }

    /** For a program that takes signals itself: without this, Camel's own hook would stop the context beside it. */
    public void leaveSignalsAlone() {
        camel.setShutdownStrategy(new SimpleMainShutdownStrategy());
    }

    /** @return the Camel context, once started */
    public CamelContext context() {
        return camel.getCamelContext();
    }

    /** @return the route files, as they run */
    public RouteFiles routeFiles() {
        return routeFiles;
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
        Heartbeat heartbeat = new Heartbeat(jdbc, statements, settings, schedule);
        return new SourceReport(jdbc, statements, settings, accounts, routeFiles, heartbeat);
    }

    /** @return the daemons that work on this database */
    public Daemons daemons() {
        return daemons;
    }

    /** @return the ids that belong to no entity */
    public UnmappedIds unmappedIds() {
        return new UnmappedIds(jdbc, statements, settings);
    }

    /** @return the vendor accounts */
    public Accounts accounts() {
        return accounts;
    }

    /** @return the statements under {@code sql} */
    public Statements statements() {
        return statements;
    }

    /** @return orders of history and how they stand */
    public BackfillLedger backfills() {
        return backfillLedger;
    }

    /** Tells the runs of this process to finish what is in flight; their orders are then interrupted. */
    public void stopBackfills() {
        if (backfillRuns != null) {
            backfillRuns.stop();
        }
    }

    /** @return whether a daemon works on this database */
    public boolean daemonRuns() {
        return !daemons.alive().isEmpty();
    }

    /** @return what a daemon does about history by itself */
    public BackfillDesk desk() {
        return desk;
    }

    /** @return how orders of history stand */
    public BackfillReport backfillReport() {
        return new BackfillReport(jdbc, statements, backfillLedger, settings.clock());
    }

    /** @return what is missing */
    public Gaps gaps() {
        return gaps;
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
        stopBackfills();
        schedule.ifPresent(SharedSchedule::stop);
        try {
            camel.stop();
            schedule.ifPresent(SharedSchedule::leave);
            daemons.leave();
        } catch (Exception e) {
            LOG.warn("The routes did not stop cleanly: {}", e.getMessage());
        } finally {
            database.close();
        }
    }
}
