package dev.caravan.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.database.Database;
import dev.caravan.database.Migrations;
import dev.caravan.database.Statements;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** The day's budget of an account, counted in the database. */
final class BudgetTest {
    private final String url = TestServer.newDatabase();
    private Database database;

    @BeforeEach
    void migrate() {
        Settings settings = settings("2026-11-20T10:00:00Z", "3");
        database = Database.open(settings);
        Migrations.apply(database.dataSource(), settings.layers());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Settings settings(String now, String budget) {
        Map<String, String> values = new HashMap<>(Map.of("database.url", url, "caravan.now", now));
        if (budget != null) {
            values.put("coingecko.budget.none", budget);
        }
        return Settings.load(TestHome.project(), Map.of(), values, false);
    }

    private Budget budget(Settings settings) {
        return new Budget(
                new NamedParameterJdbcTemplate(database.dataSource()),
                new Statements(settings.layers()),
                new Accounts(settings),
                settings);
    }

    @Test
    void aBudgetIsSpentToItsLastRequestAndNoFurther() {
        Budget budget = budget(settings("2026-11-20T10:00:00Z", "3"));
        for (int left = 3; left > 0; left--) {
            assertThat(budget.remainingToday("coingecko")).isEqualTo(left);
            budget.spend("coingecko");
        }
        assertThat(budget.remainingToday("coingecko")).isZero();
        assertThatThrownBy(() -> budget.spend("coingecko"))
                .isInstanceOf(TerminalFailure.class)
                .hasMessageContaining("budget of 3");
    }

    @Test
    void anotherProgramSeesWhatWasSpentAndTheNextDayBeginsAnew() {
        budget(settings("2026-11-20T23:00:00Z", "3")).spend("coingecko");
        assertThat(budget(settings("2026-11-20T23:30:00Z", "3")).remainingToday("coingecko"))
                .isEqualTo(2);
        assertThat(budget(settings("2026-11-21T00:01:00Z", "3")).remainingToday("coingecko"))
                .isEqualTo(3);
    }

    @Test
    void aDayThatTheVendorCallsSpentIsSpentForEveryProgramUntilItIsOver() {
        budget(settings("2026-11-20T10:00:00Z", "3")).calledSpent("coingecko");
        Budget other = budget(settings("2026-11-20T23:30:00Z", "3"));
        assertThat(other.remainingToday("coingecko")).isZero();
        assertThatThrownBy(() -> other.spend("coingecko")).isInstanceOf(TerminalFailure.class);
        assertThat(budget(settings("2026-11-20T23:30:00Z", null)).remainingToday("coingecko"))
                .isZero();
        Budget tomorrow = budget(settings("2026-11-21T00:01:00Z", "3"));
        tomorrow.spend("coingecko");
        assertThat(tomorrow.remainingToday("coingecko")).isEqualTo(2);
    }

    @Test
    void theVendorsWordKeepsWhatWasCounted() {
        Budget budget = budget(settings("2026-11-20T10:00:00Z", "3"));
        budget.spend("coingecko");
        budget.calledSpent("coingecko");
        assertThat(new NamedParameterJdbcTemplate(database.dataSource())
                        .getJdbcOperations()
                        .queryForObject("SELECT spent FROM account_day", Integer.class))
                .isEqualTo(1);
    }

    @Test
    void aBudgetOfNothingPermitsNothing() {
        assertThatThrownBy(() -> budget(settings("2026-11-20T10:00:00Z", "0")).spend("coingecko"))
                .isInstanceOf(TerminalFailure.class);
    }

    @Test
    void anAccountWithoutABudgetIsNotCounted() {
        Budget budget = budget(settings("2026-11-20T10:00:00Z", null));
        budget.spend("coingecko");
        assertThat(budget.remainingToday("coingecko")).isEqualTo(Integer.MAX_VALUE);
    }
}
