package dev.caravan.database;

import dev.caravan.settings.Layers;
import dev.caravan.settings.Settings;
import dev.caravan.testing.TestHome;
import dev.caravan.testing.TestServer;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** A new database with the product's schema, reached through the product's own pool. */
public final class MigratedDatabase implements AutoCloseable {
    private final Database database;
    private final JdbcTemplate sql;

    private MigratedDatabase(Database database) {
        this.database = database;
        this.sql = new JdbcTemplate(database.dataSource());
    }

    /** @return a new database with the project's own migrations applied */
    public static MigratedDatabase create() {
        MigratedDatabase created = empty();
        Migrations.apply(created.dataSource(), Layers.of(TestHome.project()));
        return created;
    }

    /** @return a new database with nothing in it */
    public static MigratedDatabase empty() {
        return at(TestServer.newDatabase());
    }

    /**
     * @param url a database that exists
     * @return that one, as it is
     */
    public static MigratedDatabase at(String url) {
        return new MigratedDatabase(
                Database.open(Settings.load(TestHome.project(), Map.of(), Map.of("database.url", url), false)));
    }

    /** @return the product's pool */
    public DataSource dataSource() {
        return database.dataSource();
    }

    /** @return plain SQL on it */
    public JdbcTemplate sql() {
        return sql;
    }

    @Override
    public void close() {
        database.close();
    }
}
