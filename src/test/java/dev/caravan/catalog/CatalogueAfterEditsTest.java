package dev.caravan.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.MigratedDatabase;
import dev.caravan.database.Statements;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people did to entities and mappings is not undone when the files are loaded again, as at every start. */
final class CatalogueAfterEditsTest {
    @TempDir
    Path folder;

    private MigratedDatabase database;
    private TestHome home;

    @BeforeEach
    void migrate() {
        database = MigratedDatabase.create();
        home = TestHome.copyTo(folder)
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

    private void load() {
        Settings settings = Settings.load(home.path(), Map.of(), Map.of(), false);
        new Catalogue(database.dataSource(), new Statements(settings.layers()), settings).load();
    }

    private List<String> strings(String query) {
        return database.sql().queryForList(query, String.class);
    }

    @Test
    void anEditedEntityIsLeftAlone() {
        load();
        database.sql()
                .update(
                        "UPDATE entities SET name = 'Mine', symbol = NULL, edited_at = now() WHERE canonical_id = 'lido'");
        load();
        assertThat(strings("SELECT name FROM entities WHERE canonical_id = 'lido' AND symbol IS NULL"))
                .containsExactly("Mine");
    }

    @Test
    void anEditedMappingIsLeftAlone() {
        load();
        database.sql()
                .update(
                        "UPDATE entity_source_ids SET canonical_id = 'tether', edited_at = now() WHERE source_id = 'lido-dao'");
        load();
        assertThat(strings("SELECT canonical_id FROM entity_source_ids WHERE source_id = 'lido-dao'"))
                .containsExactly("tether");
    }

    @Test
    void whatWasDeletedDoesNotComeBack() {
        load();
        database.sql().update("DELETE FROM entity_source_ids WHERE source_id = 'lido-dao'");
        database.sql().update("DELETE FROM entities WHERE canonical_id = 'tether'");
        load();
        load();
        assertThat(strings("SELECT canonical_id FROM entities")).containsExactly("lido");
        assertThat(strings("SELECT source_id FROM entity_source_ids")).containsExactly("lido");
    }

    @Test
    void theMappingsOfADeletedEntityDoNotComeBackAndAreNoError() {
        load();
        database.sql().update("DELETE FROM entities WHERE canonical_id = 'lido'");
        home.write(
                "config/entity-ids.csv",
                "source,source_id,canonical_id",
                "defillama,lido,lido",
                "coingecko,lido-dao,lido",
                "artemis,ldo,lido");
        load();
        assertThat(strings("SELECT canonical_id FROM entities")).containsExactly("tether");
        assertThat(strings("SELECT source_id FROM entity_source_ids")).isEmpty();
    }

    @Test
    void aDeletedRowThatIsMadeAnewByHandStays() {
        load();
        database.sql().update("DELETE FROM entities WHERE canonical_id = 'lido'");
        load();
        database.sql()
                .update("INSERT INTO entities (canonical_id, name, entity_type, sector, edited_at)"
                        + " VALUES ('lido', 'Mine', 'protocol', 'mine', now())");
        database.sql()
                .update("INSERT INTO entity_source_ids (source, source_id, canonical_id, edited_at)"
                        + " VALUES ('defillama', 'lido', 'lido', now())");
        load();
        assertThat(strings("SELECT name FROM entities ORDER BY 1")).containsExactly("Mine", "Tether");
        assertThat(strings("SELECT source || ' ' || source_id FROM entity_source_ids"))
                .containsExactly("defillama lido");
    }

    @Test
    void anIdWhoseMappingWasSplitByHandIsLeftAlone() {
        load();
        database.sql()
                .update("UPDATE entity_source_ids SET valid_from = '2024-01-01Z', edited_at = now()"
                        + " WHERE source_id = 'lido-dao'");
        load();
        assertThat(strings("SELECT valid_from::date || ' ' || canonical_id FROM entity_source_ids"
                        + " WHERE source_id = 'lido-dao'"))
                .containsExactly("2024-01-01 lido");
    }

    @Test
    void aMergedEntityStaysMerged() {
        load();
        database.sql()
                .update("UPDATE entity_source_ids SET canonical_id = 'tether', edited_at = now()"
                        + " WHERE canonical_id = 'lido'");
        database.sql().update("DELETE FROM entities WHERE canonical_id = 'lido'");
        load();
        assertThat(strings("SELECT canonical_id FROM entities")).containsExactly("tether");
        assertThat(strings("SELECT source_id || ' ' || canonical_id FROM entity_source_ids ORDER BY 1"))
                .containsExactly("lido tether", "lido-dao tether");
    }

    @Test
    void aRenamedEntityKeepsItsNewIdAndItsMappings() {
        load();
        database.sql()
                .update("UPDATE entities SET canonical_id = 'lido-2', edited_at = now() WHERE canonical_id = 'lido'");
        load();
        assertThat(strings("SELECT canonical_id FROM entities ORDER BY 1")).containsExactly("lido-2", "tether");
        assertThat(strings("SELECT DISTINCT canonical_id FROM entity_source_ids"))
                .containsExactly("lido-2");
    }
}
