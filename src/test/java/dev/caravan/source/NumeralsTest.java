package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts are numbers. */
final class NumeralsTest {
    private static final Pattern NUMERAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    @ParameterizedTest
    @CsvSource({"0, 0", "-0.0, 0", "12, 12", "+7., 7", ".5, 0.5", "1.5E-7, 1.5e-7", "1e3, 1000", "0012, 12"})
    void aDecimalIsRead(String text, double number) {
        assertThat(Numerals.read(text).orElseThrow() + 0.0).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                ".",
                "e5",
                "1e",
                "1e+",
                "1.2.3",
                "NaN",
                "Infinity",
                "1d",
                "0x10",
                "1,000",
                " 1",
                "1 ",
                "1e999",
                "null",
                "１２"
            })
    void anythingElseIsNone(String text) {
        assertThat(Numerals.read(text)).isEmpty();
    }

    @Test
    void itReadsWhatItsGrammarSaysAndNothingElse() {
        Random random = new Random(7);
        String letters = "0179.+-eEd ";
        int numerals = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(8); length > 0; length--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            boolean expected = NUMERAL.matcher(text).matches() && Double.isFinite(Double.parseDouble(text.toString()));
            OptionalDouble read = Numerals.read(text.toString());
            assertThat(read.isPresent()).as(text.toString()).isEqualTo(expected);
            if (expected) {
                numerals++;
                assertThat(read.getAsDouble()).isEqualTo(Double.parseDouble(text.toString()));
            }
        }
        assertThat(numerals).isGreaterThan(1_000);
    }
}
