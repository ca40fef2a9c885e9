package dev.caravan.ingest;

import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import dev.caravan.settings.Settings;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The store step: writes batches by the one statement {@code sql/ingest/store.sql}, in transactions of at most
 * {@link #LARGEST_STATEMENT} rows, under the source's lock.
 */
public final class ObservationWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ObservationWriter.class);

    /** Rows in one statement: beyond this the measured speed no longer grows. */
    public static final int LARGEST_STATEMENT = 10_000;

    private final NamedParameterJdbcTemplate database;
    private final TransactionTemplate transaction;
    private final Statements statements;
    private final SeriesRegistry registry;
    private final Supplier<Timestamp> commitTime;
    private final Map<String, ReentrantLock> turns = new ConcurrentHashMap<>();

    /**
     * @param dataSource the database, by whose clock batches are committed
     * @param statements the SQL of {@code sql/ingest}
     */
    public ObservationWriter(DataSource dataSource, Statements statements) {
        this(dataSource, statements, () -> null);
    }

    /**
     * @param dataSource the database
     * @param statements the SQL of {@code sql/ingest}
     * @param settings the clock, which batches are committed by where it has been set to another time
     */
    public ObservationWriter(DataSource dataSource, Statements statements, Settings settings) {
        this(
                dataSource,
                statements,
                () -> settings.optional("caravan.now").isEmpty()
                        ? null
                        : Timestamp.from(settings.clock().instant()));
    }

    private ObservationWriter(DataSource dataSource, Statements statements, Supplier<Timestamp> commitTime) {
        this.commitTime = commitTime;
        this.database = new NamedParameterJdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        this.statements = statements;
        this.registry = new SeriesRegistry(database, statements);
    }

    /**
     * Stores a batch of one source, in transactions of at most {@link #LARGEST_STATEMENT} rows.
     *
     * @param batch the observations
     * @param policy what to do with values that are there already
     * @param pull id of the pull it belongs to, or null
     * @return rows new, changed and unchanged
     * @throws org.springframework.dao.DataAccessException when the database fails; what was committed before stays
     */
    public StoreResult store(ObservationBatch batch, ConflictPolicy policy, Integer pull) {
        StoreResult result = StoreResult.NONE;
        for (MapSqlParameterSource rows : statementsOf(batch, policy)) {
            StoreResult part = alone(
                    source(batch),
                    () -> transaction.execute(status -> {
                        StoreResult stored = write(source(batch), pull, null, List.of(rows));
                        if (stored.written() == 0) {
                            status.setRollbackOnly(); // nothing for nothing: a repeated pull writes nothing at all
                        }
                        return stored;
                    }));
            settle(part, rows);
            result = result.plus(part);
        }
        return result;
    }

    /**
     * Stores a window of a backfill: all its rows and what is to be written down of it, in one transaction.
     *
     * @param batch the observations of one source, at most one answer's; may be empty
     * @param policy what to do with values that are there already
     * @param pull id of the pull it belongs to
     * @param window number of the window
     * @param bookkeeping writes down in the same transaction that the window is done; what it throws undoes the rows as well
     * @return rows new, changed and unchanged
     * @throws org.springframework.dao.DataAccessException when the database fails; nothing is stored then
     */
    public StoreResult storeWindow(
            ObservationBatch batch,
            ConflictPolicy policy,
            int pull,
            long window,
            BiConsumer<StoreResult, SeriesRegistry> bookkeeping) {
        List<MapSqlParameterSource> statementsOfIt = statementsOf(batch, policy);
        Supplier<StoreResult> whole = () -> transaction.execute(status -> {
            StoreResult stored = write(batch.size() == 0 ? "" : source(batch), pull, window, statementsOfIt);
            bookkeeping.accept(stored, registry);
            return stored;
        });
        StoreResult result = batch.size() == 0 ? whole.get() : alone(source(batch), whole);
        statementsOfIt.forEach(rows -> settle(result, rows));
        return result;
    }

    /** When it is committed, and not before: see the statement. */
    private void settle(StoreResult result, MapSqlParameterSource rows) {
        if (result.written() > 0) {
            try {
                database.query(statements.text("ingest/settle"), rows, row -> {});
            } catch (DataAccessException e) {
                // What was to be stored is stored; that a later reader has more to do is no reason to do it again.
                LOG.debug("What was committed could not be read at once: {}", e.getMessage());
            }
        }
    }

    /** @return the numbers of the series, as this process knows them */
    public SeriesRegistry registry() {
        return registry;
    }

    private static String source(ObservationBatch batch) {
        return batch.key(0).source();
    }

    private List<MapSqlParameterSource> statementsOf(ObservationBatch batch, ConflictPolicy policy) {
        if (batch.size() == 0) {
            return List.of();
        }
        if (batch.keys().stream().anyMatch(key -> !key.source().equals(source(batch)))) {
            throw new IllegalArgumentException("a batch holds one source, as its lock does");
        }
        int[] ids = registry.idsOf(batch.keys());
        int[] order = orderBySeries(batch, ids);
        List<MapSqlParameterSource> parts = new ArrayList<>();
        for (int from = 0; from < order.length; from += LARGEST_STATEMENT) {
            int to = Math.min(order.length, from + LARGEST_STATEMENT);
            parts.add(rows(batch, ids, order, from, to)
                    .addValue("keep", policy == ConflictPolicy.KEEP)
                    .addValue("size", to - from));
        }
        return parts;
    }

    /**
     * One writer a source at a time in this process, in the order of their coming: writers that wait for the source's lock
     * in the database would each hold a connection meanwhile, and take them from everybody else.
     */
    private StoreResult alone(String source, Supplier<StoreResult> writing) {
        ReentrantLock turn = turns.computeIfAbsent(source, added -> new ReentrantLock(true));
        turn.lock();
        try {
            return writing.get();
        } finally {
            turn.unlock();
        }
    }

    private StoreResult write(String source, Integer pull, Long window, List<MapSqlParameterSource> parts) {
        StoreResult result = StoreResult.NONE;
        if (parts.isEmpty()) {
            return result;
        }
        // The lock first, in a statement of its own: ids of batches are then in commit order within a source.
        database.query(statements.text("ingest/lock-source"), Map.of("source", source), row -> {});
        Integer id = database.queryForObject(statements.text("ingest/next-batch"), Map.of(), Integer.class);
        for (MapSqlParameterSource rows : parts) {
            int size = (Integer) rows.getValue("size");
            result = result.plus(database.queryForObject(
                    statements.text("ingest/store"), rows.addValue("batch", id), (row, number) -> {
                        long written = row.getLong("written");
                        long added = row.getLong("new");
                        long changed = row.getLong("changed");
                        return new StoreResult(added, changed, size - added - changed, written);
                    }));
        }
        if (result.written() > 0) {
            // Last, so that the time which stands with the batch is the nearest to its commit.
            database.update(
                    statements.text("ingest/add-batch"),
                    new MapSqlParameterSource("batch", id)
                            .addValue("source", source)
                            .addValue("pull", pull)
                            .addValue("window", window)
                            .addValue("now", commitTime.get(), Types.TIMESTAMP));
        }
        return result;
    }

    /** Sorted by series number, two writers lock rows in the same order. A batch holds each series in one piece. */
    private static int[] orderBySeries(ObservationBatch batch, int[] ids) {
        int[] from = new int[ids.length];
        int[] length = new int[ids.length];
        for (int i = batch.size() - 1; i >= 0; i--) {
            from[batch.keyIndex(i)] = i;
            length[batch.keyIndex(i)]++;
        }
        int[] order = new int[batch.size()];
        int next = 0;
        for (int key : byId(ids)) {
            for (int i = 0; i < length[key]; i++) {
                order[next++] = from[key] + i;
            }
        }
        return order;
    }

    private static int[] byId(int[] ids) {
        return IntStream.range(0, ids.length)
                .boxed()
                .sorted((a, b) -> Integer.compare(ids[a], ids[b]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static MapSqlParameterSource rows(ObservationBatch batch, int[] ids, int[] order, int from, int to) {
        int[] series = new int[to - from];
        double[] seconds = new double[to - from];
        double[] values = new double[to - from];
        boolean[] open = new boolean[to - from];
        for (int i = from; i < to; i++) {
            series[i - from] = ids[batch.keyIndex(order[i])];
            seconds[i - from] = batch.epochSecond(order[i]);
            values[i - from] = batch.value(order[i]);
            open[i - from] = batch.open(order[i]);
        }
        return new MapSqlParameterSource("series", new SqlArray("int4", series))
                .addValue("seconds", new SqlArray("float8", seconds))
                .addValue("values", new SqlArray("float8", values))
                .addValue("open", new SqlArray("bool", open));
    }
}
