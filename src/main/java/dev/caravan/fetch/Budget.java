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
 * process sees the same. A day is a UTC day. Accounts without a setting {@code X.budget.TIER} have no such bound, unless the
 * vendor says so.
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

    /**
     * @param source the source
     * @return requests that its account permits in a UTC day, by the settings; nothing where there is no bound
     */
    public OptionalInt permitted(String source) {
        String name = source + ".budget." + accounts.tier(source);
        return settings.optional(name).isPresent()
                ? OptionalInt.of(settings.number(name, 0, Integer.MAX_VALUE))
                : OptionalInt.empty();
    }

    /**
     * @param source the source
     * @return requests that its account still permits today; {@link Integer#MAX_VALUE} where there is no bound and the
     *     vendor has not said otherwise
     */
    public int remainingToday(String source) {
        OptionalInt permitted = permitted(source);
        List<Integer> remaining = database.query(
                statements.text("ingest/spent-today"),
                Map.of("account", source, "day", today(), "tier", accounts.tier(source)),
                (row, number) -> {
                    if (row.getBoolean("called_spent")) {
                        return 0;
                    }
                    return permitted.isEmpty()
                            ? Integer.MAX_VALUE
                            : Math.max(0, permitted.getAsInt() - row.getInt("spent"));
                });
        return remaining.isEmpty() ? permitted.orElse(Integer.MAX_VALUE) : remaining.get(0);
    }

    /**
     * Notes that the vendor itself called the requests of today spent, whatever our own count says: until the day is over
     * nothing remains, for every process and after a restart. Another tier of the account has a day of its own.
     *
     * @param source the source
     */
    public void calledSpent(String source) {
        database.update(
                statements.text("ingest/call-spent"),
                Map.of("account", source, "day", today(), "tier", accounts.tier(source)));
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
                Map.of(
                        "account",
                        source,
                        "day",
                        today(),
                        "budget",
                        permitted.getAsInt(),
                        "tier",
                        accounts.tier(source)));
        if (counted == 0) {
            throw TerminalFailure.notAsked("the day's budget of " + permitted.getAsInt() + " requests is spent");
        }
    }

    private Date today() {
        return Date.valueOf(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    }
}
