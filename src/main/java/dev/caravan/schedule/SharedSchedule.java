package dev.caravan.schedule;

import dev.caravan.database.Database;
import dev.caravan.database.Statements;
import dev.caravan.settings.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SchedulerFactory;
import org.quartz.TriggerKey;
import org.quartz.impl.DefaultThreadExecutor;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.simpl.SimpleThreadPool;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * The one schedule of all daemons on a database: Quartz's cluster, for Camel's component. Each trigger goes to one daemon of
 * those that run its route, whichever comes first; daemons with different sources get along. When a daemon is killed, what it
 * had taken up goes to another one after two check-ins and some seconds.
 */
public final class SharedSchedule implements SchedulerFactory {
    /** The name of the schedule in Quartz's tables. */
    static final String NAME = "caravan";

    private static final Logger LOG = LoggerFactory.getLogger(SharedSchedule.class);
    /** The scheduler's thread, the one for missed slots, the one that checks in, and one for slots that end. */
    private static final int CONNECTIONS = 4;
    /** Beside one for each source: slots that are passed over, and sources that come by a reload. */
    private static final int SPARE_THREADS = 10;

    private final Database database;
    private final Statements statements;
    private final Settings settings;
    private final Supplier<CamelContext> context;
    private final String daemon;
    private final Duration checkIn;
    private final ScheduleStore store = new ScheduleStore(this::isOwn);
    private volatile boolean leaving;
    private Scheduler scheduler;

    /**
     * @param database where the schedule is
     * @param statements the SQL of {@code sql/schedule}
     * @param settings {@code schedule.check-in}
     * @param context the running program, whose routes say which triggers are this daemon's
     * @param daemon the name of this process, unlike that of any other
     */
    public SharedSchedule(
            Database database,
            Statements statements,
            Settings settings,
            Supplier<CamelContext> context,
            String daemon) {
        this.database = database;
        this.statements = statements;
        this.settings = settings;
        this.context = context;
        this.daemon = daemon;
        this.checkIn = settings.duration("schedule.check-in");
    }

    /** A trigger is this daemon's while its route runs here: not one of a source that others pull, or that is stopped. */
    private boolean isOwn(TriggerKey trigger) {
        CamelContext camel = context.get();
        if (leaving || camel == null) {
            return false;
        }
        for (Route route : camel.getRoutes()) {
            if (route.getEndpoint() instanceof QuartzEndpoint endpoint
                    && endpoint.getTriggerKey().equals(trigger)
                    && camel.getRouteController().getRouteStatus(route.getId()).isStarted()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public synchronized Scheduler getScheduler() throws SchedulerException {
        if (scheduler == null) {
            String pool = NAME + " " + daemon;
            DBConnectionManager.getInstance()
                    .addConnectionProvider(pool, new Pool(database.openPool("schedule", CONNECTIONS)));
            store.setDataSource(pool);
            store.setUseProperties("true");
            store.setIsClustered(true);
            store.setClusterCheckinInterval(checkIn.toMillis());
            // Low: of slots that are older Quartz fires one for all, and not each of them.
            store.setMisfireThreshold(checkIn.toMillis() * 2);
            SimpleThreadPool threads =
                    new SimpleThreadPool(settings.sources().size() + SPARE_THREADS, Thread.NORM_PRIORITY);
            threads.setInstanceName("schedule");
            threads.initialize();
            // It looks as often as it checks in, so that a trigger that comes back from another daemon is soon taken
            // up.
            long idle = Math.max(1_000, checkIn.toMillis());
            DirectSchedulerFactory factory = DirectSchedulerFactory.getInstance();
            factory.createScheduler(
                    NAME,
                    daemon,
                    threads,
                    new DefaultThreadExecutor(),
                    store,
                    Map.of(),
                    null,
                    0,
                    idle,
                    checkIn.toMillis(),
                    false,
                    null);
            scheduler = factory.getScheduler(NAME);
        }
        return scheduler;
    }

    @Override
    public Scheduler getScheduler(String name) throws SchedulerException {
        return getScheduler();
    }

    @Override
    public Collection<Scheduler> getAllSchedulers() throws SchedulerException {
        return List.of(getScheduler());
    }

    /** @return the name of this process in Quartz's tables */
    String daemon() {
        return daemon;
    }

    /** @return for how long the scheduler's thread has not looked for what comes next; a few seconds when all is well */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - store.looked());
    }

    /** Takes up no slot any more: those to come are for the other daemons. What runs goes on. */
    public void stop() {
        leaving = true;
    }

    /** Hands back what was taken up and leaves the cluster, after the routes have ended. */
    public synchronized void leave() {
        if (scheduler == null) {
            return;
        }
        try {
            if (!scheduler.isShutdown()) {
                scheduler.shutdown();
            }
            new NamedParameterJdbcTemplate(database.dataSource())
                    .update(statements.text("schedule/leave"), Map.of("scheduler", NAME, "daemon", daemon));
        } catch (SchedulerException | DataAccessException e) {
            // The other daemons find out by themselves, some seconds later.
            LOG.warn("The schedule was not left in good order: {}", e.getMessage());
        }
    }

    /** Quartz's view of a pool that the database closes. */
    private record Pool(DataSource connections) implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return connections.getConnection();
        }

        @Override
        public void initialize() {
            // It is open already.
        }

        @Override
        public void shutdown() {
            // Whoever opened it closes it.
        }
    }
}
