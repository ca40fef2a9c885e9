package dev.caravan.fetch;

import dev.caravan.database.Statements;
import dev.caravan.settings.Settings;
import java.sql.Date;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * How many requests a vendor account permits in a day, counted in the database, so that a restart forgets nothing and every
 * process sees the same. A day is a UTC day. Accounts without a setting {@code X.budget.TIER} have no such bound.
 */
public final class Budget {
    private final NamedParameterJdbcTemplate database;
    private final Statements statements;
    private final Accounts accounts;
    private final Settings settings;
    private final Clock clock;

    /**
     * @param database where the days are counted
     * @param statements the SQL of {@code sql/ingest}
     * @param accounts the tiers
     * @param settings the budgets, and the clock
     */
    public Budget(NamedParameterJdbcTemplate database, Statements statements, Accounts accounts, Settings settings) {
        this.database = database;
        this.statements = statements;
        this.accounts = accounts;
        this.settings = settings;
        this.clock = settings.clock();
    }

    private OptionalInt permitted(String source) {
        String name = source + ".budget." + accounts.tier(source);
        return settings.optional(name).isPresent()
                ? OptionalInt.of(settings.number(name, 0, Integer.MAX_VALUE))
                : OptionalInt.empty();
    }

    /**
     * @param source the source
     * @return requests that its account still permits today; {@link Integer#MAX_VALUE} where there is no bound
     */
    public int remainingToday(String source) {
        OptionalInt permitted = permitted(source);
        if (permitted.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        List<Integer> spent = database.queryForList(
                statements.text("ingest/spent-today"), Map.of("account", source, "day", today()), Integer.class);
        return Math.max(0, permitted.getAsInt() - (spent.isEmpty() ? 0 : spent.get(0)));
    }

    /**
     * Counts a request that is about to leave.
     *
     * @param source the source
     * @throws TerminalFailure when the day's budget is spent
     */
    void spend(String source) {
        OptionalInt permitted = permitted(source);
        if (permitted.isEmpty()) {
            return;
        }
        int counted = database.update(
                statements.text("ingest/spend"),
                Map.of("account", source, "day", today(), "budget", permitted.getAsInt()));
        if (counted == 0) {
            throw new TerminalFailure("the day's budget of " + permitted.getAsInt() + " requests is spent", 0);
        }
    }

    private Date today() {
        return Date.valueOf(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    }
}
