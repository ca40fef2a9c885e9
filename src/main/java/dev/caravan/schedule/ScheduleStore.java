package dev.caravan.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.quartz.JobPersistenceException;
import org.quartz.SchedulerConfigException;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.DriverDelegate;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.NoSuchDelegateException;
import org.quartz.spi.ClassLoadHelper;
import org.quartz.spi.OperableTrigger;
import org.quartz.spi.SchedulerSignaler;
import org.quartz.spi.TriggerFiredBundle;
import org.quartz.spi.TriggerFiredResult;

/**
 * The schedule in the database, as Quartz keeps it for a cluster, with one difference: a daemon takes up only the triggers
 * that are for it. Quartz would give any trigger to any daemon, and Camel drops one that it has no running route for.
 */
@SuppressWarnings("unchecked") // Quartz overrides a generic method of its own without its type
final class ScheduleStore extends JobStoreTX {
    private final Predicate<TriggerKey> own;
    private final OwnTriggers statements;
    private volatile long looked = System.nanoTime();

    /**
     * @param own whether a trigger is for this daemon, at the moment
     */
    ScheduleStore(Predicate<TriggerKey> own) {
        this.own = own;
        this.statements = new OwnTriggers(own);
    }

    @Override
    public void initialize(ClassLoadHelper loader, SchedulerSignaler signaler) throws SchedulerConfigException {
        try {
            statements.initialize(
                    getLog(), getTablePrefix(), getInstanceName(), getInstanceId(), loader, canUseProperties(), "");
        } catch (NoSuchDelegateException e) {
            throw new SchedulerConfigException(e.getMessage(), e);
        }
        super.initialize(loader, signaler);
    }

    @Override
    protected DriverDelegate getDelegate() {
        return statements;
    }

    @Override
    public List<OperableTrigger> acquireNextTriggers(long noLaterThan, int maxCount, long timeWindow)
            throws JobPersistenceException {
        List<OperableTrigger> acquired = super.acquireNextTriggers(noLaterThan, maxCount, timeWindow);
        looked = System.nanoTime();
        return acquired;
    }

    /** What was taken up seconds ago may be another daemon's by now: a result without a bundle hands it back. */
    @Override
    public List<TriggerFiredResult> triggersFired(List<OperableTrigger> triggers) throws JobPersistenceException {
        List<TriggerFiredResult> results = new ArrayList<>(triggers.size());
        for (OperableTrigger trigger : triggers) {
            if (own.test(trigger.getKey())) {
                results.addAll(super.triggersFired(List.of(trigger)));
            } else {
                results.add(new TriggerFiredResult((TriggerFiredBundle) null));
            }
        }
        return results;
    }

    /** @return when the scheduler's thread last looked for what comes next, on the clock of {@link System#nanoTime} */
    long looked() {
        return looked;
    }
}
