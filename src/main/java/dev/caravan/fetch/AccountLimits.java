package dev.caravan.fetch;

import dev.caravan.database.Statements;
import dev.caravan.settings.Rate;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * What a vendor itself says an account's rate is, where it does. Kept in the database for a day, so that all processes ask
 * once. It only lowers the rate that is set: what is set is the most that whoever runs this wants to ask, and a plan that
 * permits more is used by setting more.
 */
public final class AccountLimits {
    private static final Logger LOG = LoggerFactory.getLogger(AccountLimits.class);
    private static final Duration KEPT = Duration.ofDays(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Accounts accounts;
    private final Clock clock;

    /**
     * @param database where the limits are kept
     * @param statements the SQL of {@code sql/ingest}
     * @param accounts whose rates are lowered
     * @param clock the program's clock
     */
    public AccountLimits(NamedParameterJdbcTemplate database, Statements statements, Accounts accounts, Clock clock) {
        this.database = database;
        this.statements = statements;
        this.accounts = accounts;
        this.clock = clock;
    }

    /**
     * Puts in force what the vendor said within the last day, to this process or another one.
     *
     * @param source the source
     * @return whether it said something; else it may be asked
     */
    public boolean isKnown(String source) {
        Instant now = clock.instant();
        List<Integer> told = database.queryForList(
                statements.text("ingest/told-limit"),
                Map.of("account", source, "now", Timestamp.from(now), "since", Timestamp.from(now.minus(KEPT))),
                Integer.class);
        told.forEach(requests -> accounts.limit(source, new Rate(requests, MINUTE)));
        return !told.isEmpty();
    }

    /**
     * Keeps what the vendor says and puts it in force.
     *
     * @param source the source
     * @param requests requests that it permits a minute, at least one
     */
    public void told(String source, int requests) {
        database.update(
                statements.text("ingest/tell-limit"),
                Map.of("account", source, "requests", requests, "now", Timestamp.from(clock.instant())));
        accounts.limit(source, new Rate(requests, MINUTE));
        LOG.info("{}: the vendor permits {} requests a minute; asked at {}", source, requests, accounts.rate(source));
    }
}
