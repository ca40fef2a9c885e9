package dev.caravan.backfill;

import dev.caravan.database.Database;
import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.StoreResult;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Orders of history and their windows, in the database: what a process that dies leaves behind for the next one. */
public final class BackfillLedger {
    /** A run that lost its connection takes its lock again within this time. */
    private static final int SILENT_SECONDS = 30;

    private final Database server;
    private final NamedParameterJdbcTemplate database;
    private final TransactionTemplate transaction;
    private final Statements statements;
    private final Clock clock;

    /**
     * How the windows of an order stand.
     *
     * @param windows all of them, those that were replaced by their halves left out
     * @param done answered or refused
     * @param refused of these, the ones that the vendor does not offer
     * @param failed failed for good
     * @param left neither
     * @param received values that came
     */
    record Counts(long windows, long done, long refused, long failed, long left, long received) {}

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
                        .addValue("from", sql(order.from()), Types.TIMESTAMP)
                        .addValue("to", sql(order.to()), Types.TIMESTAMP)
                        .addValue("assets", texts(order.assets()))
                        .addValue("metrics", texts(order.metrics()))
                        .addValue("exchanges", texts(order.exchanges()))
                        .addValue(
                                "granularity",
                                order.granularity() == null
                                        ? ""
                                        : order.granularity().label())
                        .addValue("policy", order.policy().name().toLowerCase(Locale.ROOT))
                        .addValue("oldest_first", order.oldestFirst())
                        .addValue("ordered_by", order.orderedBy())
                        .addValue("now", sql(clock.instant())),
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
     * Writes down the windows of an order that has none yet, all or none of them.
     *
     * @param backfill the order's number
     * @param run the run that planned them
     * @param windows in the order of asking
     * @throws RunLost when the run is no longer the order's
     */
    void plan(int backfill, int run, List<Window> windows) {
        transaction.executeWithoutResult(status -> {
            if (database.update(
                            statements.text("backfill/mark-planned"),
                            at(backfill).addValue("run", run))
                    == 0) {
                throw new RunLost(backfill);
            }
            database.update(statements.text("backfill/delete-windows"), at(backfill));
            add(backfill, 0, windows);
        });
    }

    private void add(int backfill, int firstPlace, List<Window> windows) {
        SqlParameterSource[] rows = new SqlParameterSource[windows.size()];
        for (int i = 0; i < rows.length; i++) {
            Window window = windows.get(i);
            rows[i] = at(backfill)
                    .addValue("place", firstPlace + i)
                    .addValue("answer", window.answer())
                    .addValue("subject", window.subject())
                    .addValue("assets", texts(window.assets()))
                    .addValue("metrics", texts(window.metrics()))
                    .addValue("exchange", window.exchange())
                    .addValue("granularity", window.granularity().label())
                    .addValue("from", sql(window.from()))
                    .addValue("to", sql(window.to()));
        }
        database.batchUpdate(statements.text("backfill/add-window"), rows);
    }

    /**
     * @param backfill the order's number
     * @param history words the requests
     * @param limit at most so many
     * @return the next windows that are to be asked
     */
    List<PlannedWindow> pending(int backfill, History history, int limit) {
        return database.query(
                statements.text("backfill/pending-windows"), at(backfill).addValue("limit", limit), (row, number) -> {
                    Window window = new Window(
                            row.getString("answer"),
                            row.getString("subject"),
                            texts(row, "assets"),
                            texts(row, "metrics"),
                            row.getString("exchange"),
                            Granularity.ofLabel(row.getString("granularity")),
                            row.getTimestamp("from_ts").toInstant(),
                            row.getTimestamp("to_ts").toInstant());
                    return new PlannedWindow(
                            row.getLong("window_id"), row.getInt("place"), window, history.request(window));
                });
    }

