package dev.caravan.schedule;

import dev.caravan.database.Statements;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.sql.Timestamp;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.quartz.CronExpression;
import org.quartz.CronTrigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * The slots of the schedule, each of which is used once, whatever daemon comes to it and however often Quartz fires it: the
 * bean {@code slots}. Quartz is only the clock; a pull takes its slot in the database before it begins.
 *
 * <p>After a standstill Quartz fires every slot that it missed a moment ago, and once for all that it missed before. Of these
 * only the latest can be taken: a slot whose successor has come is never used. One that comes later than
 * {@code schedule.misfire.after} is missed. What then happens is said by {@code schedule.X.misfire}, or
 * {@code schedule.misfire.default}: {@code skip} passes it over; {@code once} makes up for it, unless the source has been
 * pulled since. So there is at most one pull for any number of missed slots.
 *
 * <p>The instants are those of the machine's clock, as Quartz's are; {@code caravan.now} does not move them.
 */
public final class Slots {
    private static final Logger LOG = LoggerFactory.getLogger(Slots.class);
    private static final String SKIP = "skip";
    private static final List<String> POLICIES = List.of(SKIP, "once");

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Settings settings;
    private final String daemon;
    private final Duration missedAfter;
    private final Duration kept;

    /**
     * @param database where the slots are
     * @param statements the SQL of {@code sql/schedule}
     * @param settings {@code schedule.misfire.*}, {@code schedule.X.misfire} for a source X, {@code schedule.slots-kept}
     * @param daemon the name of this process
     * @throws ConfigurationException when a policy is none of those above
     */
    public Slots(NamedParameterJdbcTemplate database, Statements statements, Settings settings, String daemon) {
        this.database = database;
        this.statements = statements;
        this.settings = settings;
        this.daemon = daemon;
        this.missedAfter = settings.duration("schedule.misfire.after");
        this.kept = settings.duration("schedule.slots-kept");
        settings.sources().forEach(this::policy);
    }

    /**
     * Takes the slot that has come.
     *
     * @param source the source
     * @param trigger what fired, which tells the source's hours
     * @param fireTime when it was to fire; a little after the slot where Quartz made up for missed ones
     * @return whether this process is to pull for it
     */
    public boolean claim(String source, CronTrigger trigger, Date fireTime) {
        CronExpression hours = hours(trigger);
        Instant now = Instant.now();
        Instant slot = CronSlots.latest(hours, fireTime.toInstant());
        if (!CronSlots.next(hours, slot).isAfter(now)) {
            LOG.debug("{}: the slot of {} is passed over, the next one has come", source, slot);
            return false;
        }
        boolean late = Duration.between(slot, now).compareTo(missedAfter) > 0;
        List<Boolean> missed = database.queryForList(
                statements.text("schedule/claim-slot"),
                new MapSqlParameterSource("source", source)
                        .addValue("slot", Timestamp.from(slot))
                        .addValue("daemon", daemon)
                        .addValue("late", late)
                        .addValue("skip", policy(source).equals(SKIP)),
                Boolean.class);
        if (missed.isEmpty()) {
            LOG.debug("{}: the slot of {} is another daemon's, or the source is stopped", source, slot);
            return false;
        }
        database.update(
                statements.text("schedule/prune-slots"), Map.of("source", source, "kept", (double) kept.toSeconds()));
        if (missed.get(0)) {
            LOG.info("{}: the slot of {} was missed and is passed over", source, slot);
        } else if (late) {
            LOG.info("{}: the slot of {} was missed and is made up for now", source, slot);
        }
        return !missed.get(0);
    }

    private String policy(String source) {
        String name = "schedule." + source + ".misfire";
        String policy = settings.optional(name).orElseGet(() -> settings.text("schedule.misfire.default"));
        if (!POLICIES.contains(policy)) {
            throw new ConfigurationException("the setting " + name + " or schedule.misfire.default is '" + policy
                    + "': it can be " + String.join(" or ", POLICIES));
        }
        return policy;
    }

    private static CronExpression hours(CronTrigger trigger) {
        try {
            CronExpression hours = new CronExpression(trigger.getCronExpression());
            hours.setTimeZone(trigger.getTimeZone());
            return hours;
        } catch (ParseException e) {
            throw new IllegalArgumentException("the trigger " + trigger.getKey() + " has no cron expression", e);
        }
    }
}
