package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files under config agree with each other. */
final class ShippedCatalogueTest {
    private static final Path CONFIG = TestHome.project().resolve("config");

    @ParameterizedTest
    @CsvSource({"coingecko, id", "defillama, slug"})
    void everyConfiguredIdIsMappedToAnEntity(String source, String column) throws IOException {
        Set<String> mapped = rows("entity-ids.csv").stream()
                .filter(row -> row.get("source").equals(source))
                .map(row -> row.get("source_id"))
                .collect(Collectors.toSet());
        List<String> configured = rows("sources/" + source + ".csv").stream()
                .map(row -> row.get(column))
                .toList();
        assertThat(configured).hasSizeGreaterThan(200).isSubsetOf(mapped);
    }

    @ParameterizedTest
    @CsvSource({
        "sources/coingecko.csv, id",
        "sources/defillama.csv, slug",
        "entities.csv, canonical_id",
        "entity-ids.csv, source source_id",
        "metrics.csv, source metric"
    })
    void noKeyStandsTwiceInAFile(String file, String columns) throws IOException {
        assertThat(rows(file))
                .isNotEmpty()
                .extracting(row ->
                        List.of(columns.split(" ")).stream().map(row::get).toList())
                .doesNotHaveDuplicates()
                .allSatisfy(key -> assertThat(key)
                        .allSatisfy(part -> assertThat(part).isNotBlank().isEqualTo(part.strip())));
    }

    @Test
    void everyMappingLeadsToAnEntity() throws IOException {
        Set<String> entities = rows("entities.csv").stream()
                .map(row -> row.get("canonical_id"))
                .collect(Collectors.toSet());
        assertThat(rows("entity-ids.csv"))
                .extracting(row -> row.get("canonical_id"))
                .isSubsetOf(entities);
    }

    @Test
    void aHundredAndFiftyEntitiesHaveThreeSources() throws IOException {
        Map<String, Set<String>> sources = new HashMap<>();
        for (Map<String, String> row : rows("entity-ids.csv")) {
            sources.computeIfAbsent(row.get("canonical_id"), added -> new TreeSet<>())
                    .add(row.get("source"));
        }
        assertThat(sources.values().stream().filter(names -> names.size() >= 3).count())
                .isGreaterThanOrEqualTo(150);
    }

    @ParameterizedTest
    @CsvSource({"coingecko", "alphavantage", "defillama", "artemis", "velo"})
    void everySourceHasMappings(String source) throws IOException {
        assertThat(rows("entity-ids.csv"))
                .filteredOn(row -> row.get("source").equals(source))
                .isNotEmpty();
    }

    @Test
    void oneMetricOfACanonicalNameIsInOneUnitOfOneKind() throws IOException {
        Map<String, Set<String>> meanings = new HashMap<>();
        for (Map<String, String> row : rows("metrics.csv")) {
            meanings.computeIfAbsent(row.get("canonical"), added -> new TreeSet<>())
                    .add(row.get("unit") + " " + row.get("kind"));
        }
        assertThat(meanings).isNotEmpty().allSatisfy((canonical, found) -> assertThat(found)
                .as(canonical)
                .hasSize(1));
    }

    @Test
    void everyEntityHasATypeAndASectorAndStandsThereOnce() throws IOException {
        List<Map<String, String>> entities = rows("entities.csv");
        assertThat(entities).allSatisfy(row -> {
            assertThat(row.get("type"))
                    .isIn(
                            "chain",
                            "protocol",
                            "token",
                            "stablecoin",
                            "equity",
                            "etf",
                            "exchange",
                            "index",
                            "commodity");
            assertThat(row.get("sector")).matches("[a-z0-9]+(-[a-z0-9]+)*");
        });
        assertThat(entities)
                .extracting(row -> (row.get("name") + " " + row.get("symbol")).toLowerCase(Locale.ROOT))
                .doesNotHaveDuplicates();
        assertThat(entities.stream().filter(row -> row.get("sector").equals("other")))
                .as("what nobody could tell")
                .hasSizeLessThanOrEqualTo(12);
    }

    @Test
    void everyMetricThatIsConfiguredIsInTheCatalogue() throws IOException {
        Set<String> known = rows("metrics.csv").stream()
                .map(row -> row.get("source") + " " + row.get("metric"))
                .collect(Collectors.toSet());
        assertThat(rows("sources/artemis.csv"))
                .flatExtracting(row -> List.of(row.get("metrics").split(" ")))
                .allSatisfy(metric -> assertThat(known).contains("artemis " + metric));
    }

    @Test
    void daysAreMadeByTheKindOfAMetricUnlessItIsAnEndOfARange() throws IOException {
        Map<String, String> usual = Map.of("flow", "sum", "level", "last", "rate", "mean", "ratio", "last");
        assertThat(rows("metrics.csv"))
                .filteredOn(row -> !row.get("daily").equals(usual.get(row.get("kind"))))
                .allSatisfy(row -> {
                    assertThat(row.get("daily")).isIn("first", "max", "min");
                    assertThat(row.get("stamp")).isEqualTo("interval");
                });
    }

    @Test
    void everyMetricOfVenuesHasAPreferredOneThatIsAsked() throws IOException {
        Set<String> asked = Set.of(Settings.load(TestHome.project(), Map.of(), Map.of(), false)
                .text("velo.exchanges")
                .split(","));
        assertThat(rows("metrics.csv")).allSatisfy(row -> {
            if (row.get("source").equals("velo")) {
                assertThat(row.get("venue")).isIn(asked);
            } else {
                assertThat(row.get("venue")).isEmpty();
            }
        });
    }

    @Test
    void aCoinThatIsNamedAfterAMultipleIsThatMultiple() throws IOException {
        assertThat(rows("entity-ids.csv"))
                .filteredOn(row ->
                        row.get("source").equals("velo") && row.get("source_id").matches("1000+[A-Z]+"))
                .hasSizeGreaterThan(10)
                .allSatisfy(row -> assertThat(row.get("source_id")).matches(row.get("multiple") + "[A-Z]+"));
    }

    private static List<Map<String, String>> rows(String file) throws IOException {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Reader reader = Files.newBufferedReader(CONFIG.resolve(file));
                CSVParser parser = format.parse(reader)) {
            assertThat(parser.getHeaderNames()).doesNotHaveDuplicates();
            return parser.stream().map(CSVRecord::toMap).toList();
        }
    }
}
