package dev.caravan.backfill;

import dev.caravan.database.SqlArray;
import dev.caravan.database.Statements;
import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.Budget;
import dev.caravan.ingest.ConflictPolicy;
import dev.caravan.settings.Settings;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.ServiceStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a daemon does about history by itself: orders what an empty source lacks, orders refreshes and repairs at their
 * hours, and begins orders that nobody has begun. What was interrupted, paused or failed it leaves alone. The bean
 * {@code backfillDesk}.
 */
public final class BackfillDesk {
    private static final Logger LOG = LoggerFactory.getLogger(BackfillDesk.class);

    private final NamedParameterJdbcTemplate database;
    private final TransactionTemplate transaction;
    private final Statements statements;
    private final Settings settings;
    private final Accounts accounts;
    private final Budget budget;
    private final BackfillLedger ledger;
    private final Gaps gaps;
    private final Clock clock;

    /**
     * @param dataSource the database
     * @param statements the SQL of {@code sql/backfill}
     * @param settings {@code gaps.within}, the sources, and the clock
     * @param accounts which sources can be asked
     * @param budget what an account permits in a day
     * @param ledger orders and windows
     * @param gaps what is missing
     */
    public BackfillDesk(
            DataSource dataSource,
            Statements statements,
            Settings settings,
            Accounts accounts,
            Budget budget,
            BackfillLedger ledger,
            Gaps gaps) {
        this.accounts = accounts;
        this.budget = budget;
        this.database = new NamedParameterJdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        this.statements = statements;
        this.settings = settings;
        this.ledger = ledger;
        this.gaps = gaps;
        this.clock = settings.clock();
    }

    /**
     * Orders the usual history of each source that has never had a value. Called before the first pull, which would leave
     * none empty.
     *
     * @param sources the sources that the daemon pulls and that are configured
     * @return the sources whose history was ordered
     */
    public List<String> orderForEmptySources(List<String> sources) {
        List<String> empty = database.queryForList(
                statements.text("backfill/empty-sources"),
                Map.of("sources", new SqlArray("text", sources.toArray(String[]::new))),
                String.class);
        List<String> ordered = new ArrayList<>();
        for (String source : empty) {
            if (budget.permitted(source).isPresent()) {
                LOG.info(
                        "{} is empty; its account has a day budget, which its pulls need: its history is not ordered",
                        source);
                continue;
            }
            BackfillOrder order = BackfillOrder.of(source, BackfillKind.BACKFILL, ConflictPolicy.KEEP, "start");
            if (orderOnce(order, true) > 0) {
                ordered.add(source);
                LOG.info("{} is empty: its history is ordered", source);
            }
        }
        return ordered;
    }

    /**
     * Orders the repair of what is missing in the last days, unless one is under way.
     *
     * @param source the source
     * @param within how far back to look
     * @param orderedBy who asks, for a person
     * @return the number of the order; 0 when nothing is missing that no other order will ask
     */
    public int repair(String source, Duration within, String orderedBy) {
        if (unplanned(source, 0)) {
            return 0; // what will be asked is not known yet
        }
        Instant now = clock.instant();
        Instant from = now.minus(within);
        WaitingWindows waiting = WaitingWindows.of(database, statements, source, 0);
        long series = gaps.missing(source, from, now, now).stream()
                .filter(gap -> !waiting.without(gap).isEmpty())
                .map(Stretch::series)
                .distinct()
                .count();
        if (series == 0) {
            return 0;
        }
        BackfillOrder order = BackfillOrder.of(source, BackfillKind.REPAIR, ConflictPolicy.KEEP, orderedBy)
                .over(from, now);
        int id = orderOnce(order, false);
        if (id > 0) {
            LOG.info("{}: {} series lack values: repair {} is ordered", source, series, id);
        }
        return id;
    }

    /**
     * Looks for gaps in all sources that can be asked, and orders their repair: every six hours, and once after the start.
     *
     * @param orderedBy what made it look, for a person
     */
    public void checkGaps(String orderedBy) {
        Duration within = settings.duration("gaps.within");
        for (String source : settings.sources()) {
            if (accounts.notConfigured(source).isEmpty()) {
                // What lies before the history that is wanted of a source is not missing.
                Duration depth = HistoryPlan.usualDepth(source, settings).orElse(within);
                repair(source, depth.compareTo(within) < 0 ? depth : within, orderedBy);
            }
        }
    }

    /**
     * Orders that a source reads its last days again, unless it is doing so.
     *
     * @param source the source
     * @return the number of the order; 0 when one is open
     */
    public int refresh(String source) {
        return orderOnce(BackfillOrder.of(source, BackfillKind.REFRESH, ConflictPolicy.REVISE, "schedule"), false);
    }

    private boolean unplanned(String source, int backfill) {
        Integer orders = database.queryForObject(
                statements.text("backfill/unplanned-orders"),
                new MapSqlParameterSource("source", source).addValue("backfill", backfill),
                Integer.class);
        return orders != null && orders > 0;
    }

    /** Adds an order unless one of its kind is open, or has ever been: two daemons may ask at the same time. */
    private int orderOnce(BackfillOrder order, boolean ever) {
        MapSqlParameterSource parameters = new MapSqlParameterSource("source", order.source())
                .addValue("kind", order.kind().label())
                .addValue("ever", ever)
                .addValue("now", Timestamp.from(clock.instant()));
        return transaction.execute(status -> {
            database.query(statements.text("backfill/lock-ordering"), parameters, row -> {});
            Integer open = database.queryForObject(statements.text("backfill/open-orders"), parameters, Integer.class);
            if (open != null && open > 0) {
                return 0;
            }
            if (!ever) {
                database.update(statements.text("backfill/supersede"), parameters);
            }
            return ledger.add(order);
        });
    }

    /**
     * Begins what waits to be begun, and marks what has died. Does not wait for the end.
     *
     * @param context the running program
     */
    public void look(CamelContext context) {
        ledger.interruptTheDead();
        for (Backfill backfill : ledger.queued()) {
            String route = backfill.order().source() + "-backfill";
            boolean runs = context.getRoute(route) != null
                    && context.getRouteController().getRouteStatus(route) == ServiceStatus.Started;
            if (runs) {
                begin(context, backfill);
            }
        }
    }

    private static void begin(CamelContext context, Backfill backfill) {
        // The template is let go when the run ends: closed before, it would cut the run off.
        ProducerTemplate template = context.createProducerTemplate();
        CompletableFuture<Exchange> end = template.asyncSend(
                "direct:" + backfill.order().source() + "-backfill",
                exchange -> exchange.getMessage().setBody(backfill.id()));
        CompletableFuture<Exchange> stopped = end.whenComplete((exchange, failure) -> {
            template.stop();
            Throwable cause = failure != null || exchange == null ? failure : exchange.getException();
            if (cause != null && !(cause instanceof BackfillRunning)) {
                LOG.warn("backfill {} was not begun: {}", backfill.id(), cause.getMessage());
            }
        });
        LOG.debug("Begins backfill {}: {}", backfill.id(), stopped);
    }
}
