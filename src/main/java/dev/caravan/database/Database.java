package dev.caravan.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.caravan.settings.ConfigurationException;
import dev.caravan.settings.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;

/**
 * The database of this process: the server named by {@code DATABASE_URL}, or the embedded one below the data directory.
 * The sandbox never uses {@code DATABASE_URL}.
 */
public final class Database implements AutoCloseable {
    private static final String HOST = host();

    private final EmbeddedServer embedded; // null with DATABASE_URL
    private final DatabaseAddress address;
    private final HikariDataSource pool;

    private Database(EmbeddedServer embedded, DatabaseAddress address, HikariDataSource pool) {
        this.embedded = embedded;
        this.address = address;
        this.pool = pool;
    }

    /**
     * Connects, starting the embedded server if need be.
     *
     * @param settings the settings in force
     * @return the open database, its schema not yet looked at
     * @throws ConfigurationException when no server can be reached; one line that says why
     */
    public static Database open(Settings settings) {
        Optional<String> url = settings.sandbox() ? Optional.empty() : settings.optional("database.url");
        EmbeddedServer embedded = url.isPresent()
                ? null
                : EmbeddedServer.open(settings.dataDirectory().resolve("postgresql"));
        DatabaseAddress address = url.map(DatabaseAddress::parse).orElseGet(() -> embedded.address());
        try {
            return new Database(embedded, address, pool(settings, address));
        } catch (HikariPool.PoolInitializationException e) {
            if (embedded != null) {
                embedded.close();
            }
            throw new ConfigurationException(
                    "the database at " + address + " does not answer: "
                            + e.getCause().getMessage(),
                    e);
        }
    }

    private static HikariDataSource pool(Settings settings, DatabaseAddress address) {
        HikariConfig configuration = new HikariConfig();
        configuration.setPoolName("caravan");
        configuration.setJdbcUrl(address.jdbcUrl());
        configuration.setUsername(address.user());
        configuration.setPassword(address.password());
        configuration.setMaximumPoolSize(settings.number("database.pool-size", 4, 200));
        configuration.setMinimumIdle(1);
        configuration.setConnectionTimeout(
                settings.duration("database.connection-timeout").toMillis());
        // Days are UTC days wherever the machine stands; the driver would pass on the time zone of the process.
        configuration.setConnectionInitSql("SET TIME ZONE 'UTC'");
        configuration.addDataSourceProperty("ApplicationName", applicationName());
        configuration.addDataSourceProperty("connectTimeout", "10");
        configuration.addDataSourceProperty("tcpKeepAlive", "true");
        return new HikariDataSource(configuration);
    }

    /** @return the name by which the server lists the connections of this process */
    public static String applicationName() {
        return "caravan " + ProcessHandle.current().pid() + "@" + HOST;
    }

    private static String host() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.substring(0, Math.min(40, name.length())); // the server keeps 63 characters in all
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** @return the pool that all parts of the process share */
    public DataSource dataSource() {
        return pool;
    }

    /**
     * Opens a connection outside the pool, for a lock that is held for as long as a pull runs.
     *
     * @return the connection; the caller closes it
     * @throws SQLException when the server does not answer
     */
    public Connection connectApart() throws SQLException {
        Properties properties = new Properties();
        if (address.user() != null) {
            properties.setProperty("user", address.user());
        }
        if (address.password() != null) {
            properties.setProperty("password", address.password());
        }
        properties.setProperty("ApplicationName", applicationName());
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        return DriverManager.getConnection(address.jdbcUrl(), properties);
    }

    /** @return for a person: the address without credentials, or that the server is the embedded one */
    public String description() {
        return embedded == null ? address.toString() : "embedded PostgreSQL in " + embedded.folder();
    }

    @Override
    public void close() {
        pool.close();
        if (embedded != null) {
            embedded.close();
        }
    }
}
