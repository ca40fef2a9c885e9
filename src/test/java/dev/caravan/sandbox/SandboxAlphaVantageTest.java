package dev.caravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Alpha Vantage as the sandbox plays it: shapes, trading days, and its manner of refusing. */
final class SandboxAlphaVantageTest {
    private static final Instant FRIDAY = Instant.parse("2026-11-20T16:20:30Z");

    private AlphaVantageVendor vendor;

    @BeforeEach
    void newVendor() {
        vendor = new AlphaVantageVendor(
                List.of(Map.of("symbol", "COIN"), Map.of("symbol", "QQQ"), Map.of("symbol", "EXOD")));
    }

    private Answer ask(Instant now, String query) {
        return vendor.answer(Request.of("/alphavantage", URI.create("/alphavantage/query?" + query), Map.of(), now));
    }

    private static String text(Answer answer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            answer.body().writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static JsonNode json(Answer answer) {
        try {
            return new ObjectMapper().readTree(text(answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String daily(String symbol) {
        return "function=TIME_SERIES_DAILY&symbol=" + symbol + "&datatype=csv&apikey=free";
    }

    @Test
    void aDailyCsvHasTheNewestHundredTradingDays() {
        Answer answer = ask(FRIDAY, daily("COIN"));
        List<String> lines = text(answer).lines().toList();
        assertThat(answer.headers()).containsEntry("Content-Type", "application/x-download");
        assertThat(text(answer)).contains("\r\n").endsWith("\r\n");
        assertThat(lines).hasSize(101);
        assertThat(lines.get(0)).isEqualTo("timestamp,open,high,low,close,volume");
        assertThat(lines.get(1)).matches("2026-11-20(,\\d+\\.\\d{4}){4},\\d+");
        assertThat(lines).noneMatch(line -> line.startsWith("2026-11-15") || line.startsWith("2026-09-07"));
        assertThat(text(ask(FRIDAY, daily("COIN")))).isEqualTo(text(answer));
    }

    @Test
    void aDayThatHasEndedStaysAsItIs() {
        List<String> friday = text(ask(FRIDAY, daily("QQQ"))).lines().toList();
        List<String> saturday = text(ask(Instant.parse("2026-11-21T12:00:00Z"), daily("QQQ")))
                .lines()
                .toList();
        assertThat(saturday.subList(2, 90)).isEqualTo(friday.subList(2, 90));
        assertThat(saturday.get(1)).startsWith("2026-11-20").isNotEqualTo(friday.get(1));
        assertThat(text(ask(Instant.parse("2026-11-23T14:00:00Z"), daily("QQQ")))
                        .lines()
                        .toList())
                .isEqualTo(saturday);
    }

    @Test
    void aPremiumKeyGetsAdjustedPricesAndTheWholeHistory() {
        String query = "function=TIME_SERIES_DAILY_ADJUSTED&symbol=IBM&outputsize=full&apikey=premium-x";
        JsonNode answer = json(ask(FRIDAY, query));
        assertThat(answer.at("/Meta Data/3. Last Refreshed").asText()).isEqualTo("2026-11-20 11:20:30");
        JsonNode days = answer.get("Time Series (Daily)");
        assertThat(days.size()).isGreaterThan(6_000);
        JsonNode newest = days.get("2026-11-20");
        assertThat(newest.get("5. adjusted close").asDouble())
                .isEqualTo(newest.get("4. close").asDouble());
        assertThat(days.get("2026-09-10").get("7. dividend amount").asDouble()).isPositive();
        JsonNode before = days.get("2026-09-09");
        assertThat(before.get("5. adjusted close").asDouble())
                .isLessThan(before.get("4. close").asDouble());
        assertThat(text(ask(FRIDAY, query + "&datatype=csv")))
                .startsWith(
                        "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\r\n");
    }

    @Test
    void aPremiumKeyGetsTheHoursOfAMonth() {
        String query = "function=TIME_SERIES_INTRADAY&symbol=IBM&interval=60min&month=2026-11&outputsize=full"
                + "&datatype=csv&apikey=premium-x";
        List<String> lines = text(ask(FRIDAY, query)).lines().toList();
        assertThat(lines.get(0)).isEqualTo("timestamp,open,high,low,close,volume");
        // Friday at 11:20 in New York: the hour under way is there.
        assertThat(lines.get(1)).matches("2026-11-20 11:00:00(,\\d+\\.\\d{4}){4},\\d+");
        assertThat(lines).anyMatch(line -> line.startsWith("2026-11-02 04:00:00"));
        assertThat(lines).noneMatch(line -> line.startsWith("2026-11-15"));
        // Fourteen days of sixteen hours and one of eight, but for some without a trade.
        assertThat(lines.size()).isBetween(14 * 10, 14 * 16 + 8);
        assertThat(text(ask(FRIDAY, query + "&extended_hours=false")).lines())
                .hasSize(1 + 14 * 7 + 3)
                .noneMatch(line -> line.contains(" 16:00:00"));
        assertThat(json(ask(FRIDAY, query.replace("2026-11", "1999-11"))).has("Error Message"))
                .isTrue();
        assertThat(json(ask(FRIDAY, query.replace("premium-x", "free")))
                        .get("Information")
                        .asText())
                .contains("is a premium feature");
    }

    @Test
    void everyRefusalIsA200WithOneText() {
        assertThat(json(ask(FRIDAY, daily("NOSUCH"))).get("Error Message").asText())
                .contains("Invalid API call");
        assertThat(json(ask(FRIDAY, daily("EXOD"))).has("Error Message")).isTrue();
        assertThat(json(ask(FRIDAY, "function=TIME_SERIES_DAILY&symbol=IBM&apikey=invalid"))
                        .get("Error Message")
                        .asText())
                .contains("apikey is invalid or missing");
        assertThat(json(ask(FRIDAY, daily("IBM") + "&outputsize=full"))
                        .get("Information")
                        .asText())
                .contains("is a premium feature");
        assertThat(json(ask(FRIDAY, "function=TIME_SERIES_DAILY_ADJUSTED&symbol=IBM&apikey=free"))
                        .get("Information")
                        .asText())
                .contains("is a premium feature");
        assertThat(json(ask(FRIDAY, "function=NO&apikey=free"))
                        .get("Error Message")
                        .asText())
                .contains("does not exist");
        Request request = Request.of("/alphavantage", URI.create("/alphavantage/query"), Map.of(), FRIDAY);
        assertThat(vendor.error(429, request).status()).isEqualTo(200);
        assertThat(json(vendor.error(429, request)).get("Information").asText()).contains("1 request per second");
    }

    @Test
    void aFreeKeyHasTwentyFiveRequestsADay() {
        for (int i = 0; i < 25; i++) {
            assertThat(text(ask(FRIDAY, daily("COIN")))).startsWith("timestamp");
        }
        assertThat(json(ask(FRIDAY, daily("COIN"))).get("Information").asText())
                .contains("25 requests per day", "API key as free");
        assertThat(text(ask(FRIDAY, daily("COIN").replace("apikey=free", "apikey=other"))))
                .startsWith("timestamp");
        assertThat(text(ask(Instant.parse("2026-11-21T00:00:00Z"), daily("COIN"))))
                .startsWith("timestamp");
    }
}
