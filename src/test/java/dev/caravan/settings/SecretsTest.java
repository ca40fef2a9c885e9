package dev.caravan.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets never reach what a person reads. */
final class SecretsTest {
    private static final String SECRET = "CG-9f8e7d6c5b4a";

    @Test
    void aSecretIsMaskedWhereverItStands() {
        Secrets.register(SECRET);
        assertThat(Secrets.mask("GET /ping?key=" + SECRET + "&x=" + SECRET)).isEqualTo("GET /ping?key=***&x=***");
    }

    @Test
    void aSecretIsMaskedInTheFormItHasInAUrl() {
        Secrets.register("a b/c+d&e=f*");
        assertThat(Secrets.mask("a+b%2Fc%2Bd%26e%3Df* or a%20b%2Fc%2Bd%26e%3Df%2A or a b/c+d&e=f*"))
                .isEqualTo("*** or *** or ***");
    }

    @Test
    void aSecretThatHoldsAnotherIsMaskedWhole() {
        Secrets.register("inner-77");
        Secrets.register("outer-inner-77-outer");
        assertThat(Secrets.mask("<outer-inner-77-outer> <inner-77>")).isEqualTo("<***> <***>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "q", "qz"})
    void aValueTooShortToBeASecretIsPassedOver(String value) {
        Secrets.register(value);
        assertThat(Secrets.mask("a q qz z")).isEqualTo("a q qz z");
    }

    @Test
    void nothingIsNoSecretAndStaysNothing() {
        Secrets.register(null);
        assertThat(Secrets.mask(null)).isNull();
        assertThat(Secrets.mask("plain")).isEqualTo("plain");
    }

    @Test
    void aGuardedStreamMasksALine() {
        Secrets.register(SECRET);
        assertThat(printed(out -> out.println("key " + SECRET + " refused"))).isEqualTo("key *** refused\n");
    }

    @Test
    void aGuardedStreamMasksASecretInTwoPrints() {
        Secrets.register(SECRET);
        assertThat(printed(out -> {
                    out.print("key " + SECRET.substring(0, 6));
                    out.println(SECRET.substring(6) + " refused");
                }))
                .isEqualTo("key *** refused\n");
    }

    @Test
    void aGuardedStreamMasksASecretInTwoWritesOfBytes() {
        Secrets.register(SECRET);
        byte[] line = ("key " + SECRET + " refused\n").getBytes(StandardCharsets.UTF_8);
        assertThat(printed(out -> {
                    out.write(line, 0, 9);
                    out.write(line, 9, line.length - 9);
                }))
                .isEqualTo("key *** refused\n");
    }

    @Test
    void aGuardedStreamMasksASecretThatComesByteByByte() {
        Secrets.register(SECRET);
        assertThat(printed(out -> {
                    for (byte next : (SECRET + "\n").getBytes(StandardCharsets.UTF_8)) {
                        out.write(next);
                    }
                }))
                .isEqualTo("***\n");
    }

    @Test
    void aGuardedStreamMasksASecretAcrossTheLongestLine() {
        Secrets.register(SECRET);
        assertThat(printed(out -> out.println("x".repeat(64 * 1024 - 5) + SECRET)))
                .doesNotContain(SECRET);
    }

    @Test
    void aGuardedStreamMasksAStackTrace() {
        Secrets.register(SECRET);
        assertThat(printed(out -> new IllegalStateException("no answer to " + SECRET).printStackTrace(out)))
                .contains("no answer to ***")
                .contains("at dev.caravan.settings.SecretsTest")
                .doesNotContain(SECRET);
    }

    @Test
    void aGuardedStreamShowsAPromptWithoutALineEnd() {
        assertThat(printed(out -> {
                    out.print("caravan> ");
                    out.flush();
                }))
                .isEqualTo("caravan> ");
    }

    @Test
    void aGuardedStreamKeepsTextOfEveryAlphabet() {
        assertThat(printed(out -> out.println("Währung ₿ 円"))).isEqualTo("Währung ₿ 円\n");
    }

    /** What arrives at standard output behind the guard. */
    private static String printed(Consumer<PrintStream> printing) {
        PrintStream outBefore = System.out;
        PrintStream errBefore = System.err;
        ByteArrayOutputStream arrived = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(arrived, false, StandardCharsets.UTF_8));
            Secrets.guardStandardStreams();
            printing.accept(System.out);
            System.out.flush();
        } finally {
            System.setOut(outBefore);
            System.setErr(errBefore);
        }
        return arrived.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
