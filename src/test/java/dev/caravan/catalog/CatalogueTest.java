package dev.caravan.catalog;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.database.MigratedDatabase;
import dev.caravan.database.Statements;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Layers;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loading metrics and entities into a real database, again and again. */
final class CatalogueTest {
    private static final String METRICS =
            "source,metric,canonical,unit,per_coin,kind,granularity,daily,stamp,settling_hours,reread_hours,venue,preferred,description";

    @TempDir
    Path folder;

    private MigratedDatabase database;
    private TestHome home;

    @BeforeEach
    void migrate() {
        database = MigratedDatabase.create();
        home = TestHome.copyTo(folder)
                .write(
                        "config/metrics.csv",
                        METRICS,
                        "defillama,TVL,TVL,USD,,level,day,last,start,1,,,1,Value locked",
                        "defillama,FEES,FEES,USD,1,flow,day,sum,interval,24,168,here,0,\"Fees, paid by users\"")
                .write(
                        "config/entities.csv",
                        "canonical_id,name,symbol,type,sector",
                        "lido,Lido,LDO,protocol,liquid-staking",
                        "tether,Tether,,stablecoin,stablecoin")
                .write(
                        "config/entity-ids.csv",
                        "source,source_id,canonical_id",
                        "defillama,lido,lido",
                        "coingecko,lido-dao,lido");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void everyRowOfTheFilesIsLoaded() {
        load();
        assertThat(database.sql().queryForList("SELECT * FROM metric WHERE metric = 'FEES'"))
                .containsExactly(Map.ofEntries(
                        entry("source", "defillama"),
                        entry("metric", "FEES"),
                        entry("canonical", "FEES"),
                        entry("unit", "USD"),
                        entry("per_coin", true),
                        entry("kind", "flow"),
                        entry("granularity", "day"),
                        entry("daily", "sum"),
                        entry("stamp", "interval"),
                        entry("settling_hours", 24),
                        entry("reread_hours", 168),
                        entry("venue", "here"),
                        entry("preferred", false),
                        entry("description", "Fees, paid by users")));
        assertThat(strings("SELECT canonical_id || ' ' || name || ' ' || coalesce(symbol, 'NULL') || ' ' || entity_type"
                        + " || ' ' || sector FROM entities ORDER BY 1"))
                .containsExactly("lido Lido LDO protocol liquid-staking", "tether Tether NULL stablecoin stablecoin");
        assertThat(strings(
                        "SELECT source || ' ' || source_id || ' ' || canonical_id || ' ' || valid_from || ' ' || valid_to"
                                + " FROM entity_source_ids ORDER BY 1"))
                .containsExactly(
                        "coingecko lido-dao lido -infinity infinity", "defillama lido lido -infinity infinity");
    }

    @Test
    void loadingTheShippedFilesAgainWritesNothing() {
        load(TestHome.project());
        List<String> before = physicalRows();
        assertThat(before).hasSizeGreaterThan(2000);
        load(TestHome.project());
        assertThat(physicalRows()).isEqualTo(before);
    }

    @Test
    void onlyARowThatChangedIsWritten() {
        load();
        List<String> before = physicalRows();
        home.write(
                "config/entities.csv",
                "canonical_id,name,symbol,type,sector",
                "lido,Lido DAO,LDO,protocol,liquid-staking",
                "tether,Tether,,stablecoin,stablecoin");
        load();
        assertThat(strings("SELECT name FROM entities ORDER BY canonical_id")).containsExactly("Lido DAO", "Tether");
        assertThat(physicalRows().stream().filter(row -> !before.contains(row)))
                .singleElement()
                .asString()
                .startsWith("e lido ");
    }

    @Test
    void anEntityKeepsItsNumber() {
        load();
        List<String> before = strings("SELECT canonical_id || entity_id FROM entities ORDER BY 1");
        home.write(
                "config/entities.csv",
                "canonical_id,name,symbol,type,sector",
                "aave,Aave,AAVE,protocol,lending",
                "lido,Lido,LDO,protocol,liquid-staking",
                "tether,Tether,USDT,stablecoin,stablecoin");
        load();
        assertThat(strings("SELECT canonical_id || entity_id FROM entities WHERE canonical_id <> 'aave' ORDER BY 1"))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics.csv | defillama,TVL,TVL,USD,,level,day",
                "entities.csv | lido,Lido",
                "entities.csv | lido,\"Lido,LDO,protocol,liquid-staking",
                "entity-ids.csv | defillama,nobody,no-such-entity"
            })
    void aBrokenRowNamesTheFileInOneLine(String file, String row) throws Exception {
        Path path = home.path().resolve("config").resolve(file);
        String header = Files.readAllLines(path, StandardCharsets.UTF_8).get(0);
        home.write("config/" + file, header, row);
        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(path.toString())
                .satisfies(failure -> assertThat(failure.getMessage().lines()).hasSize(1));
    }

    @Test
    void aMultipleIsLoadedAndIsOneWhereNothingIsSaid() {
        home.write(
                "config/entity-ids.csv",
                "source,source_id,canonical_id,multiple",
                "velo,1000LDO,lido,1000",
                "defillama,lido,lido,");
        load();
        assertThat(strings("SELECT source_id || ' ' || multiple FROM entity_source_ids ORDER BY 1"))
                .containsExactly("1000LDO 1000", "lido 1");
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        Files.delete(home.path().resolve("config/entities.csv"));
        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("entities.csv");
    }

    @Test
    void aBrokenRowLeavesEverythingAsItWas() {
        load();
        List<String> before = physicalRows();
        home.write("config/metrics.csv", METRICS, "defillama,TVL,TVL,EUR,,level,day,last,start,1,,,1,Value locked")
                .write("config/entity-ids.csv", "source,source_id,canonical_id", "defillama,nobody,no-such-entity");
        assertThatThrownBy(this::load).isInstanceOf(ConfigurationException.class);
        assertThat(physicalRows()).isEqualTo(before);
    }

    private void load() {
        load(home.path());
    }

    private void load(Path place) {
        new Catalogue(
                        database.dataSource(),
                        new Statements(Layers.of(place)),
                        Settings.load(place, Map.of(), Map.of(), false))
                .load();
    }

    /** Where each row stands and which transaction wrote it: equal before and after means that nothing was written. */
    private List<String> physicalRows() {
        return strings("SELECT 'm ' || source || ' ' || metric || ' ' || ctid || ' ' || xmin FROM metric"
                + " UNION ALL SELECT 'e ' || canonical_id || ' ' || ctid || ' ' || xmin FROM entities"
                + " UNION ALL SELECT 'i ' || source || ' ' || source_id || ' ' || ctid || ' ' || xmin"
                + " FROM entity_source_ids UNION ALL SELECT 'l ' || source || ' ' || id || ' ' || ctid || ' ' || xmin"
                + " FROM catalogue_loaded ORDER BY 1");
    }

    private List<String> strings(String query) {
        return database.sql().queryForList(query, String.class);
    }
}
