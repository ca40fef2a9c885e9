package dev.caravan.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which 401 speaks of the plan, and which of the key. */
final class BeyondPlanTest {
    private static final Optional<String> CODES = Optional.of("10005, 10012");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":{\"error_code\":10012,\"error_message\":\"beyond the range\"}}",
                "{\"error\":{\"status\":{\"timestamp\":\"2026-01-01\",\"error_code\": 10005,\"error_message\":\"\"}}}",
                "{\"error\":{\"status\":{\"error_code\":\"10012\"}}}"
            })
    void codesOfThePlanAreTold(String body) {
        assertThat(BeyondPlan.isSaidBy(body, CODES)).isTrue();
        assertThat(BeyondPlan.isSaidBy(body, Optional.empty())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":{\"error_code\":10002,\"error_message\":\"see 10012\"}}",
                "{\"status\":{\"error_code\":10011}}",
                "{\"status\":{\"error_code\":100122}}",
                "{\"error\":\"10012\"}",
                "<html>10012</html>",
                ""
            })
    void everyOtherBodySpeaksOfTheKey(String body) {
        assertThat(BeyondPlan.isSaidBy(body, CODES)).isFalse();
    }
}
