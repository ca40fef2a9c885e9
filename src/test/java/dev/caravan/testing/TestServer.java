package dev.caravan.testing;

import dev.caravan.database.DatabaseAddress;
import dev.caravan.database.EmbeddedServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One embedded PostgreSQL for all tests of the run; each test class makes databases of its own in it. */
public final class TestServer {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static EmbeddedServer server;

    private TestServer() {}

    /**
     * Makes an empty database.
     *
     * @return its address in the form of {@code DATABASE_URL}
     */
    public static synchronized String newDatabase() {
        if (server == null) {
            server = EmbeddedServer.open(Path.of("target/test-postgresql"));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        }
        DatabaseAddress address = server.address();
        String name = "test_" + ProcessHandle.current().pid() + "_" + NUMBER.incrementAndGet();
        try (Connection connection =
                        DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        String host = address.jdbcUrl()
                .substring("jdbc:postgresql://".length(), address.jdbcUrl().lastIndexOf('/'));
        return "postgres://" + address.user() + ":" + address.password() + "@" + host + "/" + name;
    }
}
