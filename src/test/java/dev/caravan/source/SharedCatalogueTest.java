package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.junit.jupiter.api.Test;

/** The project's catalogue of what must be covered, where it stands beside the project: all of it is configured. */
final class SharedCatalogueTest {
    private static List<String> column(Path file, String name) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Reader reader = Files.newBufferedReader(file);
                CSVParser rows = format.parse(reader)) {
            return rows.stream().map(row -> row.get(name)).toList();
        }
    }

    private static Path shared(String file) {
        Path path = TestHome.project().resolve("../shared/catalogue").resolve(file);
        assumeTrue(Files.exists(path), "not checked: there is no " + path);
        return path;
    }

    @Test
    void everyDefiLlamaEntityOfTheCatalogueIsConfigured() throws IOException {
        List<String> wanted = column(shared("defillama_entities.csv"), "slug");
        assertThat(wanted).isNotEmpty();
        assertThat(column(TestHome.project().resolve("config/sources/defillama.csv"), "slug"))
                .containsAll(wanted);
    }

    @Test
    void everyCoinOfTheCatalogueIsConfigured() throws IOException {
        List<String> wanted = column(shared("coingecko_coins.csv"), "coingecko_id");
        assertThat(wanted).isNotEmpty();
        assertThat(column(TestHome.project().resolve("config/sources/coingecko.csv"), "id"))
                .containsAll(wanted);
    }
}
