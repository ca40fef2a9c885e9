package dev.caravan.backfill;

import dev.caravan.database.Statements;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.ObservationWriter;
import dev.caravan.ingest.PullStatus;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Secrets;
import dev.caravan.settings.Settings;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** The runs of this process: begins them, hands out their windows, stores what came, ends them. */
public final class BackfillRuns {
    private static final Logger LOG = LoggerFactory.getLogger(BackfillRuns.class);
    private static final String DRY_RUN = "dry_run";
    private static final int WINDOWS_AT_A_TIME = 500;

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Clock clock;
    private final ObservationWriter writer;
    private final WindowEnds ends;
    private final BackfillLedger ledger;
    private final HistoryPlan plan;
    private final ToDoubleFunction<String> gapSeconds;
    private final int hopelessAfter;
    private final Map<Integer, HistoryRun> running = new ConcurrentHashMap<>();

    /**
     * @param database where all is kept
     * @param statements the SQL of {@code sql/backfill} and {@code sql/ingest}
     * @param settings {@code pull.hopeless-after}, the calendars, and the clock
     * @param writer stores observations
     * @param ledger orders and windows
     * @param plan cuts orders into windows
     * @param gapSeconds seconds between two requests of a source at its permitted rate
     */
    public BackfillRuns(
            NamedParameterJdbcTemplate database,
            Statements statements,
            Settings settings,
            ObservationWriter writer,
            BackfillLedger ledger,
            HistoryPlan plan,
            ToDoubleFunction<String> gapSeconds) {
        this.gapSeconds = gapSeconds;
        this.database = database;
        this.statements = statements;
        this.clock = settings.clock();
        this.writer = writer;
        this.ledger = ledger;
        this.ends = new WindowEnds(database, statements, settings, writer, ledger.windows());
        this.plan = plan;
        this.hopelessAfter = settings.number("pull.hopeless-after", 1, 100_000);
    }

