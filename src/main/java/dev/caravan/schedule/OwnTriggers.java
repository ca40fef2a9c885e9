package dev.caravan.schedule;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;

/** Quartz's statements, of which the one that looks for what comes next leaves out triggers that are not for this daemon. */
final class OwnTriggers extends PostgreSQLDelegate {
    /** Far more than a database has sources. */
    private static final int ALL = 10_000;

    private final Predicate<TriggerKey> own;

    /**
     * @param own whether a trigger is for this daemon, at the moment
     */
    OwnTriggers(Predicate<TriggerKey> own) {
        this.own = own;
    }

    @Override
    public List<TriggerKey> selectTriggerToAcquire(
            Connection connection, long noLaterThan, long noEarlierThan, int maxCount) throws SQLException {
        return super.selectTriggerToAcquire(connection, noLaterThan, noEarlierThan, ALL).stream()
                .filter(own)
                .limit(maxCount)
                .toList();
    }
}
