package dev.caravan.ingest;

import dev.caravan.database.Database;
import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import dev.caravan.ingest.Pull.Item;
import dev.caravan.settings.Secrets;
import dev.caravan.settings.Settings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Begins and ends pulls in the database. A source is pulled by one process at a time: the pull holds a lock on a
 * connection of its own, which PostgreSQL releases when the process dies, however it dies.
 */
public final class PullLedger {
    private static final Logger LOG = LoggerFactory.getLogger(PullLedger.class);

    private final Database server;
    private final NamedParameterJdbcTemplate database;
    private final TransactionTemplate transaction;
    private final Statements statements;
    private final Settings settings;
    private final Clock clock;
    private final int hopelessAfter;
    private final Duration forgottenAfter;
    private final Duration askedAgainAfter;
    private final Map<Integer, Connection> locks = new ConcurrentHashMap<>();
    private final Map<String, Pull> running = new ConcurrentHashMap<>();

    /**
     * @param server the database
     * @param statements the SQL of {@code sql/ingest}
     * @param settings {@code pull.hopeless-after}, {@code pull.silent.forgotten-after},
     *     {@code pull.not-offered.asked-again-after}, and the clock
     */
    public PullLedger(Database server, Statements statements, Settings settings) {
        this.server = server;
        this.database = new NamedParameterJdbcTemplate(server.dataSource());
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(server.dataSource()));
        this.statements = statements;
        this.settings = settings;
        this.clock = settings.clock();
        this.hopelessAfter = settings.number("pull.hopeless-after", 1, 100_000);
        this.forgottenAfter = settings.duration("pull.silent.forgotten-after");
        this.askedAgainAfter = settings.duration("pull.not-offered.asked-again-after");
    }

    /**
     * Begins a pull: takes the source's lock, marks dead pulls as interrupted and writes the row.
     *
     * @param source the source
     * @return the running pull; {@link #end} or {@link #abort} it
     * @throws PullRunning when the source is being pulled already, here or by another process
     */
    public Pull begin(String source) {
        Connection lock = lock(source);
        try {
            Instant now = clock.instant();
            MapSqlParameterSource parameters = new MapSqlParameterSource("source", source).addValue("now", sql(now));
            int dead = database.update(statements.text("ingest/interrupt-pulls"), parameters);
            if (dead > 0) {
                LOG.warn(
                        "{}: {} earlier pull(s) died in the middle; marked as interrupted, not run again",
                        source,
                        dead);
            }
            Integer id = database.queryForObject(statements.text("ingest/begin-pull"), parameters, Integer.class);
            Pull pull = new Pull(id, source, now, hopelessAfter);
            locks.put(id, lock);
            running.put(source, pull);
            return pull;
        } catch (RuntimeException e) {
            closeQuietly(lock);
            throw e;
        }
    }

    private Connection lock(String source) {
        try {
            Connection connection = server.connectApart();
            try (PreparedStatement statement = connection.prepareStatement(statements.text("ingest/lock-pull"))) {
                statement.setString(1, source);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    if (row.getBoolean(1)) {
                        return connection;
                    }
                }
            }
            connection.close();
        } catch (SQLException e) {
            throw new TransientDataAccessResourceException("the database does not answer: " + e.getMessage(), e);
        }
        throw new PullRunning(source);
    }

    /**
     * Ends a pull: judges it and writes down what is to be said of it, in one transaction.
     *
     * @param pull the pull
     * @return its status
     */
    public PullStatus end(Pull pull) {
        try {
            PullVerdict verdict =
                    pull.judge(known(pull.source()), listed(pull.source()).keySet());
            write(pull, verdict);
            LOG.info(
                    "{}: pull {} {}: {} of {} series, {} requests, {} failed, {} new, {} changed, {} unchanged rows{}",
                    pull.source(),
                    pull.id(),
                    verdict.status().label(),
                    verdict.received().size(),
                    verdict.expected(),
                    verdict.requests(),
                    verdict.failures().size(),
                    verdict.stored().newRows(),
                    verdict.stored().changedRows(),
                    verdict.stored().unchangedRows(),
                    verdict.notes() == null ? "" : " (" + verdict.notes() + ")");
            return verdict.status();
        } finally {
            release(pull);
        }
    }

    /**
     * Ends a pull that cannot go on, such as when its rows could not be stored.
     *
     * @param pull the pull
     * @param reason why, for a person
     */
    public void abort(Pull pull, String reason) {
        String masked = Secrets.mask(reason);
        LOG.error("{}: pull {} failed: {}", pull.source(), pull.id(), masked);
        try {
            Pull.Progress progress = pull.progress();
            StoreResult stored = pull.stored();
            database.update(
                    statements.text("ingest/end-pull"),
                    new MapSqlParameterSource("pull", pull.id())
                            .addValue("status", PullStatus.ERROR.label())
                            .addValue("now", sql(clock.instant()))
                            .addValue("new", stored.newRows())
                            .addValue("changed", stored.changedRows())
                            .addValue("unchanged", stored.unchangedRows())
                            .addValue("requests", progress.planned())
                            .addValue("failed", progress.failed())
                            .addValue("expected", 0)
                            .addValue("received", 0)
                            .addValue("notes", masked));
        } catch (org.springframework.dao.DataAccessException e) {
            // The next pull of the source finds the row and marks it as interrupted.
            LOG.error("{}: the end of pull {} could not be written: {}", pull.source(), pull.id(), e.getMessage());
        } finally {
            release(pull);
        }
    }

    private void write(Pull pull, PullVerdict verdict) {
        Instant now = clock.instant();
        String source = pull.source();
        transaction.executeWithoutResult(status -> {
            each("ingest/add-pull-failure", verdict.failures(), failure -> new MapSqlParameterSource("pull", pull.id())
                    .addValue("request", Secrets.mask(failure.request().description()))
                    .addValue("reason", failure.reason())
                    .addValue("status", failure.status())
                    .addValue("attempts", failure.attempts())
                    .addValue("at", sql(failure.at())));
            each("ingest/add-quarantine", pull.quarantined(), part -> new MapSqlParameterSource("source", source)
                    .addValue("pull", pull.id())
                    .addValue("request", Secrets.mask(part.request().description()))
                    .addValue("reason", part.reason())
                    .addValue("fragment", part.fragment())
                    .addValue("at", sql(part.at())));
            answered(source, verdict.received(), now);
            mark("ingest/mark-silent", source, verdict.silent(), now);
            mark("ingest/mark-answering", source, verdict.received(), now);
            mark("ingest/remove-not-offered", source, verdict.received(), now);
            notOffered(source, verdict.notOffered(), now);
            database.update(
                    statements.text("ingest/end-pull"),
                    new MapSqlParameterSource("pull", pull.id())
                            .addValue("status", verdict.status().label())
                            .addValue("now", sql(now))
                            .addValue("new", verdict.stored().newRows())
                            .addValue("changed", verdict.stored().changedRows())
                            .addValue("unchanged", verdict.stored().unchangedRows())
                            .addValue("requests", verdict.requests())
                            .addValue("failed", verdict.failures().size())
                            .addValue("expected", verdict.expected())
                            .addValue("received", verdict.received().size())
                            .addValue("notes", verdict.notes()));
        });
    }

    private <T> void each(String statement, List<T> rows, Function<T, SqlParameterSource> parameters) {
        if (!rows.isEmpty()) {
            database.batchUpdate(
                    statements.text(statement), rows.stream().map(parameters).toArray(SqlParameterSource[]::new));
        }
    }

    private void mark(String statement, String source, Collection<Item> items, Instant now) {
        if (!items.isEmpty()) {
            database.update(statements.text(statement), items(source, List.copyOf(items), now));
        }
    }

    private void answered(String source, Collection<Item> items, Instant now) {
        boolean inTurns = settings.flag(source + ".asks-in-turns");
        if (inTurns && !items.isEmpty()) {
            String[] assets =
                    items.stream().map(Item::asset).distinct().sorted().toArray(String[]::new);
            database.update(
                    statements.text("ingest/mark-answered"),
                    new MapSqlParameterSource("source", source)
                            .addValue("now", sql(now))
                            .addValue("assets", new SqlArray("text", assets)));
        }
    }

    private void notOffered(String source, Map<Item, String> items, Instant now) {
        if (items.isEmpty()) {
            return;
        }
        List<Item> order = List.copyOf(items.keySet());
        database.update(
                statements.text("ingest/add-not-offered"),
                items(source, order, now)
                        .addValue("reasons", texts(order, items::get))
                        // A row that was written a moment ago need not be written again by every hourly pull.
                        .addValue("stale", sql(now.minus(askedAgainAfter))));
    }

    private static MapSqlParameterSource items(String source, List<Item> items, Instant now) {
        return new MapSqlParameterSource("source", source)
                .addValue("now", sql(now))
                .addValue("assets", texts(items, Item::asset))
                .addValue("metrics", texts(items, Item::metric))
                .addValue("exchanges", texts(items, Item::exchange));
    }

    private static SqlArray texts(List<Item> items, Function<Item, String> part) {
        return new SqlArray("text", items.stream().map(part).toArray(String[]::new));
    }

    private static Item item(ResultSet row) throws SQLException {
        return new Item(row.getString("asset"), row.getString("metric"), row.getString("exchange"));
    }

    private Map<Item, Boolean> known(String source) {
        Map<Item, Boolean> known = new HashMap<>();
        database.query(
                statements.text("ingest/known-items"),
                new MapSqlParameterSource("source", source)
                        .addValue("forgotten", sql(clock.instant().minus(forgottenAfter))),
                row -> {
                    known.put(item(row), row.getBoolean("waited_for"));
                });
        return known;
    }

    private Map<Item, Instant> listed(String source) {
        Map<Item, Instant> listed = new HashMap<>();
        database.query(statements.text("ingest/not-offered-items"), Map.of("source", source), row -> {
            listed.put(item(row), row.getTimestamp("last_asked").toInstant());
        });
        return listed;
    }

    /**
     * What need not be asked today: it was asked within the last week and the vendor does not offer it.
     *
     * @param source the source
     * @return asset and metric, joined by a space
     */
    public Set<String> askedLately(String source) {
        Instant again = clock.instant().minus(askedAgainAfter);
        Set<String> lately = new HashSet<>();
        listed(source).forEach((item, asked) -> {
            if (asked.isAfter(again)) {
                lately.add(item.asset() + " " + item.metric());
            }
        });
        return lately;
    }

    /**
     * When each asset was last pulled with an answer, for sources that cannot ask for all at once.
     *
     * @param source the source
     * @return by asset; one that has never answered is absent
     */
    public Map<String, Instant> lastAnswered(String source) {
        Map<String, Instant> answered = new HashMap<>();
        database.query(statements.text("ingest/last-answered"), Map.of("source", source), row -> {
            answered.put(row.getString("asset"), row.getTimestamp("answered_at").toInstant());
        });
        return answered;
    }

    /**
     * @param source the source
     * @return the pull of it that runs in this process, if one does
     */
    public Optional<Pull> running(String source) {
        return Optional.ofNullable(running.get(source));
    }

    /** Tells the pulls of this process to finish what is in flight and ask no more; they end as interrupted. */
    public void stop() {
        running.values().forEach(Pull::stop);
    }

    private void release(Pull pull) {
        running.remove(pull.source(), pull);
        Connection lock = locks.remove(pull.id());
        if (lock != null) {
            unlock(lock);
            closeQuietly(lock);
        }
    }

    /** The server notes a closed connection a moment late; a pull that begins at once would find the lock still held. */
    private void unlock(Connection lock) {
        try (PreparedStatement statement = lock.prepareStatement(statements.text("ingest/unlock-pull"))) {
            statement.execute();
        } catch (SQLException e) {
            LOG.debug("A lock goes with its connection: {}", e.getMessage());
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close(); // and with it the lock
        } catch (SQLException e) {
            LOG.debug("A lock's connection did not close: {}", e.getMessage());
        }
    }

    private static Timestamp sql(Instant instant) {
        return Timestamp.from(instant);
    }
}
