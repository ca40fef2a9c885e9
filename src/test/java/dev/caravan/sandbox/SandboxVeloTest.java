package dev.caravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Velo as the sandbox plays it: catalogue, rows, limits, errors. */
final class SandboxVeloTest {
    private static final long HOUR = 3_600_000;
    private static final long TEN = SandboxWorld.TODAY * 1_000 + 10 * HOUR;

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(
                Path.of("").toAbsolutePath().resolve("config/sources"),
                Clock.fixed(SandboxWorld.NOW, ZoneOffset.UTC),
                0);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @BeforeEach
    void forget() {
        sandbox.faults().clear();
    }

    private static HttpResponse<byte[]> ask(String path, String login) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(sandbox.endpoints().get("VELO_API_URL") + path));
        if (!login.isEmpty()) {
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        }
        return SandboxWorld.send(request.build());
    }

    private static HttpResponse<byte[]> ask(String path) {
        return ask(path, "api:some-key");
    }

    private static List<String[]> table(String path) {
        HttpResponse<byte[]> answer = ask(path);
        assertThat(answer.statusCode()).as(SandboxWorld.text(answer)).isEqualTo(200);
        return SandboxWorld.text(answer)
                .lines()
                .map(line -> line.split(",", -1))
                .toList();
    }

    private static String rows(String coins, String columns, long begin, long end, String resolution) {
        return "/rows?type=futures&exchanges=bybit&coins=" + coins + "&columns=" + columns + "&begin=" + begin + "&end="
                + end + "&resolution=" + resolution;
    }

    @Test
    void theCatalogueHoldsAboutAThousandAndSeventyPairsUnsortedAndWithARepetition() {
        List<String[]> rows = table("/futures?delisted=0");
        assertThat(rows.get(0)).containsExactly("exchange", "coin", "product", "begin", "depth");
        List<String> pairs = rows.stream()
                .skip(1)
                .filter(row -> !row[0].equals("deribit"))
                .map(row -> row[0] + "," + row[1])
                .toList();
        assertThat(pairs.stream().distinct().count()).isBetween(1_040L, 1_100L).isLessThan(pairs.size());
        assertThat(pairs).isNotEqualTo(pairs.stream().sorted().toList());
        assertThat(pairs).contains("bybit,BTC", "hyperliquid,ETH", "okex-swap,BTC", "binance-futures,ETH");
    }

    @Test
    void whatIsNoLongerTradedIsListedWhereItIsAskedForAndHasRowsOfItsTimeOnly() {
        List<String[]> traded = table("/futures?delisted=0");
        List<String[]> all = table("/futures?delisted=1");
        assertThat(all.get(0)).containsExactly("exchange", "coin", "product", "begin", "end", "depth");
        List<String[]> gone =
                all.stream().skip(1).filter(row -> !row[4].isEmpty()).toList();
        assertThat(gone).hasSizeBetween(20, 100);
        assertThat(all).hasSize(traded.size() + gone.size());
        String[] one =
                gone.stream().filter(row -> row[0].equals("bybit")).findFirst().orElseThrow();
        long end = Long.parseLong(one[4]);
        long lastHour = end / HOUR * HOUR;
        assertThat(table(rows(one[1], "close_price", lastHour - 2 * HOUR, lastHour + 5 * HOUR, "60")).stream()
                        .skip(1)
                        .map(row -> Long.parseLong(row[3])))
                .containsExactly(lastHour - 2 * HOUR, lastHour - HOUR, lastHour);
        assertThat(ask(rows(one[1], "close_price", TEN - HOUR, TEN, "60")).body())
                .isEmpty();
    }

    @Test
    void rowsAreHoursFromBeginToBeforeEndInTheOrderOfTheColumns() {
        List<String[]> rows = table(rows("BTC", "dollar_volume,close_price", TEN - 3 * HOUR, TEN + HOUR, "60"));
        assertThat(rows.get(0)).containsExactly("exchange", "coin", "product", "time", "dollar_volume", "close_price");
        assertThat(rows.stream().skip(1).map(row -> Long.parseLong(row[3])))
                .containsExactly(TEN - 3 * HOUR, TEN - 2 * HOUR, TEN - HOUR, TEN);
        assertThat(rows.stream().skip(1)).allSatisfy(row -> assertThat(row).startsWith("bybit", "BTC", "BTCUSDT"));
        assertThat(Double.parseDouble(rows.get(1)[5])).isBetween(50_000.0, 140_000.0);
        assertThat(Double.parseDouble(rows.get(4)[4])).isLessThan(Double.parseDouble(rows.get(3)[4]));
    }

    @Test
    void quartersAddUpToTheirHourAndAWordIsReadAsMinutes() {
        double hour = Double.parseDouble(
                table(rows("BTC", "dollar_volume", TEN - HOUR, TEN, "60")).get(1)[4]);
        List<String[]> quarters = table(rows("BTC", "dollar_volume", TEN - HOUR, TEN, "15m"));
        assertThat(quarters).hasSize(5);
        double sum = quarters.stream()
                .skip(1)
                .mapToDouble(row -> Double.parseDouble(row[4]))
                .sum();
        assertThat(sum).isCloseTo(hour, within(hour * 1e-9));
        assertThat(table(rows("BTC", "dollar_volume", TEN - HOUR, TEN, "1h"))).hasSize(61);
    }

    @Test
    void whatDoesNotExistGivesNoRowsAndNothingAtAllGivesAnEmptyBody() {
        assertThat(table(rows("BTC,NOSUCH", "close_price", TEN - HOUR, TEN, "60")))
                .hasSize(2);
        HttpResponse<byte[]> nothing = ask(rows("NOSUCH", "close_price", TEN - HOUR, TEN, "60"));
        assertThat(nothing.statusCode()).isEqualTo(200);
        assertThat(nothing.body()).isEmpty();
    }

    @Test
    void theSameQuestionHasTheSameAnswer() {
        String path = rows("BTC,ETH", String.join(",", VeloCells.COLUMNS), TEN - 24 * HOUR, TEN + HOUR, "60");
        assertThat(ask(path).body()).isEqualTo(ask(path).body());
        assertThat(table(path)).hasSize(51).allSatisfy(row -> assertThat(row).hasSize(34));
    }

    @Test
    void aPairWithoutTradesHasNoPricesAndAZeroVolume() {
        String coins = table("/futures").stream()
                .filter(row -> row[0].equals("bybit"))
                .map(row -> row[1])
                .distinct()
                .limit(100)
                .reduce((left, right) -> left + "," + right)
                .orElseThrow();
        List<String[]> idle = table(rows(coins, "close_price,dollar_volume", TEN - 100 * HOUR, TEN, "60")).stream()
                .filter(row -> row[5].equals("0"))
                .toList();
        assertThat(idle).isNotEmpty().allSatisfy(row -> assertThat(row[4]).isIn("", "null", "NaN", "undefined"));
    }

    @Test
    void moreThanTheLimitAndOtherMistakesAreRefusedInText() {
        String tooMany = rows("BTC", "close_price", TEN - 22_501 * HOUR, TEN, "60");
        assertThat(ask(tooMany).statusCode()).isEqualTo(400);
        assertThat(SandboxWorld.text(ask(tooMany))).contains("22501");
        assertThat(ask(rows("BTC", "close_price", TEN - 22_500 * HOUR, TEN, "60"))
                        .statusCode())
                .isEqualTo(200);
        for (String wrong : Arrays.asList(
                rows("BTC", "closing_price", TEN - HOUR, TEN, "60"),
                rows("", "close_price", TEN - HOUR, TEN, "60"),
                rows("BTC", "close_price", TEN, TEN, "60"),
                rows("BTC", "close_price", TEN, TEN + 48 * HOUR, "60"),
                rows("BTC", "close_price", TEN - HOUR, TEN, "hour"),
                "/rows?type=shares")) {
            assertThat(ask(wrong).statusCode()).as(wrong).isEqualTo(400);
        }
        assertThat(ask("/nothing").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"'', 401", "api:, 401", "someone:key, 401", "api:invalid, 401", "api:expired, 403", "api:key, 200"})
    void theKeyIsAskedFor(String login, int status) {
        assertThat(ask("/futures", login).statusCode()).isEqualTo(status);
        assertThat(ask("/status", login).statusCode()).isEqualTo(200);
    }

    @Test
    void faultsSpeakAsTheVendorDoes() {
        sandbox.faults().add("velo:too_many_requests:retry_after=2");
        HttpResponse<byte[]> answer = ask("/futures");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).contains("2");
        assertThat(SandboxWorld.text(answer)).isEqualTo("rate limited");
    }
}