    HistoryRun begin(String source, Object body) {
        if (body instanceof Map<?, ?> parts && "true".equals(String.valueOf(parts.get(DRY_RUN)))) {
            return HistoryRun.dry(order(source, body), clock.instant());
        }
        int id = body instanceof Integer number ? number : ledger.add(order(source, body));
        Backfill backfill = ledger.find(id)
                .filter(found -> found.order().source().equals(source))
                .orElseThrow(() -> new ConfigurationException("there is no backfill " + id + " of " + source));
        RunLock lock = ledger.lock(backfill);
        try {
            int[] begun = ledger.begin(backfill);
            writer.registry().load(source);
            HistoryRun run = new HistoryRun(backfill, begun[0], begun[1], clock.instant(), hopelessAfter, lock);
            running.put(id, run);
            LOG.info(
                    "{}: {} {} {}",
                    source,
                    backfill.order().kind().label(),
                    id,
                    backfill.planned() ? "goes on" : "begins");
            return run;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private BackfillOrder order(String source, Object body) {
        if (body instanceof BackfillOrder order) {
            return order;
        }
        Map<String, Object> parts = new HashMap<>();
        if (body instanceof Map<?, ?> map) {
            map.forEach((name, part) -> parts.put(String.valueOf(name), part));
            parts.remove(DRY_RUN);
        }
        return OrderParameters.read(source, BackfillKind.BACKFILL, parts, clock.instant());
    }

    void plan(HistoryRun run, History history) {
        if (run.isPlanned() || !run.goesOn()) {
            return;
        }
        HistoryPlan.Plan planned =
                plan.plan(run.backfill().order(), run.backfill().id(), history, run.vendorNames(), run.startedAt());
        if (run.isDry()) {
            run.sketch(planned.windows());
            return;
        }
        ledger.windows().plan(run.backfill().id(), run.run(), planned.windows());
        run.setPlanned();
        ends.beyond(run, planned.beyond());
        LOG.info(
                "{}: {} {} is {} windows",
                run.source(),
                run.backfill().order().kind().label(),
                run.backfill().id(),
                planned.windows().size());
    }

    List<PlannedWindow> next(HistoryRun run, History history) {
        List<PlannedWindow> windows = run.isPlanned() && run.goesOn()
                ? ledger.windows().pending(run.backfill().id(), history, WINDOWS_AT_A_TIME)
                : List.of();
        run.handsOut(history, !windows.isEmpty());
        return windows;
    }

    VendorRequest take(HistoryRun run, PlannedWindow window) {
        if (run.isSizeInDoubt() && !window.request().halved().isEmpty()) {
            throw new SizeInDoubt();
        }
        run.admit(window.request());
        run.lock().hold();
        if (!ledger.windows().take(run.run(), window.id())) {
            // Told to pause or given up; or begun again elsewhere, which the next window to be stored would find.
            run.tell();
            throw TerminalFailure.notAsked("the backfill was told to stop");
        }
        return window.request();
    }

    void store(HistoryRun run, PlannedWindow window, ObservationBatch batch, int requests) {
        ends.answered(run, window, batch, requests);
    }

    void failed(HistoryRun run, PlannedWindow window, VendorFailure failure, int requests) {
        ends.failed(run, window, failure, requests);
    }

    /** A run that cannot go on at all, such as when its order names an asset that the source does not have. */
    Object abort(HistoryRun run, String reason) {
        run.askNoMore(Secrets.mask(reason));
        return end(run);
    }

    /** A {@link DryRun}, or how the order stands. */
    Object end(HistoryRun run) {
        return run.isDry() ? dryRun(run) : endRun(run);
    }

    private DryRun dryRun(HistoryRun run) {
        double seconds = run.sketched().size() * gapSeconds.applyAsDouble(run.source());
        return new DryRun(
                run.source(), run.sketched(), Duration.ofMillis((long) Math.ceil(seconds * 1000)), run.noMore());
    }

    private BackfillState endRun(HistoryRun run) {
        int id = run.backfill().id();
        try {
            WindowLedger.Counts counts = ledger.windows().counts(id);
            BackfillState state = state(run, counts);
            String notes = notes(run, counts, state);
            endPull(run, counts, state, notes);
            ledger.end(id, run.run(), state, notes);
            LOG.info(
                    "{}: {} {} is {}: {} of {} windows, {} values came, {} new, {} changed rows{}",
                    run.source(),
                    run.backfill().order().kind().label(),
                    id,
                    state.label(),
                    counts.done(),
                    counts.windows(),
                    counts.received(),
                    run.work().newRows(),
                    run.work().changedRows(),
                    notes == null ? "" : " (" + notes + ")");
            return state;
        } catch (DataAccessException e) {
            LOG.error("{}: the end of backfill {} could not be written: {}", run.source(), id, e.getMessage());
            return BackfillState.INTERRUPTED;
        } finally {
            running.remove(id, run);
            run.lock().close();
        }
    }

    private BackfillState state(HistoryRun run, WindowLedger.Counts counts) {
        boolean whole = run.isPlanned() && counts.left() == 0;
        if (whole) {
            return counts.failed() > 0 ? BackfillState.PARTIAL : BackfillState.DONE;
        }
        return switch (ledger.wanted(run.backfill().id())) {
            case "pause" -> BackfillState.PAUSED;
            case "cancel" -> BackfillState.CANCELLED;
            // Resumed before its pause took effect: it has stopped asking all the same, and is begun again.
            default ->
                run.isTold() ? BackfillState.QUEUED : run.stopped() ? BackfillState.INTERRUPTED : BackfillState.FAILED;
        };
    }

    private static String notes(HistoryRun run, WindowLedger.Counts counts, BackfillState state) {
        String goOn = "; caravan backfills resume " + run.backfill().id() + " goes on";
        return switch (state) {
            case DONE -> counts.windows() == 0 ? "nothing to ask" : null;
            case PARTIAL -> counts.failed() + " windows failed" + goOn + " with them";
            case FAILED -> Optional.ofNullable(run.noMore()).orElse("it did not come to its end") + goOn;
            case INTERRUPTED -> "the program was told to stop" + goOn;
            default -> null;
        };
    }

    private void endPull(HistoryRun run, WindowLedger.Counts counts, BackfillState state, String notes) {
        HistoryRun.Work work = run.work();
        PullStatus status =
                switch (state) {
                    case DONE -> PullStatus.SUCCESS;
                    case PARTIAL -> PullStatus.PARTIAL;
                    case FAILED -> PullStatus.ERROR;
                    default -> PullStatus.INTERRUPTED;
                };
        database.update(
                statements.text("ingest/end-pull"),
                new MapSqlParameterSource("pull", run.pull())
                        .addValue("status", status.label())
                        .addValue("now", Timestamp.from(clock.instant()))
                        .addValue("new", work.newRows())
                        .addValue("changed", work.changedRows())
                        .addValue("unchanged", work.unchangedRows())
                        .addValue("requests", work.requests())
                        .addValue("failed", work.failed())
                        .addValue("expected", (int) Math.min(Integer.MAX_VALUE, counts.windows()))
                        .addValue("received", (int) Math.min(Integer.MAX_VALUE, counts.done()))
                        .addValue("notes", notes, Types.VARCHAR));
    }

    /**
     * @param backfill an order's number
     * @return whether it runs in this process
     */
    public boolean isRunning(int backfill) {
        return running.containsKey(backfill);
    }

    /** Tells the runs of this process to finish what is in flight and ask no more; they end as interrupted. */
    public void stop() {
        running.values().forEach(HistoryRun::stop);
    }

    /** @return the program's clock */
    Instant now() {
        return clock.instant();
    }
}
