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
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private final List<HikariDataSource> furtherPools = new CopyOnWriteArrayList<>();

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
            HikariConfig configuration = configuration(address, "caravan");
            configuration.setMaximumPoolSize(settings.number("database.pool-size", 4, 200));
            configuration.setConnectionTimeout(
                    settings.duration("database.connection-timeout").toMillis());
            return new Database(embedded, address, new HikariDataSource(configuration));
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

    private static HikariConfig configuration(DatabaseAddress address, String name) {
        HikariConfig configuration = new HikariConfig();
        configuration.setPoolName(name);
        configuration.setJdbcUrl(address.jdbcUrl());
        configuration.setUsername(address.user());
        configuration.setPassword(address.password());
        configuration.setMinimumIdle(1);
        // Days are UTC days wherever the machine stands; the driver would pass on the time zone of the process.
        configuration.setConnectionInitSql("SET TIME ZONE 'UTC'");
        configuration.addDataSourceProperty("ApplicationName", applicationName());
        configuration.addDataSourceProperty("connectTimeout", "10");
        configuration.addDataSourceProperty("tcpKeepAlive", "true");
        return configuration;
    }

    /**
     * Opens a small pool apart from the shared one, for work that must not wait behind anything else. The server itself ends
     * a transaction of it that stands still, so that a machine that vanishes in the middle of one holds the others up for
     * half a minute at most.
     *
     * @param name for logs
     * @param size connections at most
     * @return the pool; closed with the database
     */
    public DataSource openPool(String name, int size) {
        HikariConfig configuration = configuration(address, name);
        configuration.setMaximumPoolSize(size);
        configuration.setConnectionTimeout(pool.getConnectionTimeout());
        configuration.setConnectionInitSql(
                "SET TIME ZONE 'UTC'; SET lock_timeout = '20s'; SET idle_in_transaction_session_timeout = '30s'");
        HikariDataSource further = new HikariDataSource(configuration);
        furtherPools.add(further);
        return further;
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
        furtherPools.forEach(HikariDataSource::close);
        pool.close();
        if (embedded != null) {
            embedded.close();
        }
    }
}
