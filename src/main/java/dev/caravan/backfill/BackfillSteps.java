package dev.caravan.backfill;

import dev.caravan.fetch.Retries;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.settings.ConfigurationException;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;

/** The steps of a backfill that routes name: the bean {@code backfills}. */
public final class BackfillSteps {
    private final BackfillRuns runs;

    /**
     * @param runs begins and ends runs
     */
    public BackfillSteps(BackfillRuns runs) {
        this.runs = runs;
    }

    /**
     * Begins a run of an order, or goes on with it.
     *
     * @param source the source
     * @param body the order's number, a {@link BackfillOrder}, or a map of an order's parts as texts: {@code from},
     *     {@code to}, {@code days}, {@code assets}, {@code metrics}, {@code exchange}, {@code revise}, {@code oldest_first}; with
     *     {@code dry_run} = {@code true} it is only planned
     * @return the run, for the variable {@code pull}
     * @throws BackfillRunning when it, or another one of its kind at the source, is under way
     */
    public HistoryRun begin(String source, @Body Object body) {
        return runs.begin(source, body);
    }

    /**
     * @param history the source's history
     * @param run the run
     * @return the requests whose answers the plan needs; none where it stands already
     */
    public List<VendorRequest> lists(History history, HistoryRun run) {
        return run.isPlanned() ? List.of() : history.lists();
    }

    /**
     * Cuts the order into windows, unless it has been.
     *
     * @param history the source's history
     * @param run the run
     */
    public void plan(History history, HistoryRun run) {
        runs.plan(run, history);
    }

    /**
     * @param history the source's history
     * @param run the run
     * @return the next windows to ask, newest first unless ordered otherwise; none when there are no more
     */
    public List<PlannedWindow> next(History history, HistoryRun run) {
        return runs.next(run, history);
    }

    /**
     * Notes that a window is about to be asked.
     *
     * @param window the window
     * @param run the run
     * @return its request, for the variable {@code request}
     * @throws TerminalFailure when nothing more is to be asked
     */
    public VendorRequest take(@Variable("window") PlannedWindow window, @Variable("pull") HistoryRun run) {
        return runs.take(run, window);
    }

    /**
     * Stores a window: its rows, what it did not bring, and that it is done, in one transaction.
     *
     * @param batch the observations
     * @param exchange knows how often the vendor was asked
     * @param window the window
     * @param run the run
     */
    public void store(
            @Body ObservationBatch batch,
            Exchange exchange,
            @Variable("window") PlannedWindow window,
            @Variable("pull") HistoryRun run) {
        runs.store(run, window, batch, Retries.attempts(exchange));
    }

    /**
     * Notes a failure: of one window, so that the run goes on without it, or of the whole run, which then ends.
     *
     * @param exchange the failed exchange
     */
    public void failed(Exchange exchange) {
        HistoryRun run = exchange.getVariable("pull", HistoryRun.class);
        PlannedWindow window = exchange.getVariable("window", PlannedWindow.class);
        Exception raised = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (run == null) {
            return; // it never began: the caller gets the failure
        }
        if (window == null && exchange.getVariable("request") != null) {
            // One of the vendor's lists, without which there is no plan.
            run.askNoMore(Retries.lastWord(exchange).getMessage());
            exchange.getMessage().setBody(null);
            return;
        }
        if (window == null) {
            String reason = raised instanceof ConfigurationException
                    ? raised.getMessage()
                    : Retries.lastWord(exchange).getMessage();
            exchange.getMessage().setBody(runs.abort(run, reason));
            return;
        }
        exchange.getMessage().setBody(null);
        if (raised instanceof SizeInDoubt) {
            return; // it is still to be asked
        }
        if (raised instanceof RunLost || raised instanceof BackfillRunning) {
            run.askNoMore(raised.getMessage());
            return;
        }
        VendorFailure failure = Retries.lastWord(exchange);
        runs.failed(run, window, failure, Retries.attempts(exchange));
    }

    /**
     * @param run the run
     * @return how the order stands now, a {@link BackfillState}; of a dry run a {@link DryRun}
     */
    public Object end(@Variable("pull") HistoryRun run) {
        return runs.end(run);
    }
}
