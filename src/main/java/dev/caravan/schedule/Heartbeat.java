package dev.caravan.schedule;

import dev.caravan.database.Statements;
import dev.caravan.settings.Settings;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.quartz.CronExpression;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Whether the schedule is alive, judged by what it does and not by what it says of itself: its thread looks for slots, it
 * checks in, and slots that were due have been taken, by this daemon or another.
 */
public final class Heartbeat {
    private static final String GROUP = "pull";

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Optional<SharedSchedule> shared;
    private final Duration patience;

    /**
     * @param database where slots and check-ins are
     * @param statements the SQL of {@code sql/schedule}
     * @param settings {@code schedule.overdue-after}
     * @param shared the schedule in the database; none where the schedule is in memory
     */
    public Heartbeat(
            NamedParameterJdbcTemplate database,
            Statements statements,
            Settings settings,
            Optional<SharedSchedule> shared) {
        this.database = database;
        this.statements = statements;
        this.shared = shared;
        this.patience = settings.duration("schedule.overdue-after");
    }

    /**
     * @param context the running program
     * @return what is wrong with its schedule, in a few words; nothing where it is well, or there is none
     */
    public Optional<String> whatIsWrong(CamelContext context) {
        if (!(context.hasComponent("quartz") instanceof QuartzComponent quartz)) {
            return Optional.empty();
        }
        return ofScheduler(quartz.getScheduler())
                .or(() -> shared.flatMap(this::ofCluster))
                .or(() -> overdue(context));
    }

    private static Optional<String> ofScheduler(Scheduler scheduler) {
        try {
            boolean runs = scheduler != null
                    && scheduler.isStarted()
                    && !scheduler.isInStandbyMode()
                    && !scheduler.isShutdown();
            return runs ? Optional.empty() : Optional.of("the scheduler does not run");
        } catch (SchedulerException e) {
            return Optional.of("the scheduler does not answer");
        }
    }

    private Optional<String> ofCluster(SharedSchedule schedule) {
        Duration silence = schedule.silence();
        if (silence.compareTo(patience) > 0) {
            return Optional.of("the scheduler has not looked for its next slot for " + silence.toSeconds() + " s");
        }
        List<Long> checkIns = database.queryForList(
                statements.text("schedule/last-check-in"),
                Map.of("scheduler", SharedSchedule.NAME, "daemon", schedule.daemon()),
                Long.class);
        if (checkIns.isEmpty()) {
            return Optional.of("the scheduler is not among those that have checked in");
        }
        Instant last = Instant.ofEpochMilli(checkIns.get(0));
        return last.plus(patience).isBefore(Instant.now())
                ? Optional.of("the scheduler has not checked in since " + last)
                : Optional.empty();
    }

    /** A slot of a source that this daemon pulls, due since its route runs, that nobody has taken. */
    private Optional<String> overdue(CamelContext context) {
        Instant now = Instant.now();
        Map<String, Instant> taken = new HashMap<>();
        database.query(statements.text("schedule/last-slots"), row -> {
            taken.put(row.getString("source"), row.getTimestamp("slot").toInstant());
        });
        for (Route route : context.getRoutes()) {
            if (route.getEndpoint() instanceof QuartzEndpoint endpoint
                    && endpoint.getTriggerKey().getGroup().equals(GROUP)
                    && context.getRouteController()
                            .getRouteStatus(route.getId())
                            .isStarted()) {
                String source = endpoint.getTriggerKey().getName();
                Instant since = now.minusMillis(route.getUptimeMillis());
                Instant last = taken.getOrDefault(source, since);
                Instant due = CronSlots.next(hours(endpoint), last.isAfter(since) ? last : since);
                if (due.isBefore(now.minus(patience))) {
                    return Optional.of("the slot of " + source + " at " + due + " is overdue");
                }
            }
        }
        return Optional.empty();
    }

    private static CronExpression hours(QuartzEndpoint endpoint) {
        try {
            CronExpression hours = new CronExpression(endpoint.getCron());
            Object zone = endpoint.getTriggerParameters().getOrDefault("timeZone", "UTC");
            hours.setTimeZone(TimeZone.getTimeZone(zone.toString()));
            return hours;
        } catch (ParseException e) {
            throw new IllegalStateException("a route runs at hours that cannot be read: " + endpoint.getCron(), e);
        }
    }
}
