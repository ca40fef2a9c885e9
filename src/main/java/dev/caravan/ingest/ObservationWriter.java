package dev.caravan.ingest;

import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The store step: writes batches by the one statement {@code sql/ingest/store.sql}, in transactions of at most
 * {@link #LARGEST_STATEMENT} rows, under the source's lock.
 */
public final class ObservationWriter {
    /** Rows in one statement: beyond this the measured speed no longer grows. */
    public static final int LARGEST_STATEMENT = 10_000;

    private final NamedParameterJdbcTemplate database;
    private final TransactionTemplate transaction;
    private final Statements statements;
    private final SeriesRegistry registry;

    /**
     * @param dataSource the database
     * @param statements the SQL of {@code sql/ingest}
     */
    public ObservationWriter(DataSource dataSource, Statements statements) {
        this.database = new NamedParameterJdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        this.statements = statements;
        this.registry = new SeriesRegistry(database, statements);
    }

    /**
     * Stores a batch of one source.
     *
     * @param batch the observations
     * @param policy what to do with values that are there already
     * @param pull id of the pull it belongs to, or null
     * @return rows new, changed and unchanged
     * @throws org.springframework.dao.DataAccessException when the database fails; what was committed before stays
     */
    public StoreResult store(ObservationBatch batch, ConflictPolicy policy, Integer pull) {
        StoreResult result = StoreResult.NONE;
        if (batch.size() == 0) {
            return result;
        }
        String source = batch.key(0).source();
        if (batch.keys().stream().anyMatch(key -> !key.source().equals(source))) {
            throw new IllegalArgumentException("a batch holds one source, as its lock does");
        }
        int[] ids = registry.idsOf(batch.keys());
        int[] order = orderBySeries(batch, ids);
        for (int from = 0; from < order.length; from += LARGEST_STATEMENT) {
            int size = Math.min(LARGEST_STATEMENT, order.length - from);
            MapSqlParameterSource rows =
                    rows(batch, ids, order, from, from + size).addValue("keep", policy == ConflictPolicy.KEEP);
            StoreResult part = transaction.execute(status -> {
                StoreResult stored = write(source, pull, rows, size);
                if (stored.written() == 0) {
                    status.setRollbackOnly(); // no batch row for nothing: a repeated pull writes nothing at all
                }
                return stored;
            });
            result = result.plus(part);
            if (part.written() > 0) {
                database.query(statements.text("ingest/settle"), rows, row -> {});
            }
        }
        return result;
    }

    private StoreResult write(String source, Integer pull, MapSqlParameterSource rows, int size) {
        // The lock first, in a statement of its own: ids of batches are then in commit order within a source.
        database.query(statements.text("ingest/lock-source"), Map.of("source", source), row -> {});
        Map<String, Object> origin = new HashMap<>();
        origin.put("source", source);
        origin.put("pull", pull);
        origin.put("window", null);
        Integer id = database.queryForObject(statements.text("ingest/begin-batch"), origin, Integer.class);
        return database.queryForObject(statements.text("ingest/store"), rows.addValue("batch", id), (row, number) -> {
            long written = row.getLong("written");
            long added = row.getLong("new");
            long changed = row.getLong("changed");
            return new StoreResult(added, changed, size - added - changed, written);
        });
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
