package dev.caravan.source.alphavantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.fetch.Accounts;
import dev.caravan.fetch.Budget;
import dev.caravan.fetch.TerminalFailure;
import dev.caravan.fetch.VendorRequest;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import dev.caravan.settings.Settings;
import dev.caravan.source.PlannerTest;
import dev.caravan.testing.TestHome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** What Alpha Vantage is asked by each tier. */
final class AlphaVantagePlannerTest extends PlannerTest {
    private static final String SECRET = "AV-secret-of-planner-test";

    AlphaVantagePlannerTest() {
        super("alphavantage");
    }

    private static void configure(String... symbols) {
        List<String> lines = new ArrayList<>(List.of("symbol,category,note"));
        List.of(symbols).forEach(symbol -> lines.add(symbol + ",other,"));
        home.write("config/sources/alphavantage.csv", lines.toArray(String[]::new));
    }

    private List<VendorRequest> calls(String tier, int remaining, Set<String> refused) {
        Map<String, String> values = new HashMap<>();
        values.put("alphavantage.api.key", SECRET);
        values.put("alphavantage.api.tier", tier);
        values.put("alphavantage.api.url", "https://vendor.test");
        Settings settings = Settings.load(home.path(), Map.of(), values, false);
        return new AlphaVantagePlanner(settings, new Accounts(settings), () -> remaining, Map::of, () -> refused)
                .calls(pull);
    }

    @Test
    void theFreeTierAsksForPricesAsTradedWithinItsBudget() {
        configure("AAA", "BBB", "CCC", "DDD");
        List<VendorRequest> requests = calls("free", 4, Set.of());
        assertThat(requests).extracting(VendorRequest::subject).containsExactly("AAA", "BBB");
        assertThat(requests).allSatisfy(request -> {
            assertThat(request.base()).isEqualTo("https://vendor.test");
            assertThat(request.path()).isEqualTo("/query");
            assertThat(request.query().split("&"))
                    .contains("function=TIME_SERIES_DAILY", "outputsize=compact", "datatype=csv", "apikey={key}");
            assertThat(request.metrics()).containsExactly("OPEN", "HIGH", "LOW", "CLOSE", "VOLUME");
            assertThat(request.assets()).containsExactly(request.subject());
            assertThat(request.toString()).doesNotContain(SECRET);
        });
        assertThat(pull.progress().planned()).isEqualTo(2);
    }

    @Test
    void thePremiumTierAsksForAdjustedPricesOfAll() {
        configure("AAA", "BRK-B", "C/D");
        List<VendorRequest> requests = calls("premium", Integer.MAX_VALUE, Set.of());
        assertThat(requests).hasSize(3).allSatisfy(request -> {
            assertThat(request.query()).contains("function=TIME_SERIES_DAILY_ADJUSTED&");
            assertThat(request.metrics()).hasSize(8).contains("ADJUSTED_CLOSE", "DIVIDEND_AMOUNT", "SPLIT_COEFFICIENT");
        });
        assertThat(requests.get(1).query()).contains("symbol=BRK-B&");
        assertThat(requests.get(2).query()).contains("symbol=C%2FD&");
    }

    @Test
    void whatTheVendorDoesNotKnowIsNotAskedAgainForAWeek() {
        configure("AAA", "BBB", "CCC");
        Set<String> refused = Set.of("AAA OPEN", "AAA HIGH", "AAA LOW", "AAA CLOSE", "AAA VOLUME", "BBB VOLUME");
        assertThat(calls("free", 25, refused))
                .extracting(VendorRequest::subject)
                .containsExactly("BBB", "CCC");
    }

    /** The budget of a process that starts at that time, on the one database. */
    private static Budget budget(String now, String tier) {
        Settings settings =
                Settings.load(home.path(), Map.of(), Map.of("caravan.now", now, "alphavantage.api.tier", tier), false);
        return new Budget(
                new NamedParameterJdbcTemplate(caravan.database().dataSource()),
                caravan.statements(),
                new Accounts(settings),
                settings);
    }

    @Test
    void onceTheVendorCallsTheDaySpentNothingMoreIsAskedOnThatDay() {
        configure("AAA", "BBB");
        AlphaVantageGate gate = new AlphaVantageGate(budget("2026-11-18T12:05:00Z", "free"));
        String spent = "{\"Information\":\"our standard API rate limit is 25 requests per day\"}";
        assertThatThrownBy(() -> gate.check(spent, pull)).isInstanceOf(TerminalFailure.class);
        assertThatThrownBy(pull::admit)
                .isInstanceOf(TerminalFailure.class)
                .hasMessageContaining("not asked")
                .hasMessageContaining("spent");
        assertThat(budget("2026-11-18T23:59:00Z", "free").remainingToday("alphavantage"))
                .isZero();
        assertThat(calls("free", 0, Set.of())).isEmpty();
        assertThat(budget("2026-11-19T00:01:00Z", "free").remainingToday("alphavantage"))
                .isEqualTo(25);
        // A plan that was bought on that day has a day of its own.
        assertThat(budget("2026-11-18T13:00:00Z", "premium").remainingToday("alphavantage"))
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void anUnknownTickerAndDataPassTheGate() {
        AlphaVantageGate gate = new AlphaVantageGate(budget("2026-11-18T12:05:00Z", "free"));
        gate.check("{\"Error Message\":\"Invalid API call. Please retry.\"}", pull);
        gate.check("timestamp,open,high,low,close,volume\r\n", pull);
        pull.admit();
    }

    @Test
    void aRepeatedTickerIsNamedWithItsLine() {
        configure("AAA", "AAA");
        assertThatThrownBy(() -> calls("free", 25, Set.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("line 3");
    }

    @Test
    void fiftyTwoTickersAreShipped() {
        assertThat(CsvTable.column(TestHome.project().resolve("config/sources/alphavantage.csv"), "symbol", "ticker"))
                .hasSize(52)
                .doesNotHaveDuplicates()
                .contains("COIN", "QQQ", "MSTR", "FWDI");
    }
}