    /**
     * Notes that a window is about to be asked.
     *
     * @param run the run
     * @param window the window's number
     * @return whether it is to be asked; not when the run has been told to pause, or has lost its order
     */
    boolean take(int run, long window) {
        return database.update(
                        statements.text("backfill/take-window"),
                        new MapSqlParameterSource("window", window)
                                .addValue("run", run)
                                .addValue("now", sql(clock.instant())))
                == 1;
    }

    /**
     * Notes that a window has ended. To be called in the transaction that stores its rows.
     *
     * @param backfill the order's number
     * @param run the run
     * @param window the window's number
     * @param state {@code done}, {@code refused}, {@code failed} or {@code halved}
     * @param requests how often the vendor was asked
     * @param received values that came
     * @param stored what became of them
     * @param error why it did not go well, or null
     * @throws RunLost when the run is no longer the order's
     */
    void endWindow(
            int backfill,
            int run,
            long window,
            String state,
            int requests,
            long received,
            StoreResult stored,
            String error) {
        int ended = database.update(
                statements.text("backfill/end-window"),
                at(backfill)
                        .addValue("run", run)
                        .addValue("window", window)
                        .addValue("state", state)
                        .addValue("requests", requests)
                        .addValue("received", received)
                        .addValue("new", stored.newRows())
                        .addValue("changed", stored.changedRows())
                        .addValue("unchanged", stored.unchangedRows())
                        .addValue("error", error, Types.VARCHAR));
        if (ended == 0 && !hasEnded(backfill, run, window, state)) {
            throw new RunLost(backfill);
        }
    }

    /** Whether it ended so already: the server went away after it had committed, and before it could say so. */
    private boolean hasEnded(int backfill, int run, long window, String state) {
        return Boolean.TRUE.equals(database.queryForObject(
                statements.text("backfill/window-ended"),
                at(backfill).addValue("run", run).addValue("window", window).addValue("state", state),
                Boolean.class));
    }

    /**
     * Puts smaller windows in the place of one that was too large, in one transaction.
     *
     * @param backfill the order's number
     * @param run the run
     * @param whole the window
     * @param halves what stands in for it
     * @param requests how often the vendor was asked
     * @param error what the vendor said
     */
    void halve(int backfill, int run, PlannedWindow whole, List<Window> halves, int requests, String error) {
        transaction.executeWithoutResult(status -> {
            if (!hasEnded(backfill, run, whole.id(), "halved")) {
                endWindow(backfill, run, whole.id(), "halved", requests, 0, StoreResult.NONE, error);
                halves.forEach(half -> add(backfill, whole.place(), List.of(half)));
            }
        });
    }

    /**
     * Gives a window back that was not asked, or whose answer could not be stored.
     *
     * @param window the window's number
     * @param requests how often the vendor was asked
     */
    void release(long window, int requests) {
        database.update(
                statements.text("backfill/release-window"),
                new MapSqlParameterSource("window", window).addValue("requests", requests));
    }

    /**
     * @param backfill the order's number
     * @return how its windows stand
     */
    Counts counts(int backfill) {
        return database.queryForObject(
                statements.text("backfill/window-counts"),
                at(backfill),
                (row, number) -> new Counts(
                        row.getLong("windows"),
                        row.getLong("done"),
                        row.getLong("refused"),
                        row.getLong("failed"),
                        row.getLong("left_over"),
                        row.getLong("received")));
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
        return new MapSqlParameterSource("backfill", backfill).addValue("now", sql(clock.instant()));
    }

    private static Backfill backfill(ResultSet row) throws SQLException {
        String granularity = row.getString("granularity");
        BackfillOrder order = new BackfillOrder(
                row.getString("source"),
                BackfillKind.ofLabel(row.getString("kind")),
                instant(row.getTimestamp("from_ts")),
                instant(row.getTimestamp("to_ts")),
                texts(row, "assets"),
                texts(row, "metrics"),
                texts(row, "exchanges"),
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

    private static SqlArray texts(List<String> texts) {
        return new SqlArray("text", texts.toArray(String[]::new));
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return List.of((String[]) array.getArray());
    }

    private static Timestamp sql(Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
