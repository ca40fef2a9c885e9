package dev.caravan.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The charts of blockchain.com as the sandbox plays them. */
final class SandboxBlockchainTest {
    @TempDir
    static Path empty;

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(empty, Clock.fixed(SandboxWorld.NOW, ZoneOffset.UTC), 0);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @BeforeEach
    void forget() {
        sandbox.faults().clear();
    }

    private static HttpResponse<byte[]> ask(String path) {
        return SandboxWorld.fetch(sandbox.endpoints().get("BLOCKCHAIN_API_URL") + path);
    }

    private static JsonNode chart(String path) {
        HttpResponse<byte[]> answer = ask(path);
        assertThat(answer.statusCode()).as(SandboxWorld.text(answer)).isEqualTo(200);
        return SandboxWorld.json(answer);
    }

    private static List<Long> times(JsonNode chart) {
        return chart.get("values").findValuesAsText("x").stream()
                .map(Long::valueOf)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "hash-rate, Hash Rate TH/s, day",
        "difficulty, Difficulty, day",
        "n-transactions, Transactions, day",
        "n-unique-addresses, Addresses, day",
        "miners-revenue, USD, day",
        "transaction-fees-usd, USD, day",
        "mempool-size, Bytes, minute"
    })
    void aChartHasTheDocumentedShape(String name, String unit, String period) {
        JsonNode chart = chart("/charts/" + name + "?timespan=2days&format=json&sampled=false");
        assertThat(chart.fieldNames())
                .toIterable()
                .containsExactly("status", "name", "unit", "period", "description", "values");
        assertThat(chart.get("status").asText()).isEqualTo("ok");
        assertThat(chart.get("unit").asText()).isEqualTo(unit);
        assertThat(chart.get("period").asText()).isEqualTo(period);
        assertThat(chart.get("values")).isNotEmpty().allSatisfy(point -> {
            assertThat(point.fieldNames()).toIterable().containsExactly("x", "y");
            assertThat(point.get("x").isIntegralNumber()).isTrue();
            assertThat(point.get("y").doubleValue()).isPositive();
        });
    }

    @Test
    void daysThatHaveEndedWithinTheTimespan() {
        assertThat(times(chart("/charts/n-transactions?timespan=3days")))
                .containsExactly(SandboxWorld.TODAY - 2 * SandboxWorld.DAY, SandboxWorld.TODAY - SandboxWorld.DAY);
        assertThat(times(chart("/charts/n-transactions"))).hasSize(364);
        assertThat(times(chart("/charts/mempool-size?timespan=2hours"))).hasSize(7);
    }

    @Test
    void startMovesTheTimespan() {
        assertThat(times(chart("/charts/difficulty?start=2026-01-01&timespan=2days")))
                .containsExactly(1_767_225_600L, 1_767_312_000L);
        assertThat(times(chart("/charts/difficulty?start=2026-01-01T12:00:00&timespan=2days")))
                .containsExactly(1_767_312_000L);
    }

    @Test
    void longChartsAreSampledUnlessAskedOtherwise() {
        assertThat(times(chart("/charts/hash-rate?timespan=all"))).hasSizeBetween(1_000, 2_000);
        assertThat(times(chart("/charts/hash-rate?timespan=all&sampled=false"))).hasSizeGreaterThan(6_000);
    }

    @Test
    void theSameQuestionHasTheSameAnswerAndALongerOneTheSameValues() {
        String path = "/charts/hash-rate?timespan=5days";
        assertThat(SandboxWorld.text(ask(path))).isEqualTo(SandboxWorld.text(ask(path)));
        JsonNode longer = chart("/charts/hash-rate?timespan=30days").get("values");
        chart(path).get("values").forEach(point -> assertThat(longer).contains(point));
    }

    @Test
    void theSameAsCsv() {
        assertThat(SandboxWorld.text(ask("/charts/n-transactions?timespan=3days&format=csv")))
                .matches("(2026-11-1[89] 00:00:00,[0-9.E]+\n){2}");
    }

    @ParameterizedTest
    @CsvSource({
        "/charts/nothing, 404, No chart with this name",
        "/charts/hash-rate?timespan=soon, 400, Could not parse timestring",
        "/charts/hash-rate?start=yesterday, 400, Could not parse timestring"
    })
    void whatItDoesNotKnowItRefusesInItsWords(String path, int status, String reason) {
        assertThat(ask(path).statusCode()).isEqualTo(status);
        assertThat(SandboxWorld.json(ask(path)).get("error").asText()).isEqualTo(reason);
    }

    @Test
    void otherPathsAreUnknown() {
        assertThat(ask("/stats").statusCode()).isEqualTo(404);
        assertThat(ask("/charts").statusCode()).isEqualTo(404);
    }
}
