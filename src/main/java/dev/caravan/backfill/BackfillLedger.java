package dev.caravan.backfill;

import dev.caravan.database.Database;
import dev.caravan.database.Statements;
import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Orders of history, in the database: what a process that dies leaves behind for the next one. */
public final class BackfillLedger {
    /** A run that lost its connection takes its lock again within this time. */
    private static final int SILENT_SECONDS = 30;

    private final Database server;
    private final NamedParameterJdbcTemplate database;
    private final TransactionTemplate transaction;
    private final Statements statements;
    private final Clock clock;
    private final WindowLedger windows;

    /**
     * @param server the database
     * @param statements the SQL of {@code sql/backfill}
     * @param clock the program's clock
     */
    public BackfillLedger(Database server, Statements statements, Clock clock) {
        this.server = server;
        this.database = new NamedParameterJdbcTemplate(server.dataSource());
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(server.dataSource()));
        this.statements = statements;
        this.clock = clock;
        this.windows = new WindowLedger(server.dataSource(), statements, clock);
    }

    /** @return the windows of the orders */
    WindowLedger windows() {
        return windows;
    }

    /**
     * Writes an order down; whoever looks for queued orders begins it.
     *
     * @param order what is wanted
     * @return its number
     */
    public int add(BackfillOrder order) {
        return database.queryForObject(
                statements.text("backfill/add-order"),
                new MapSqlParameterSource("source", order.source())
                        .addValue("kind", order.kind().label())
                        .addValue("from", LedgerColumns.sql(order.from()), Types.TIMESTAMP)
                        .addValue("to", LedgerColumns.sql(order.to()), Types.TIMESTAMP)
                        .addValue("assets", LedgerColumns.texts(order.assets()))
                        .addValue("metrics", LedgerColumns.texts(order.metrics()))
                        .addValue("exchanges", LedgerColumns.texts(order.exchanges()))
                        .addValue(
                                "granularity",
                                order.granularity() == null
                                        ? ""
                                        : order.granularity().label())
                        .addValue("policy", order.policy().name().toLowerCase(Locale.ROOT))
                        .addValue("oldest_first", order.oldestFirst())
                        .addValue("ordered_by", order.orderedBy())
                        .addValue("now", LedgerColumns.sql(clock.instant())),
                Integer.class);
    }

    /**
     * @param id the order's number
     * @return the order, if there is one
     */
    public Optional<Backfill> find(int id) {
        return database
                .query(statements.text("backfill/order"), Map.of("backfill", id), (row, number) -> backfill(row))
                .stream()
                .findFirst();
    }

    /**
     * Takes an order's locks.
     *
     * @param backfill the order
     * @return the locks; the caller closes them
     * @throws BackfillRunning when it or another one of its kind at its source is under way
     */
    RunLock lock(Backfill backfill) {
        return RunLock.take(
                server,
                statements,
                backfill.id(),
                backfill.order().source(),
                backfill.order().kind());
    }

    /**
     * Begins a run: marks what an earlier one left behind, and opens the run's row in {@code pulls}.
     *
     * @param backfill the order, whose lock the caller holds
     * @return the number of the run, and that of its row in {@code pulls}
     */
    int[] begin(Backfill backfill) {
        return transaction.execute(status -> {
            MapSqlParameterSource parameters = at(backfill.id())
                    .addValue("source", backfill.order().source())
                    .addValue("kind", backfill.order().kind().label());
            database.update(statements.text("backfill/interrupt-pulls"), parameters);
            List<Integer> run = database.queryForList(statements.text("backfill/begin-run"), parameters, Integer.class);
            if (run.isEmpty()) {
                throw new BackfillRunning("backfill " + backfill.id() + " has ended");
            }
            database.update(statements.text("backfill/reopen-windows"), parameters);
            return new int[] {
                run.get(0), database.queryForObject(statements.text("backfill/begin-pull"), parameters, Integer.class)
            };
        });
    }

    /**
     * Ends a run.
     *
     * @param backfill the order's number
     * @param run the run
     * @param state how the order stands now
     * @param notes one line for a person, or null
     */
    void end(int backfill, int run, BackfillState state, String notes) {
        database.update(
                statements.text("backfill/end-run"),
                at(backfill)
                        .addValue("run", run)
                        .addValue("state", state.label())
                        .addValue("notes", notes, Types.VARCHAR));
    }

    /**
     * @param backfill the order's number
     * @return what people have told it: {@code run}, {@code pause} or {@code cancel}
     */
    String wanted(int backfill) {
        return database.queryForObject(
                statements.text("backfill/wanted"), at(backfill), (row, number) -> row.getString("wanted"));
    }

    /**
     * Tells an order to run, to pause, or that it is given up. A run sees it before its next window.
     *
     * @param backfill the order's number
     * @param wanted {@code run}, {@code pause} or {@code cancel}
     * @return whether it was told; not when it has ended
     */
    public boolean want(int backfill, String wanted) {
        interruptIfDead(backfill);
        return database.update(statements.text("backfill/want"), at(backfill).addValue("wanted", wanted)) == 1;
    }

    /** Marks what is called running and is not: whose lock is free, and which has stored nothing for a while. */
    public void interruptTheDead() {
        database.queryForList(statements.text("backfill/running"), Map.of("silent", SILENT_SECONDS), Integer.class)
                .forEach(this::interruptIfDead);
    }

    private void interruptIfDead(int id) {
        Backfill backfill = find(id).orElse(null);
        if (backfill == null || backfill.state() != BackfillState.RUNNING) {
            return;
        }
        try (RunLock lock = RunLock.takeOrderOnly(server, statements, id)) {
            lock.hold();
            transaction.executeWithoutResult(status -> {
                database.update(statements.text("backfill/interrupt"), at(id));
                database.update(statements.text("backfill/interrupt-pulls"), at(id));
            });
        } catch (BackfillRunning e) {
            return; // it lives
        }
    }

    /**
     * @param id an order's number
     * @return whether a process holds its lock
     */
    boolean isAlive(int id) {
        // Looked up and not tried: whoever begins the order at this moment must not find its lock taken.
        return Boolean.TRUE.equals(database.queryForObject(
                statements.text("backfill/order-locked"), Map.of("backfill", String.valueOf(id)), Boolean.class));
    }

    /** @return orders that wait to be begun, the oldest first, of each source and kind that has none under way */
    public List<Backfill> queued() {
        return database.queryForList(statements.text("backfill/queued"), Map.of()).stream()
                .map(row -> find((Integer) row.get("backfill_id")))
                .flatMap(Optional::stream)
                .toList();
    }

    private MapSqlParameterSource at(int backfill) {
        return new MapSqlParameterSource("backfill", backfill).addValue("now", LedgerColumns.sql(clock.instant()));
    }

    private static Backfill backfill(ResultSet row) throws SQLException {
        String granularity = row.getString("granularity");
        BackfillOrder order = new BackfillOrder(
                row.getString("source"),
                BackfillKind.ofLabel(row.getString("kind")),
                LedgerColumns.instant(row.getTimestamp("from_ts")),
                LedgerColumns.instant(row.getTimestamp("to_ts")),
                LedgerColumns.texts(row, "assets"),
                LedgerColumns.texts(row, "metrics"),
                LedgerColumns.texts(row, "exchanges"),
                granularity.isEmpty() ? null : Granularity.ofLabel(granularity),
                ConflictPolicy.valueOf(row.getString("policy").toUpperCase(Locale.ROOT)),
                row.getBoolean("oldest_first"),
                row.getString("ordered_by"));
        return new Backfill(
                row.getInt("backfill_id"),
                order,
                BackfillState.ofLabel(row.getString("state")),
                row.getBoolean("planned"));
    }
}
