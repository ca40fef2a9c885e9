package dev.caravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Artemis as the sandbox plays it, with the assets that are shipped: shapes, errors, sameness. */
final class SandboxArtemisTest {
    private static final Path CONFIGURATION = Path.of("config/sources").toAbsolutePath();
    private static final Instant NOW = Instant.parse("2026-11-20T10:20:30Z");
    private static final String WEEK = "&startDate=2026-11-13&endDate=2026-11-20&APIKey=k";

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(CONFIGURATION, Clock.fixed(NOW, ZoneOffset.UTC), 0);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static HttpResponse<byte[]> ask(String path) {
        return SandboxWorld.fetch(sandbox.endpoints().get("ARTEMIS_API_URL") + path);
    }

    private static JsonNode symbols(String path) {
        HttpResponse<byte[]> answer = ask(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return SandboxWorld.json(answer).at("/data/symbols");
    }

    private static Set<String> configured() {
        return ConfiguredRows.read(CONFIGURATION.resolve("artemis.csv")).stream()
                .map(row -> row.get("symbol").replace("*", "%2A"))
                .collect(Collectors.toSet());
    }

    private static Double on(JsonNode series, String date) {
        JsonNode value = SandboxWorld.row(series, "date", date).path("val");
        return value.isNumber() ? value.asDouble() : null;
    }

    @Test
    void aWindowHasBothItsDaysAndIsAscending() {
        JsonNode price = symbols("/data/api/PRICE/?symbols=btc" + WEEK).at("/btc/PRICE");
        assertThat(price).hasSize(8);
        for (int i = 0; i < 8; i++) {
            assertThat(price.get(i).get("date").asText())
                    .isEqualTo(LocalDate.of(2026, 11, 13).plusDays(i).toString());
        }
        assertThat(on(price, "2026-11-18")).isBetween(50_000.0, 140_000.0);
        assertThat(symbols("/data/api/PRICE/?symbols=btc&startDate=2026-11-18&endDate=2026-11-18&APIKey=k")
                        .at("/btc/PRICE"))
                .containsExactly(price.get(5));
    }

    @Test
    void theSameDayHasTheSameValueInEveryWindowAndTheFiguresFitTogether() {
        JsonNode week = symbols("/data/api/PRICE,MC,CIRCULATING_SUPPLY_NATIVE/?symbols=btc" + WEEK)
                .get("btc");
        JsonNode year = symbols("/data/api/PRICE/?symbols=btc&startDate=2025-11-21&endDate=2026-11-20&APIKey=k")
                .at("/btc/PRICE");
        assertThat(year).hasSize(365);
        assertThat(on(year, "2026-11-17")).isEqualTo(on(week.get("PRICE"), "2026-11-17"));
        assertThat(on(week.get("MC"), "2026-11-17"))
                .isEqualTo(
                        on(week.get("PRICE"), "2026-11-17") * on(week.get("CIRCULATING_SUPPLY_NATIVE"), "2026-11-17"));
    }

    @Test
    void namesAreEchoedInTheCaseThatWasAsked() {
        assertThat(symbols("/data/api/price/?symbols=BTC" + WEEK).at("/BTC/price"))
                .hasSize(8);
    }

    @Test
    void nothingComesInAllItsShapesAndZeroIsANumber() {
        Set<String> shapes = new HashSet<>();
        int zeros = 0;
        int numbers = 0;
        for (String metric : Set.of("FEES", "NEW_USERS", "PERP_LIQUIDATION")) {
            for (String part : Set.of("[a-f].*", "[g-o].*", "[p-z].*")) {
                String joined = configured().stream()
                        .filter(symbol -> symbol.matches(part))
                        .limit(100)
                        .collect(Collectors.joining(","));
                for (JsonNode asset : symbols("/data/api/" + metric + "/?symbols=" + joined + WEEK)) {
                    JsonNode value = asset.path(metric);
                    shapes.add(
                            value.isTextual()
                                    ? value.asText()
                                    : value.getNodeType().toString().toLowerCase(Locale.ROOT)
                                            + (value.isArray() && value.isEmpty() ? " empty" : ""));
                    for (JsonNode row : value) {
                        numbers += row.path("val").isNumber() ? 1 : 0;
                        zeros += row.path("val").isNumber() && row.path("val").asDouble() == 0 ? 1 : 0;
                    }
                }
            }
        }
        assertThat(shapes)
                .containsExactlyInAnyOrder(
                        "missing",
                        "null",
                        "array",
                        "array empty",
                        "Metric not available for asset.",
                        "Market data not available for asset.");
        assertThat(zeros).isBetween(numbers / 100, numbers / 25);
    }

    @Test
    void withoutDatesItIsABareNumber() {
        assertThat(symbols("/data/api/PRICE/?symbols=btc&APIKey=k")
                        .at("/btc/PRICE")
                        .isNumber())
                .isTrue();
    }

    @Test
    void statementsAreGivenByTheQuarterOnly() {
        String path = "/data/api/EQ_TOTAL_DEBT/?symbols=eq-coin&startDate=2025-11-20&endDate=2026-11-20&APIKey=k";
        assertThat(symbols(path).at("/eq-coin/EQ_TOTAL_DEBT")).isEmpty();
        assertThat(symbols(path + "&granularity=QUARTER").at("/eq-coin/EQ_TOTAL_DEBT"))
                .extracting(row -> row.get("date").asText())
                .containsExactly("2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30");
    }

    @Test
    void aShareHasNoPriceAtTheWeekend() {
        assertThat(symbols("/data/api/PRICE/?symbols=eq-coin" + WEEK).at("/eq-coin/PRICE"))
                .extracting(row -> row.get("date").asText())
                .doesNotContain("2026-11-14", "2026-11-15")
                .contains("2026-11-13", "2026-11-16");
    }

    @ParameterizedTest
    @CsvSource({
        "/data/api/PRICE/?symbols=btc&startDate=2026-11-13&endDate=2026-11-20, 401",
        "/data/api/PRICE/?symbols=btc&APIKey=invalid, 403",
        "/data/api/PRICE/?symbols=btc&startDate=13.11.2026&endDate=2026-11-20&APIKey=k, 400",
        "/data/api/PRICE/?symbols=btc&startDate=2026-11-21&endDate=2026-11-20&APIKey=k, 400",
        "/data/api/PRICE/?symbols=&APIKey=k, 400",
        "/data/api/PRICE/?symbols=btc&granularity=MINUTE&APIKey=k, 400",
        "/elsewhere, 404"
    })
    void mistakesHaveTheirStatus(String path, int status) {
        assertThat(ask(path).statusCode()).isEqualTo(status);
    }

    @Test
    void aBatchThatIsTooLargeIsAServerError() {
        String many = IntStream.range(0, 101).mapToObj(i -> "coin-" + i).collect(Collectors.joining(","));
        assertThat(ask("/data/api/FEES/?symbols=" + many + WEEK).statusCode()).isEqualTo(500);
        assertThat(symbols("/data/api/PRICE/?symbols=" + many + WEEK)).hasSize(101);
        assertThat(symbols("/data/api/FEES/?symbols=" + many.replace(",coin-100", "") + WEEK))
                .hasSize(100);
    }

    @Test
    void anUnknownMetricAndAnyOtherPathAreAnsweredWithoutAnError() {
        assertThat(symbols("/data/api/NO_SUCH/?symbols=btc" + WEEK)
                        .at("/btc/NO_SUCH")
                        .asText())
                .isEqualTo("Metric not found.");
        assertThat(symbols("/data/api/supported-assets/?symbols=btc" + WEEK)).isEmpty();
    }

    @Test
    void theCatalogueNeedsNoKeyAndNamesTheMetricsOfAnAsset() {
        assertThat(SandboxWorld.json(ask("/asset/symbols/")).get("assets"))
                .hasSizeBetween(280, 297)
                .anySatisfy(asset -> assertThat(asset.get("symbol").asText()).isEqualTo("btc"));
        assertThat(SandboxWorld.json(ask("/supported-metrics/?symbol=btc")).get("metrics"))
                .anySatisfy(metric -> assertThat(metric.has("PRICE")).isTrue());
    }
}
