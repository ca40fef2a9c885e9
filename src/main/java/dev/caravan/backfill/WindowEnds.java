package dev.caravan.backfill;

import dev.caravan.database.Statements;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.Granularity;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.ingest.ObservationWriter;
import dev.caravan.ingest.StoreResult;
import dev.caravan.settings.Secrets;
import dev.caravan.settings.Settings;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** How windows end: each in one transaction with what it brought, what it did not bring, and what could not be understood. */
final class WindowEnds {
    private static final Logger LOG = LoggerFactory.getLogger(WindowEnds.class);

    /** All five contracts: the key is not known, and no other request can fare better. */
    private static final int UNAUTHORIZED = 401;

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Settings settings;
    private final Clock clock;
    private final ObservationWriter writer;
    private final WindowLedger windows;

    /**
     * @param database where all is kept
     * @param statements the SQL of {@code sql/backfill} and {@code sql/ingest}
     * @param settings the calendars, and the clock
     * @param writer stores observations
     * @param windows the ledger
     */
    WindowEnds(
            NamedParameterJdbcTemplate database,
            Statements statements,
            Settings settings,
            ObservationWriter writer,
            WindowLedger windows) {
        this.database = database;
        this.statements = statements;
        this.settings = settings;
        this.clock = settings.clock();
        this.writer = writer;
        this.windows = windows;
    }

    /**
     * Stores what came of a window.
     *
     * @param run the run
     * @param planned the window
     * @param batch the answer's observations; what lies outside of the window is dropped
     * @param requests how often the vendor was asked
     */
    void answered(HistoryRun run, PlannedWindow planned, ObservationBatch batch, int requests) {
        Window window = planned.window();
        ObservationBatch within = batch.between(window.from(), window.to());
        StoreResult result = writer.storeWindow(
                within, run.backfill().order().policy(), run.pull(), planned.id(), (stored, registry) -> {
                    knownEmpty(run).note(run.source(), window, within, registry);
                    windows.endWindow(
                            run.backfill().id(),
                            run.run(),
                            planned.id(),
                            "done",
                            requests,
                            within.size(),
                            stored,
                            null);
                    run.takeRejections(planned.request())
                            .forEach(part -> quarantine(run, planned, part.reason(), part.fragment()));
                });
        run.asked(requests);
        run.stored(result);
    }

    /**
     * Notes what is missing and cannot be asked for, so that it is not looked for again and again.
     *
     * @param run the run
     * @param beyond stretches of series that have been named
     */
    void beyond(HistoryRun run, List<Stretch> beyond) {
        if (!beyond.isEmpty()) {
            LOG.info(
                    "{}: {} stretches are missing that cannot be asked for (any more); they count as empty",
                    run.source(),
                    beyond.size());
            knownEmpty(run).noteAll(beyond, writer.registry());
        }
    }

    /** Made once a run: what its catalogue and calendar say, and the clock of its beginning. */
    private KnownEmpty knownEmpty(HistoryRun run) {
        return run.knownEmpty(() -> {
            Map<String, Integer> settling = new HashMap<>();
            database.query(statements.text("backfill/metric-names"), Map.of("source", run.source()), row -> {
                settling.put(row.getString("metric"), row.getInt("settling_hours"));
            });
            Calendar calendar = Calendar.ofSource(run.source(), settings);
            // What had settled when the run began had settled when it was asked.
            return new KnownEmpty(
                    database,
                    statements,
                    calendar::expects,
                    metric -> Granularity.HOUR.bucketOf(
                            run.startedAt().minus(Duration.ofHours(settling.getOrDefault(metric, 0)))));
        });
    }

    private void quarantine(HistoryRun run, PlannedWindow window, String reason, String fragment) {
        database.update(
                statements.text("ingest/add-quarantine"),
                new MapSqlParameterSource("source", run.source())
                        .addValue("pull", run.pull())
                        .addValue("request", Secrets.mask(window.request().description()))
                        .addValue("reason", reason)
                        .addValue("fragment", Secrets.mask(fragment))
                        .addValue("at", Timestamp.from(clock.instant())));
    }

    /**
     * Notes that a window did not go well: it is to be asked later, by halves, is not offered, or has failed.
     *
     * @param run the run
     * @param window the window
     * @param failure why
     * @param requests how often the vendor was asked
     */
    void failed(HistoryRun run, PlannedWindow window, VendorFailure failure, int requests) {
        run.asked(requests);
        int id = run.backfill().id();
        if (failure instanceof TerminalFailure terminal && terminal.isNotAsked()) {
            run.askNoMore(failure.getMessage());
            windows.release(window.id(), requests);
            return;
        }
        VendorRequest request = window.request();
        if (request.halved().contains(failure.status())) {
            List<Window> halves = run.history().halves(window.window());
            if (!halves.isEmpty()) {
                run.tooLarge();
                windows.halve(id, run.run(), window, halves, requests, failure.getMessage());
                return;
            }
        }
        if (request.refusals().contains(failure.status())) {
            writer.storeWindow(
                    ObservationBatch.EMPTY,
                    run.backfill().order().policy(),
                    run.pull(),
                    window.id(),
                    (stored, registry) -> {
                        knownEmpty(run).note(run.source(), window.window(), ObservationBatch.EMPTY, registry);
                        windows.endWindow(
                                id, run.run(), window.id(), "refused", requests, 0, stored, failure.getMessage());
                    });
            return;
        }
        if (failure.status() == UNAUTHORIZED) {
            run.askNoMore("the vendor refuses the key (HTTP 401)");
        }
        run.failed();
        writer.storeWindow(
                ObservationBatch.EMPTY,
                run.backfill().order().policy(),
                run.pull(),
                window.id(),
                (stored, registry) -> {
                    windows.endWindow(id, run.run(), window.id(), "failed", requests, 0, stored, failure.getMessage());
                    failure.fragment().ifPresent(text -> quarantine(run, window, failure.getMessage(), text));
                    database.update(
                            statements.text("ingest/add-pull-failure"),
                            new MapSqlParameterSource("pull", run.pull())
                                    .addValue("request", Secrets.mask(request.description()))
                                    .addValue("reason", failure.getMessage())
                                    .addValue("status", failure.status())
                                    .addValue("attempts", requests)
                                    .addValue("at", Timestamp.from(clock.instant())));
                });
    }
}
