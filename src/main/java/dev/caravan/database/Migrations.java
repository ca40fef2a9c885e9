package dev.caravan.database;

import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Layers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the schema up to what this version needs, forward only, and refuses one that it does not understand. */
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final int OLDEST_SERVER = 150000;

    private Migrations() {}

    /**
     * Applies what is missing; does nothing when nothing is. Several processes may call this at once.
     *
     * @param dataSource a role that may create tables
     * @param layers the folders that hold {@code sql}
     * @throws ConfigurationException when the server is older than PostgreSQL 15, or the schema is newer than this
     *     version or was changed by other hands; one line that says what to do
     */
    public static void apply(DataSource dataSource, Layers layers) {
        checkServer(dataSource);
        Flyway flyway = Flyway.configure()
                .dataSource(dataSource)
                .locations("filesystem:" + layers.file("sql/migrations"))
                .table("caravan_schema_history")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .validateMigrationNaming(true)
                .failOnMissingLocations(true)
                // A migration that the database has and we have not means that a newer version was here.
                .ignoreMigrationPatterns(new String[0])
                .load();
        Statements statements = new Statements(layers);
        try (Connection lock = dataSource.getConnection();
                Statement statement = lock.createStatement()) {
            statement.execute(statements.text("lock-schema"));
            try {
                migrate(flyway);
            } finally {
                statement.execute(statements.text("unlock-schema"));
            }
        } catch (SQLException e) {
            throw new ConfigurationException(
                    "the schema could not be migrated; another process may be at it: " + e.getMessage(), e);
        }
    }

    private static void migrate(Flyway flyway) {
        try {
            MigrateResult result = flyway.migrate();
            if (result.migrationsExecuted > 0) {
                LOG.info(
                        "Schema brought to version {} by {} migrations",
                        result.targetSchemaVersion,
                        result.migrationsExecuted);
            }
        } catch (FlywayValidateException e) {
            throw new ConfigurationException(
                    "the database's schema is newer than this version of Caravan, or was changed by hand: install the"
                            + " version that made it, or restore a backup (" + firstLine(e, "igration") + ")",
                    e);
        } catch (FlywayException e) {
            throw new ConfigurationException("the schema could not be migrated: " + firstLine(e, "ERROR"), e);
        }
    }

    private static String firstLine(Throwable failure, String marker) {
        return failure.getMessage()
                .lines()
                .map(String::strip)
                .filter(line -> line.contains(marker) && !line.startsWith("Validate failed"))
                .findFirst()
                .orElseGet(() -> failure.getMessage().lines().findFirst().orElse(""));
    }

    private static void checkServer(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            int major = connection.getMetaData().getDatabaseMajorVersion();
            if (major * 10_000 < OLDEST_SERVER) {
                throw new ConfigurationException(
                        "the database server is PostgreSQL " + major + ": Caravan needs 15 or newer");
            }
        } catch (SQLException e) {
            throw new ConfigurationException("the database does not answer: " + e.getMessage(), e);
        }
    }
}
