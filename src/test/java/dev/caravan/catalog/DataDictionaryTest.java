package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page for people says what the catalogue says. */
final class DataDictionaryTest {
    private static final String WRITE = "dictionary.write";

    @Test
    void thePageIsWhatTheCatalogueSays() throws IOException {
        Path page = TestHome.project().resolve("docs/data-dictionary.md");
        String expected = DataDictionary.of(TestHome.project().resolve("config/metrics.csv"));
        if (Boolean.getBoolean(WRITE)) {
            Files.createDirectories(page.getParent());
            Files.writeString(page, expected);
        }
        assertThat(page)
                .as("docs/data-dictionary.md is not what config/metrics.csv says. Write it anew by: mvn test"
                        + " -Dtest=DataDictionaryTest -D" + WRITE + "=true")
                .content()
                .isEqualTo(expected);
    }
}
