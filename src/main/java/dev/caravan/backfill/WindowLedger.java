package dev.caravan.backfill;

import dev.caravan.database.Statements;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.StoreResult;
import java.sql.Types;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The windows of orders, in the database: which have been asked, and what became of them. */
final class WindowLedger {
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
     * @param dataSource the database
     * @param statements the SQL of {@code sql/backfill}
     * @param clock the program's clock
     */
    WindowLedger(DataSource dataSource, Statements statements, Clock clock) {
        this.database = new NamedParameterJdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        this.statements = statements;
        this.clock = clock;
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
                    .addValue("assets", LedgerColumns.texts(window.assets()))
                    .addValue("metrics", LedgerColumns.texts(window.metrics()))
                    .addValue("exchange", window.exchange())
                    .addValue("granularity", window.granularity().label())
                    .addValue("from", LedgerColumns.sql(window.from()))
                    .addValue("to", LedgerColumns.sql(window.to()));
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
                            LedgerColumns.texts(row, "assets"),
                            LedgerColumns.texts(row, "metrics"),
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
                                .addValue("now", LedgerColumns.sql(clock.instant())))
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

    private MapSqlParameterSource at(int backfill) {
        return new MapSqlParameterSource("backfill", backfill).addValue("now", LedgerColumns.sql(clock.instant()));
    }
}
