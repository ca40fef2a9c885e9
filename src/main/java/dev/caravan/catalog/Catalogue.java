package dev.caravan.catalog;

import dev.caravan.database.Statements;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.CsvTable;
import dev.caravan.settings.Layers;
import dev.caravan.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Loads what the numbers mean and which ids belong together from {@code config/} into the database, idempotently: rows that
 * are as the file says are not written, rows that were edited through the API are left alone, and entities and mappings that
 * were deleted stay deleted.
 */
public final class Catalogue {
    private final NamedParameterJdbcTemplate database;
    private final TransactionTemplate transaction;
    private final Statements statements;
    private final Layers layers;

    /**
     * @param dataSource the database
     * @param statements the SQL of {@code sql/catalog}
     * @param settings the folder of {@code config}
     */
    public Catalogue(DataSource dataSource, Statements statements, Settings settings) {
        this.database = new NamedParameterJdbcTemplate(dataSource);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        this.statements = statements;
        this.layers = settings.layers();
    }

    /**
     * Loads metrics, entities and their ids, in one transaction.
     *
     * @throws ConfigurationException when a file cannot be read or holds a row that is wrong; says where
     */
    public void load() {
        transaction.executeWithoutResult(status -> {
            database.query(statements.text("catalog/lock"), row -> {});
            loadEach("metrics.csv", "catalog/load-metric", CatalogueRows::checkMetrics);
            loadEach("entities.csv", "catalog/load-entity", CatalogueRows::checkEntities);
            loadEach("entity-ids.csv", "catalog/load-entity-id", CatalogueRows::checkMappings);
        });
    }

    private void loadEach(String file, String statement, Consumer<List<CsvTable.Row>> check) {
        layers.each("config/" + file).forEach(path -> load(path, statement, check));
    }

    private void load(Path path, String statement, Consumer<List<CsvTable.Row>> check) {
        List<CsvTable.Row> read = CsvTable.read(path);
        check.accept(read);
        SqlParameterSource[] rows = read.stream().map(Catalogue::parameters).toArray(SqlParameterSource[]::new);
        try {
            database.batchUpdate(statements.text(statement), rows);
        } catch (DataIntegrityViolationException | InvalidDataAccessApiUsageException e) {
            String reason = e.getMostSpecificCause().getMessage().replaceAll("\\s*\\R\\s*", "; ");
            throw new ConfigurationException(path + " holds a row that cannot be used: " + reason, e);
        }
    }

    /** Its cells by heading; a mapping that says nothing of a multiple is of the coin itself, a metric may have no history. */
    private static MapSqlParameterSource parameters(CsvTable.Row row) {
        MapSqlParameterSource parameters = new MapSqlParameterSource("multiple", "").addValue("reread_hours", "");
        row.cells().forEach((heading, cell) -> parameters.addValue(heading, cell.strip()));
        return parameters;
    }
}
