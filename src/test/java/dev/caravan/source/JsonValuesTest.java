package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.caravan.fetch.VendorFailure;
import dev.caravan.source.NormalisedAnswer.Rejection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How numbers are told from what is none. */
final class JsonValuesTest {
    private final List<Rejection> rejections = new ArrayList<>();

    private OptionalDouble number(String json) throws IOException {
        return JsonValues.number(new ObjectMapper().readTree(json), "tvl of x", rejections);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "-0.0", "0e5", "\"0\"", "\"0.00\""})
    void zeroIsANumber(String json) throws IOException {
        assertThat(number(json)).isPresent();
        assertThat(Math.abs(number(json).getAsDouble())).isZero();
        assertThat(rejections).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "49053, 49053",
        "21000000.0, 21000000",
        "-160563462.23474675, -160563462.23474675",
        "1e-08, 0.00000001",
        "2.7e+15, 2700000000000000",
        "123456789012345678901234567890, 1.2345678901234568e29"
    })
    void aNumberIsRead(String json, double expected) throws IOException {
        assertThat(number(json)).hasValue(expected);
        assertThat(rejections).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1.0012, 1.0012", "+1, 1", "-2.5, -2.5", ".5, 0.5", "5., 5", "1e-8, 1e-8", "1E+3, 1000", "' 7 ', 7"})
    void aNumeralInQuotesIsRead(String text, double expected) throws IOException {
        assertThat(number("\"" + text + "\"")).hasValue(expected);
        assertThat(rejections).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "\"  \""})
    void nothingIsAbsentAndNotRejected(String json) throws IOException {
        assertThat(number(json)).isEmpty();
        assertThat(rejections).isEmpty();
    }

    @Test
    void aMissingNodeIsAbsentAndNotRejected() {
        assertThat(JsonValues.number(MissingNode.getInstance(), "tvl of x", rejections))
                .isEmpty();
        assertThat(rejections).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"NaN\"",
                "\"nan\"",
                "\"Infinity\"",
                "\"-Infinity\"",
                "\"1d\"",
                "\"1f\"",
                "\"0x1\"",
                "\"0x1p3\"",
                "\"1,000\"",
                "\"1 000\"",
                "\"$1\"",
                "\"-\"",
                "\".\"",
                "\"1e\"",
                "\"1e999\"",
                "\"١\"",
                "1e999",
                "-1e999",
                "true",
                "false",
                "{}",
                "{\"usd\":1}",
                "[]",
                "[1]"
            })
    void whatIsNoFiniteNumberIsRejectedWithItsText(String json) throws IOException {
        assertThat(number(json)).isEmpty();
        assertThat(rejections).singleElement().satisfies(rejection -> {
            assertThat(rejection.reason()).isEqualTo("tvl of x is no number");
            assertThat(rejection.fragment()).isNotBlank();
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aNodeThatHoldsNoFiniteNumberIsRejected(double value) {
        assertThat(JsonValues.number(DoubleNode.valueOf(value), "tvl of x", rejections))
                .isEmpty();
        assertThat(rejections).hasSize(1);
    }

    @Test
    void theFragmentIsThePartAsItCame() throws IOException {
        number("{\"usd\":1}");
        assertThat(rejections).extracting(Rejection::fragment).containsExactly("{\"usd\":1}");
    }

    @Test
    void aLongFragmentIsCut() throws IOException {
        number("\"" + "x".repeat(5_000) + "\"");
        assertThat(rejections.get(0).fragment()).hasSize(2_000).startsWith("\"xxx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "1", "\"Internal Error\"", "null", "true"})
    void whatShouldBeAnArrayAndIsNoneFails(String json) throws IOException {
        JsonNode node = new ObjectMapper().readTree(json);
        assertThatThrownBy(() -> JsonValues.array(node, "the list"))
                .isInstanceOf(VendorFailure.class)
                .hasMessageContaining("the list should be an array");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"Internal Error\"", "null", "true"})
    void whatShouldBeAnObjectAndIsNoneFails(String json) throws IOException {
        JsonNode node = new ObjectMapper().readTree(json);
        assertThatThrownBy(() -> JsonValues.object(node, "the overview"))
                .isInstanceOf(VendorFailure.class)
                .hasMessageContaining("the overview should be an object");
    }

    @Test
    void anArrayAndAnObjectPassThrough() throws IOException {
        JsonNode array = new ObjectMapper().readTree("[]");
        JsonNode object = new ObjectMapper().readTree("{}");
        assertThat(JsonValues.array(array, "a")).isSameAs(array);
        assertThat(JsonValues.object(object, "o")).isSameAs(object);
    }
}
