package dev.caravan.source.velo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.fetch.VendorRequest;
import dev.caravan.ingest.ObservationBatch;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import dev.caravan.source.NormalisedAnswer;
import dev.caravan.source.PlannerTest;
import dev.caravan.testing.TestHome;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Velo is asked: which pairs, over which hours, and never more values than one request may hold. */
final class VeloPlannerTest extends PlannerTest {
    VeloPlannerTest() {
        super("velo");
    }

    private static void configure(List<String> coins) {
        List<String> lines = new ArrayList<>(List.of("coin,note"));
        coins.forEach(coin -> lines.add(coin + ","));
        home.write("config/sources/velo.csv", lines.toArray(String[]::new));
    }

    private static VeloPlanner planner(String... settings) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new VeloPlanner(Settings.load(home.path(), Map.of(), all, false));
    }

    /** The catalogue's answer, as the normaliser gives it. */
    private void listed(String... pairs) {
        Map<String, String> names = new HashMap<>();
        for (String pair : pairs) {
            names.put(pair, pair.substring(0, pair.indexOf('@')) + "USDT");
        }
        pull.answered(
                planner().lists(pull).get(0), new NormalisedAnswer(ObservationBatch.EMPTY, Set.of(), names, List.of()));
    }

    private static String parameter(VendorRequest request, String name) {
        return List.of(request.query().split("&")).stream()
                .filter(part -> part.startsWith(name + "="))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 1);
    }

    private static List<String> coins(int count) {
        return IntStream.range(0, count).mapToObj(i -> "C" + i).toList();
    }

    private static long values(VendorRequest request) {
        long window = Long.parseLong(parameter(request, "end")) - Long.parseLong(parameter(request, "begin"));
        long resolution = Long.parseLong(parameter(request, "resolution")) * 60_000;
        return (window + resolution - 1)
                / resolution
                * parameter(request, "exchanges").split(",").length
                * parameter(request, "coins").split(",").length
                * parameter(request, "columns").split(",").length;
    }

    @Test
    void theCatalogueIsAskedFirstWithTheKeyInAHeaderOnly() {
        assertThat(planner().lists(pull)).singleElement().satisfies(request -> {
            assertThat(request.base()).isEqualTo("https://api.velo.xyz/api/v1");
            assertThat(request.path()).isEqualTo("/futures");
            assertThat(request.headers()).isEqualTo(Map.of("Authorization", "Basic {basic-key}"));
            assertThat(request.emptyIsNoData()).isFalse();
        });
    }

    @Test
    void onlyPairsThatTheVenueListsAreAsked() {
        configure(List.of("BTC", "ETH", "4", "NOWHERE"));
        listed("BTC@bybit", "4@bybit", "ETH@hyperliquid", "BTC@deribit", "OTHER@bybit");
        assertThat(planner().calls(pull))
                .extracting(request -> request.exchange() + " " + request.assets())
                .containsExactly("bybit [BTC, 4]", "hyperliquid [ETH]");
    }

    @Test
    void aRequestAsksTheLastClosedHoursAndTheOpenOneInWholeMinutes() {
        configure(List.of("BTC"));
        listed("BTC@bybit");
        assertThat(planner().calls(pull)).singleElement().satisfies(request -> {
            Instant open = Instant.parse("2026-11-20T10:00:00Z");
            assertThat(pull.startedAt()).isBetween(open, open.plusSeconds(3_600));
            assertThat(request.path()).isEqualTo("/rows");
            assertThat(request.query())
                    .isEqualTo("type=futures&exchanges=bybit&coins=BTC&columns=close_price,dollar_volume,"
                            + "dollar_open_interest_close,funding_rate,liquidations_dollar_volume&begin="
                            + open.minusSeconds(3 * 3_600).toEpochMilli() + "&end="
                            + open.plusSeconds(3_600).toEpochMilli() + "&resolution=60");
            assertThat(request.metrics())
                    .containsExactly(
                            "CLOSE_PRICE", "DOLLAR_VOLUME", "DOLLAR_OI_CLOSE", "FUNDING_RATE", "LIQ_DOLLAR_VOL");
            assertThat(request.headers()).isEqualTo(Map.of("Authorization", "Basic {basic-key}"));
            assertThat(request.emptyIsNoData()).isTrue();
            assertThat(request.subject()).isEqualTo("BTC=BTCUSDT");
        });
    }

    @Test
    void withoutTheCatalogueAllConfiguredPairsAreAsked() {
        configure(List.of("BTC", "ETH"));
        assertThat(planner().calls(pull))
                .extracting(request -> request.exchange() + " " + request.assets() + request.subject())
                .containsExactly(
                        "binance-futures [BTC, ETH]",
                        "bybit [BTC, ETH]",
                        "okex-swap [BTC, ETH]",
                        "hyperliquid [BTC, ETH]");
    }

    @ParameterizedTest
    @CsvSource({"3, 100", "24, 30", "100, 7", "720, 1"})
    void noRequestOfAllThirtyColumnsHoldsMoreThanTheBudget(int hours, int most) {
        configure(coins(250));
        List<VendorRequest> requests = planner(
                        "velo.columns", "all", "velo.trailing-hours", String.valueOf(hours), "velo.exchanges", "bybit")
                .calls(pull);
        assertThat(requests).hasSize((250 + most - 1) / most).allSatisfy(request -> {
            assertThat(values(request)).isLessThanOrEqualTo(22_500);
            assertThat(request.assets()).hasSizeLessThanOrEqualTo(most);
            assertThat(request.metrics()).hasSize(30).doesNotContainNull();
        });
        assertThat(requests.stream().flatMap(request -> request.assets().stream()))
                .containsExactlyElementsOf(coins(250));
        assertThat(pull.progress().planned()).isEqualTo(requests.size());
    }

    @Test
    void theBudgetCountsAsTheContractDoes() {
        CellBudget budget = new CellBudget(22_500);
        assertThat(budget.coins(4_500, 1, 5)).isEqualTo(1);
        assertThat(budget.coins(187, 4, 30)).isEqualTo(1);
        assertThat(budget.coins(3, 1, 5)).isEqualTo(1_500);
        assertThat(CellBudget.buckets(Duration.ofMinutes(61), 60)).isEqualTo(2);
        assertThatThrownBy(() -> budget.coins(4_501, 1, 5)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void aRequestThatIsTooLargeIsHalvedDownToOneCoin() {
        configure(List.of("BTC", "ETH", "SOL"));
        listed("BTC@bybit", "ETH@bybit", "SOL@bybit");
        VendorRequest whole = planner().calls(pull).get(0);
        assertThat(whole.halved()).contains(400, 413, 414).doesNotContain(401, 403, 429, 500);
        List<VendorRequest> halves = whole.halves().get();
        assertThat(halves).extracting(VendorRequest::assets).containsExactly(List.of("BTC"), List.of("ETH", "SOL"));
        assertThat(halves).extracting(VendorRequest::subject).containsExactly("BTC=BTCUSDT", "ETH=ETHUSDT SOL=SOLUSDT");
        assertThat(halves.get(0).halves().get()).isEmpty();
        assertThat(halves.get(1).halves().get()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "velo.columns|close_price,closing_price|closing_price",
                "velo.columns|3m_basis_ann|3m_basis_ann",
                "velo.columns|,|names nothing",
                "velo.exchanges|okx-swap|okex-swap",
                "velo.trailing-hours|0|between 1 and 720",
                "velo.cells|22501|between 1 and 22500",
                "velo.cells|19|velo.trailing-hours"
            })
    void aWrongSettingIsSaid(String name, String value, String said) {
        configure(List.of("BTC"));
        VeloPlanner planner = planner(name, value);
        assertThatThrownBy(() -> planner.calls(pull))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BTC", "", "btc", "A B"})
    void aWrongCoinIsSaidWithItsLine(String coin) {
        configure(List.of("BTC", coin));
        VeloPlanner planner = planner();
        assertThatThrownBy(() -> planner.calls(pull))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("velo.csv, line 3");
    }

    @Test
    void theShippedFileHoldsTheCoinsAndThereAreThirtyColumnsOfDifferentNames() {
        assertThat(VeloCoins.read(TestHome.project().resolve("config/sources/velo.csv")))
                .hasSize(490)
                .contains("0G", "1000BONK", "4", "42", "BTC");
        assertThat(Files.exists(home.path().resolve("config/sources/velo.csv"))).isTrue();
        assertThat(VeloColumns.metrics()).hasSize(30);
        assertThat(Set.copyOf(VeloColumns.metrics().values())).hasSize(30);
    }
}
